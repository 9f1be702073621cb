"""`pintu rules new-services`."""

import tomllib
from datetime import timedelta

import pytest

from broker.ports import CaseChange
from tests.support.regions import SMALL_REGION
from tests.unit.gateway.desk.services.assigned import SCHOLARSHIPS, background, one
from tests.unit.pintu.cli.counter import Counter


async def filled(counter: Counter) -> set[str]:
    at = counter.desk.now() - timedelta(days=30)
    mine = [one(text, "dindik", n, at=at) for n, text in enumerate(SCHOLARSHIPS, 1)]
    async with counter.office.store.transaction() as transaction:
        stories = (*mine, *background(at=at))
        await transaction.save([CaseChange(s.it, tuple(s.history)) for s in stories])
    return {story.it.tracking for story in mine}


@pytest.fixture(autouse=True)
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINTU_CONFIG_DIR", str(SMALL_REGION))


async def test_in_a_pipe_a_group_is_a_line_of_codes_and_phrases(counter: Counter) -> None:
    mine = await filled(counter)
    done = await counter.does("rules", "new-services")
    assert done.exit_code == 0, done.output
    [line] = done.stdout.splitlines()
    agency, number, first, last, phrases, codes = line.split("\t")
    assert (agency, number) == ("dindik", "4")
    assert first <= last
    assert phrases.split(",")[0] == "beasiswa prestasi"
    assert set(codes.split(",")) == mine
    assert "1 group" in done.stderr


async def test_for_programs_there_is_a_topic_that_can_be_read(counter: Counter) -> None:
    await filled(counter)
    [service] = (await counter.json("rules", "new-services"))["services"]
    [topic] = tomllib.loads(service["topic"])["topic"]
    assert topic["agency"] == "dindik"
    assert "Anak saya" not in str(service)


async def test_where_there_is_nothing_there_is_no_line_and_no_error(counter: Counter) -> None:
    done = await counter.does("rules", "new-services", "--days", "7")
    assert (done.exit_code, done.stdout) == (0, "")
