"""Marks of invented people are found where the table says that they may be, and nowhere else.

The table is scripts/documents/personal_data.toml, of which docs/reference/personal-data.md is made.
"""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from broker.node import Node
from scripts.documents.personal_data import Place, kinds, places
from tests.acceptance.privacy.marks import WAYS
from tests.acceptance.privacy.story import PEOPLE, Story
from tests.acceptance.program import TOWN
from tests.support.nodes import Management, in_vhost
from tests.support.otlp import receiving

pytestmark = pytest.mark.slow

IN_TRANSIT: Final = {("queue", "router.intake"), ("queue", "cases"), ("queue", "mail")}
"""Read at once by this system itself: what comes there is what was sent."""
ELSEWHERE: Final = {("table", "gateway_delivery"), ("file", "attachments")}
"""No endpoint and no upload is in the story: tests/acceptance/webhooks and unit/gateway/attachments
look into these."""
PLACES: Final = [
    one
    for one in places()
    if (one.kind, one.name) not in IN_TRANSIT and (one.kind, one.name) not in ELSEWHERE
]


@pytest.fixture(scope="module")
def story(rabbitmq: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    assert rabbitmq.management_url
    management = Management(rabbitmq.management_url)
    vhost = management.add_vhost()
    folder = tmp_path_factory.mktemp("everywhere")
    settings = {"CONFIG_DIR": str(TOWN), "MANAGEMENT_URL": rabbitmq.management_url}
    with pytest.MonkeyPatch.context() as patched, receiving() as receiver:
        patched.setenv("TMPDIR", str(folder / "tmp"))
        patched.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint)
        patched.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        story = Story(in_vhost(rabbitmq.url, vhost), folder, settings, receiver)
        try:
            story.happens()
            yield story
        finally:
            story.close()
            management.delete_vhost(vhost)


def seen(story: Story, kind: str, name: str) -> set[tuple[str, str]]:
    """Way and kind of the marks that were found at a place."""
    texts = "\n".join(story.found.texts[kind, name])
    return {
        (who.way, of)
        for who in PEOPLE
        for of, marks in who.marks.items()
        if any(mark in texts for mark in marks)
    }


@pytest.mark.parametrize("place", PLACES, ids=lambda one: f"{one.kind} {one.name}")
def test_no_mark_is_where_it_may_not_be(place: Place, story: Story) -> None:
    found = seen(story, place.kind, place.name)
    may = place.may_hold
    assert {(way, of) for way, of in found if of not in may[way]} == set()


NEVER_SAID: Final = {("table", "case_mends")}
"""No operator says anything of clocks in the story."""
SOMETIMES: Final = {("file", "pintu store backup"): {("anonymous", "replies")}}
"""A backup has what waits for its case just then."""


@pytest.mark.parametrize("place", PLACES, ids=lambda one: f"{one.kind} {one.name}")
def test_the_table_allows_nothing_that_is_never_there(place: Place, story: Story) -> None:
    """Without this the test above would be the weaker, the more the table allows."""
    found = seen(story, place.kind, place.name)
    may = {(way, of) for way in WAYS for of in place.may_hold[way]}
    sometimes = SOMETIMES.get((place.kind, place.name), set())
    assert may - found - sometimes == set() or (place.kind, place.name) in NEVER_SAID


def test_every_place_that_was_seen_has_a_row(story: Story) -> None:
    assert set(story.found.texts) - ELSEWHERE == {(one.kind, one.name) for one in PLACES}


def test_every_kind_of_mark_was_sent_in_every_way() -> None:
    assert {(who.way, of) for who in PEOPLE for of in who.marks} == {
        (way, of) for way in WAYS for of in kinds()
    }


def test_the_program_failed_and_said_so_without_a_word_of_anybody(story: Story) -> None:
    log = story.program.log_path.read_text()
    assert log.count('"RuntimeError"') + log.count("RuntimeError") > 0
    assert "Traceback" not in log
    assert '"level": "debug"' in log or '"level":"debug"' in log


def test_nobody_else_on_the_machine_can_read_what_is_kept(story: Story) -> None:
    kept = [
        *(file for file in story.state.rglob("*.sqlite3*") if file.is_file()),
        *(file for file in (story.folder / "backup").rglob("*") if file.is_file()),
        story.folder / "recap.csv",
        story.folder / "history.csv",
    ]
    assert any(file.name.endswith("-wal") for file in kept)
    open_ones = [str(file) for file in kept if _open(file)]
    assert open_ones == []


def _open(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
