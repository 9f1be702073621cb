"""`pintu rules history`: which cases are labels, what leaves the store, and how a file grows."""

import asyncio
import csv
import io
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner

from broker.domain.case import Case
from broker.memory import MemoryCaseStore
from broker.ports import CaseStore
from broker.store.cases import open_case_store
from gateway.text.csv_rows import BadRow
from pintu.cli.main import app
from pintu.rules.evaluating.collecting import HEADER, Collector, forget_row
from pintu.rules.evaluating.labels import Labelled, Unlabelled, labelled, row_id
from tests.contract.keeping import closed, save
from tests.unit.broker.domain.case.story import (
    BRIBE,
    CLOCKS,
    DAY,
    LIGHT,
    NOTHING,
    ROAD,
    RULES,
    Story,
)

CALENDAR = CLOCKS.calendar


def row(case: Case, **options: Any) -> Labelled:
    found = labelled(case, RULES, CALENDAR, **options)
    assert isinstance(found, Labelled), found
    return found


def label(story: Story, **options: Any) -> tuple[str, str] | None:
    """The agency of a case's row and what vouches for it; None where it gives no row."""
    found = labelled(story.it, RULES, CALENDAR, **options)
    return None if isinstance(found, Unlabelled) else (found.agency, found.source)


def test_what_only_the_rules_said_is_no_label() -> None:
    story = Story().begins(ROAD)
    assert label(story) is None
    story.says("agency.dpupr.acknowledged")
    assert label(story) is None
    assert label(story, acknowledged=True) == ("dpupr", "acknowledged")


def test_whoever_answers_is_the_label_the_surest_word_counts() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.held", reason="di mana?")
    assert label(story) == ("dpupr", "held")
    story.says("agency.dpupr.responded")
    assert label(story) == ("dpupr", "responded")
    story.says("agency.dpupr.resolved")
    assert label(story) == ("dpupr", "resolved")
    story.says("channel.web.replied")
    assert label(story) == ("dpupr", "responded")
    story.says("desk.sari.dismissed", reason="ganda")
    assert label(story) is None


def test_a_complaint_that_was_handed_back_counts_under_who_accepts_it_in_the_end() -> None:
    story = Story().begins(ROAD)
    story.says("agency.dpupr.responded")
    story.says("agency.dpupr.returned", reason="bukan kami", suggest="dishub")
    assert label(story) is None
    story.says("agency.dishub.responded")
    assert label(story) == ("dishub", "responded")


def test_what_the_desk_names_is_a_label_until_it_is_handed_back() -> None:
    story = Story().begins(NOTHING)
    assert label(story) is None
    story.says("desk.sari.assigned", agency="dlh")
    assert label(story) == ("dlh", "assigned")
    story.says("agency.dlh.returned", reason="bukan kami", suggest="dishub")
    assert label(story) is None


def test_a_row_holds_the_complaint_and_nobody_who_made_it() -> None:
    story = Story().begins(
        f"{ROAD}\r\nhubungi 0812 3456 7890",
        title="Lubang",
        reporter={"name": "Siti Aminah", "phone": "+62 811 1111 1111", "email": "siti@surel.id"},
        location={"village": "Rias", "district": "Toboali", "address": "Jl. Mawar\n5"},
    )
    story.says("agency.dpupr.resolved")
    found = row(story.it)
    assert found.text == f"Lubang . {ROAD}\nhubungi [telepon]"
    assert (found.address, found.district, found.village) == ("Jl. Mawar 5", "Toboali", "Rias")
    assert found.reported_at == "2026-02-02 09:00:00+07:00"
    assert found.topic
    assert not any(word in str(found) for word in ("Siti", "1111", "siti@"))
    assert str(story.complaint) not in str(found) and story.it.tracking not in str(found)


def test_who_reports_is_not_named_in_the_text_either() -> None:
    text = f"nama saya SITI  aminah, {ROAD}. Siti Aminah. Aminahan tidak"
    story = Story().begins(text, reporter={"name": "Siti Aminah"})
    story.says("agency.dpupr.resolved")
    assert row(story.it).text == f"nama saya [nama], {ROAD}. [nama]. Aminahan tidak"


@pytest.mark.parametrize("name", ["di", "", "...", None, 7, "\\ [ ("])
def test_a_name_that_is_none_hides_nothing(name: object) -> None:
    story = Story().begins(f"{ROAD} di di Rias", reporter={"name": name})
    story.says("agency.dpupr.resolved")
    assert row(story.it).text == f"{ROAD} di di Rias"


def test_a_topic_that_the_rules_guessed_for_another_agency_is_left_out() -> None:
    story = Story().begins(ROAD)
    story.says("desk.sari.assigned", agency="dlh")
    assert row(story.it).topic == ""


@pytest.mark.parametrize("flag", [True, "ya"])
def test_confidential_complaints_are_left_out(flag: object) -> None:
    story = Story().begins(ROAD, confidential=flag)
    story.says("agency.dpupr.resolved")
    found = labelled(story.it, RULES, CALENDAR)
    assert isinstance(found, Unlabelled)
    assert found.why == "confidential"


