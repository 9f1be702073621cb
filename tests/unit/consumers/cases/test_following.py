"""A complaint that follows an earlier one of its channel is linked with it, whatever its state."""

import json
from collections.abc import AsyncIterator, Callable
from uuid import UUID

import pytest

from broker.domain.case import Case, Entry
from schemas.identifiers import tracking
from tests.unit.broker.domain.case.story import HOUR, LIGHT, ROAD, routed_by_router
from tests.unit.consumers.cases.office import Office


@pytest.fixture
async def kept(office: Office) -> AsyncIterator[Office]:
    """An office whose case consumer runs."""
    async with office.keeping():
        yield office


async def linked(office: Office, complaint: UUID) -> tuple[Case, list[Entry]]:
    """The case, and the lines of its history that speak of links."""
    case = await office.store.find(complaint)
    assert case is not None
    history = await office.store.history(complaint)
    return case, [line for line in history if line.what == "linked"]


@pytest.mark.parametrize("by", [tracking, str])
async def test_both_cases_say_so(kept: Office, by: Callable[[UUID], str]) -> None:
    earlier = kept.routes(ROAD)
    await kept.becomes(earlier, "routed")
    new = kept.routes(LIGHT, follows=by(earlier))
    await kept.becomes(new, "routed")
    case, [line] = await linked(kept, new)
    assert case.follows == tracking(earlier) == line.detail["follows"]
    case, [line] = await linked(kept, earlier)
    assert case.followed_by == (tracking(new),)
    assert line.detail == {"followed_by": tracking(new)}
    assert case.complaint is not None, "nothing of it is lost"
    assert kept.keys("agency.dpupr") == ["routed.dpupr.web"]


async def test_both_of_one_batch_are_linked_and_a_later_update_finds_the_link(
    office: Office,
) -> None:
    earlier = office.routes(ROAD)
    new = office.routes(LIGHT, follows=tracking(earlier))
    third = office.routes(LIGHT, follows=str(earlier))
    office.says(earlier, "agency.dpupr.acknowledged")
    async with office.keeping():
        await office.becomes(earlier, "acknowledged")
    case, lines = await linked(office, earlier)
    assert case.followed_by == (tracking(new), tracking(third))
    assert len(lines) == 2
    assert await office.store.lines(earlier) == len(await office.store.history(earlier)) == 4


async def test_one_that_is_closed_takes_note_as_well(kept: Office) -> None:
    earlier = kept.routes(ROAD)
    await kept.becomes(earlier, "routed")
    kept.says(earlier, "channel.web.withdrawn", after=HOUR)
    await kept.becomes(earlier, "closed")
    new = kept.routes(LIGHT, follows=tracking(earlier))
    await kept.becomes(new, "routed")
    case, [line] = await linked(kept, earlier)
    assert (case.state, line.state_to) == ("closed", "closed")
    assert case.complaint is not None
    assert (await linked(kept, new))[0].follows == tracking(earlier)


async def test_of_one_that_is_not_there_the_complaint_itself_still_tells(kept: Office) -> None:
    gone = tracking(UUID(int=7))
    new = kept.routes(ROAD, follows=gone)
    case = await kept.becomes(new, "routed")
    assert case.follows is None
    assert case.complaint is not None
    assert case.complaint["follows"] == gone


async def test_the_same_event_twice_links_once(kept: Office) -> None:
    earlier = kept.routes(ROAD)
    await kept.becomes(earlier, "routed")
    [event] = routed_by_router(ROAD, kept.clock.now(), id="new", follows=tracking(earlier))
    kept.send(event)
    kept.send(event)
    new = UUID(json.loads(event.body)["subject"])
    kept.clock.moment += HOUR
    await kept.catches_up()
    for complaint in (earlier, new):
        assert len((await linked(kept, complaint))[1]) == 1
