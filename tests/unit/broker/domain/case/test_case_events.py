"""Every event of a case fits its model, and reaches those whom it concerns."""

from typing import Any

import pytest
from pydantic import BaseModel

from schemas import verbs
from schemas.events import (
    ClosedData,
    EscalatedData,
    JoinedData,
    MergedData,
    MirroredData,
    MovedData,
    OpenedData,
    OverdueData,
    RejectedData,
    RoutedData,
    SeparatedData,
)
from tests.unit.broker.domain.case.group import Group, a_group
from tests.unit.broker.domain.case.story import DAY, LIGHT, NOTHING, Said, Story, said
from tests.unit.broker.domain.case.test_case_refusals import a_refusal

MODELS: dict[str, type[BaseModel]] = {
    verbs.ROUTED: RoutedData,
    verbs.TRIAGED: RoutedData,
    verbs.OPENED: OpenedData,
    verbs.MOVED: MovedData,
    verbs.JOINED: JoinedData,
    verbs.CLOSED: ClosedData,
    verbs.ESCALATED: EscalatedData,
    verbs.OVERDUE: OverdueData,
    verbs.REJECTED: RejectedData,
    verbs.MERGED: MergedData,
    verbs.SEPARATED: SeparatedData,
}


def a_long_life() -> list[Said]:
    stories = (moved_about(), asked_by_the_desk(), late(), *ended())
    return [*(event for story in stories for event in story.events), *merged().events]


def moved_about() -> Story:
    story = Story().begins(LIGHT)
    story.waits(8 * DAY)
    for key, data in (
        ("agency.dishub.acknowledged", {"note": "Diterima."}),
        ("agency.pln.responded", {"note": "Petugas dikirim.", "photos": [{"url": "x"}]}),
        ("agency.dishub.held", {"note": "Di mana tepatnya?"}),
        ("agency.dishub.resumed", {}),
        ("agency.dishub.held", {}),
        ("channel.web.replied", {"note": "Di depan pasar."}),
        ("agency.dishub.returned", {"reason": "bukan kami"}),
        ("desk.admin.assigned", {"agency": "dlh"}),
        ("agency.dlh.responded", {"note": "Ditangani."}),
        ("agency.dlh.resolved", {"note": "Selesai."}),
        ("channel.web.replied", {"note": "Belum."}),
    ):
        story.says(key, **data)
    story.says("desk.admin.dismissed", reason="ganda")
    return story


def asked_by_the_desk() -> Story:
    story = Story().begins(NOTHING)
    story.waits(20 * DAY)
    story.says("desk.admin.held", note="Di mana tepatnya?")
    story.says("desk.admin.resumed")
    story.says("desk.admin.held")
    story.waits(30 * DAY)
    story.says("channel.web.replied", note="Tidak tahu.")
    story.says("channel.web.withdrawn")
    return story


def late() -> Story:
    """The final answer is owed for so long that the reporter hears of it."""
    story = Story().begins(LIGHT)
    story.says("agency.dishub.held")
    story.waits(90 * DAY)
    story.says("agency.dishub.resolved")
    return story


def ended() -> list[Story]:
    """By the word of the reporter; and by itself, with the word of the reporter after that."""
    stories = [Story().begins(LIGHT), Story().begins(LIGHT)]
    for story in stories:
        story.says("agency.dishub.resolved")
    stories[1].waits(20 * DAY)
    for story in stories:
        story.says("channel.web.accepted", rating=5)
    return stories


def merged() -> Group:
    """Two cases about one thing, parted again."""
    group = a_group("lead", "one")
    group.says("one", "desk.sri.separated", note="Ternyata beda.")
    return group


LIFE = a_long_life()


def test_a_long_life_has_every_event() -> None:
    told = {event.key.split(".")[0] for event in LIFE} | {verbs.REJECTED}
    assert told == {*verbs.EVENTS, verbs.JOINED}


@pytest.mark.parametrize("event", LIFE, ids=lambda e: f"{e.key}-{e.id[:4]}")
def test_every_event_fits_its_model_and_its_key(event: Said) -> None:
    verb, agency, channel = event.key.split(".")
    assert event.type == f"complaint.{verb}.v1"
    data = MODELS.get(verb, MirroredData).model_validate(event.data)
    # A channel that is not to read all that its agency does hears it by itself.
    assert agency in (event.data["agency"] or "triage", "-")
    assert channel in ("web", "-")
    assert event.source in ("/pintu/cases", "/pintu/escalations")
    for name, field in type(data).model_fields.items():
        assert name in event.data or not field.is_required(), name


@pytest.mark.parametrize("event", LIFE, ids=lambda e: f"{e.key}-{e.id[:4]}")
def test_only_routed_and_triaged_hold_the_text(event: Said) -> None:
    assert (LIGHT in str(event.data)) is ("complaint" in event.data and "halo" not in str(event))


def test_a_mirror_holds_what_was_said_and_cannot_be_bent_by_it() -> None:
    story = Story().begins(LIGHT)
    forged: dict[str, Any] = {
        "note": "Di depan pasar.",
        "photos": [{"url": "https://example.org/1"}],
        "agency": "dlh",
        "by": "agency.dlh",
        "tracking": "0000",
        "state": "closed",
        "at": "2000-01-01T00:00:00Z",
        "role": "supporting",
    }
    story.says("channel.web.replied", **forged)
    data = story.one("replied.dishub.web").data
    assert data["note"] == "Di depan pasar."
    assert data["photos"] == [{"url": "https://example.org/1"}]
    assert data["by"] == "channel.web"
    assert data["agency"] == "dishub"
    assert data["tracking"] == story.it.tracking
    assert data["state"] == "routed"
    assert data["role"] == "lead"
    assert data["at"] == story.now.isoformat()


def test_a_rejected_fits_its_model() -> None:
    _, rejected, _ = a_refusal("agency.dlh.acknowledged")
    RejectedData.model_validate(said(rejected).data)


def test_no_line_of_the_history_holds_what_the_citizen_wrote() -> None:
    story = Story().begins(LIGHT, title="Judul rahasia")
    story.says("channel.web.replied", note="Kata rahasia")
    story.says("agency.dishub.held", note="Catatan petugas")
    story.says("channel.web.withdrawn", note="Kata rahasia", reason="Kata rahasia")
    assert "rahasia" not in str(story.history)
    assert LIGHT not in str(story.history)