def cases() -> list[Case]:
    """Three with a label, received a day after each other, and one without."""
    found = []
    texts = ((ROAD, "dpupr"), (LIGHT, "dishub"), (BRIBE, "inspektorat"))
    for number, (text, agency) in enumerate(texts):
        story = Story(now=Story.now + number * DAY).begins(f"{text}, =1+1")
        story.says(f"agency.{agency}.responded")
        found.append(replace(story.it, complaint_id=type(story.complaint)(int=number + 1)))
    story = Story().begins(ROAD)
    return [*found, replace(story.it, complaint_id=type(story.complaint)(int=9))]


@pytest.fixture
async def store() -> CaseStore:
    kept = MemoryCaseStore()
    await save(kept, *cases())
    return kept


def collector(store: CaseStore, **asked: Any) -> Collector:
    return Collector(store, RULES, CALENDAR, **asked)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


async def collected(store: CaseStore, **asked: Any) -> list[dict[str, str]]:
    lines: list[str] = []
    await collector(store, **asked).write(lines.append)
    return read("".join(lines))


async def test_all_labels_are_collected_as_columns_of_a_history(store: CaseStore) -> None:
    rows = await collected(store)
    assert [row["agency"] for row in rows] == ["dpupr", "dishub", "inspektorat"]
    # What looks like a formula stays as it was written: it is text to learn from.
    assert rows[0]["text"] == f"{ROAD}, =1+1"


async def test_days_of_receipt_are_both_included(store: CaseStore) -> None:
    second = date(2026, 2, 3)
    assert [r["agency"] for r in await collected(store, since=second)] == ["dishub", "inspektorat"]
    assert [r["agency"] for r in await collected(store, until=second)] == ["dpupr", "dishub"]
    both = await collected(store, since=second, until=second)
    assert [r["agency"] for r in both] == ["dishub"]


async def test_a_file_grows_and_is_brought_up_to_date(store: CaseStore, tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    first = await collector(store).add_to(file)
    assert (first.sources.total(), first.kept) == (3, 0)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    road, light, bribe, _ = cases()
    again = Story().begins(LIGHT)
    again.says("desk.sari.assigned", agency="dlh")
    moved = replace(again.it, complaint_id=light.complaint_id)
    await save(store, moved, replace(bribe, agency=None), closed(road))

    then = await collector(store).add_to(file)
    assert (then.sources.total(), then.kept) == (1, 1)
    rows = {row["id"]: row["agency"] for row in read(file.read_text())}
    assert rows == {row_id(road): "dpupr", row_id(light): "dlh"}
    assert list(tmp_path.iterdir()) == [file]


async def test_a_file_of_another_kind_is_left_as_it_is(store: CaseStore, tmp_path: Path) -> None:
    file = tmp_path / "notes.csv"
    file.write_text("text,agency\nmine,dlh\n")
    with pytest.raises(BadRow, match="choose another file"):
        await collector(store).add_to(file)
    assert file.read_text() == "text,agency\nmine,dlh\n"
    assert list(tmp_path.iterdir()) == [file]


async def test_a_row_can_be_forgotten_and_the_others_stay_as_they_are(
    store: CaseStore, tmp_path: Path
) -> None:
    file = tmp_path / "history.csv"
    await collector(store).add_to(file)
    before, (road, *_) = file.read_text(), cases()
    assert forget_row(file, row_id(road))
    assert file.read_text() == "".join(
        line for line in before.splitlines(keepends=True) if row_id(road) not in line
    )
    assert not forget_row(file, row_id(road))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_without_ids_is_no_history_of_cases(tmp_path: Path) -> None:
    file = tmp_path / "notes.csv"
    file.write_text("text,agency\nmine,dlh\n")
    with pytest.raises(BadRow, match="no column id"):
        forget_row(file, "00")


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """A command configures it for its own standard error, which ends with the command."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.mark.usefixtures("logging_as_before")
def test_the_command_reads_the_store_of_its_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINTU_STATE_DIR", str(tmp_path))
    monkeypatch.delenv("PINTU_DATABASE_URL", raising=False)

    async def fill() -> None:
        store = await open_case_store(f"sqlite:///{tmp_path}/cases.sqlite3")
        await save(store, *cases())
        await store.close()

    asyncio.run(fill())
    result = CliRunner().invoke(app, ["rules", "history"])
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(HEADER)
    assert len(read(result.stdout)) == 3
    assert "cases.sqlite3: 3 complaints (3 responded); left out: 1 without" in result.stderr

    file = tmp_path / "history.csv"
    result = CliRunner().invoke(app, ["rules", "history", "--out", str(file)])
    assert (result.exit_code, result.stdout) == (0, "")
    assert len(read(file.read_text())) == 3
    result = CliRunner().invoke(app, ["rules", "history", "--out", "/nowhere/history.csv"])
    assert result.exit_code == 2
    assert "No such file" in result.stderr
    # What was collected can be scored at once.
    scored = CliRunner().invoke(app, ["rules", "evaluate", str(file)])
    assert scored.exit_code == 0, scored.stderr


def test_the_moment_of_receipt_is_local() -> None:
    late = Story(now=Story.now + timedelta(hours=16)).begins(ROAD)
    late.says("agency.dpupr.resolved")
    assert row(late.it).reported_at == "2026-02-03 01:00:00+07:00"
