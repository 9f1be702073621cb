"""What holds of every case at any time."""

from collections.abc import Sequence

from broker.domain.case import Case, upcoming
from broker.messaging.messages import Outgoing
from schemas import verbs
from tests.properties.case_model import Model
from tests.unit.broker.domain.case.story import CLOCKS, said

SECRET = "hanya untuk instansi"
"""In every internal note."""


def it_is_as_the_model_says(case: Case, model: Model) -> None:
    assert (case.state, case.agency) == (model.state, model.lead)
    assert [(s.agency, s.acknowledged) for s in case.supporting] == [
        (agency, agency in model.acknowledged_by) for agency in model.support
    ]
    assert (case.hops, list(case.previous)) == (model.hops, model.previous)
    assert (case.oversight, case.acknowledged) == (model.oversight, model.acknowledged)
    assert [(s.by, s.verb, s.note, s.internal_note) for s in case.conversation] == model.talk
    end = case.closed
    assert (end and (end.how, end.at), case.rating) == (model.ended, model.rating)
    assert [(c.name, c.start, c.agency, c.started_at) for c in case.clocks] == [
        (c["name"], c["n"], c["agency"], c["from"]) for c in model.clocks
    ]
    assert [(c.stopped_at, c.held_at) for c in case.clocks] == [
        (c["stop"], c["since"]) for c in model.clocks
    ]
    assert [set(c.fired) for c in case.clocks] == [c["fired"] for c in model.clocks]
    for mine, its in zip(case.clocks, model.clocks, strict=True):
        if mine.open:
            assert mine.due_at == model.due(its)
    ahead = sorted(due[0] for due in model.ahead())
    assert [due.at for due in upcoming(case, CLOCKS)] == ahead
    assert case.next_due == (ahead[0] if ahead else None)


def an_open_case_has_a_clock_that_runs_and_a_closed_one_none_and_no_text(case: Case) -> None:
    assert all(c.due_at > c.started_at for c in case.clocks)
    if case.state == "closed":
        assert case.complaint is None
        assert case.next_due is None
        assert not any(c.open for c in case.clocks)
        return
    assert case.complaint
    assert any(c.running for c in case.clocks)
    held = [c for c in case.clocks if c.held_at]
    assert bool(held) == (case.state == "held")
    assert all(c.name in ("response", "resolution", "verification") for c in held)
    assert any(c.name == "waiting" and c.running for c in case.clocks) == bool(held)


def the_channel_hears_the_end_once(case: Case, published: Sequence[Outgoing]) -> None:
    """Two copies are known by their id; what ends a case is mirrored to agencies alone."""
    heard = {out.message_id: said(out) for out in published if out.routing_key.endswith(".web")}
    ends = [event for event in heard.values() if event.key.startswith("closed.")]
    assert len(ends) == (case.closed is not None)
    assert not any(e.key.startswith(("withdrawn.", "dismissed.")) for e in heard.values())
    for end in ends:
        assert case.closed
        assert end.data["how"] == case.closed.how
        assert end.data["sentence"] == case.closed.sentence
    rated = [event for event in heard.values() if event.key.startswith("accepted.")]
    assert not rated or (case.closed and case.closed.how == "closing")


def no_internal_note_is_on_a_channel(published: Sequence[Outgoing]) -> None:
    """Whatever a channel's queue gets; a refusal quotes nothing anyway."""
    heard = tuple(f"{verb}." for verb in verbs.CHANNEL_EVENTS)
    for out in published:
        if out.routing_key.startswith(heard):
            assert SECRET.encode() not in out.body, out.routing_key


def who_was_told_that_it_is_theirs_has_it(case: Case, published: Sequence[Outgoing]) -> None:
    """Once all is read: who has it not was told so after. Two copies are known by their id."""
    once: dict[str, Outgoing] = {}
    for out in published:
        once.setdefault(out.message_id, out)
    believes: dict[str, bool] = {}
    for event in map(said, once.values()):
        verb, agency, _ = event.key.split(".")
        if verb == "routed":
            believes[agency] = True
        if verb in ("moved", "closed"):
            believes[agency] = False
    if case.open:
        theirs = {case.agency, *(s.agency for s in case.supporting)} - {None}
        assert {agency for agency, has in believes.items() if has} == theirs
    else:
        assert not any(believes.values())
