"""A complaint that follows an earlier one of its channel: both cases say so."""

from dataclasses import replace
from typing import cast

import pytest

from broker.domain.case import Case, State, from_record, link, to_record
from broker.domain.case.linking import earlier_of
from schemas.complaint import PublicComplaint
from schemas.limits import FOLLOWERS
from tests.unit.broker.domain.case.story import HOUR, LIGHT, MONDAY, ROAD, Story


def a_case(id: str, text: str = ROAD, **data: object) -> Case:
    return Story().begins(text, id=id, **data).it


EARLIER = a_case("earlier")
NEW = a_case("new", LIGHT, follows=EARLIER.tracking)


def test_each_case_names_the_other_and_has_a_line_of_it() -> None:
    new, earlier = link(NEW, EARLIER, MONDAY)
    assert (new.case.follows, earlier.case.followed_by) == (EARLIER.tracking, (NEW.tracking,))
    assert [line.what for one in (new, earlier) for line in one.history] == ["linked"] * 2
    assert new.history[0].detail == {"follows": EARLIER.tracking}
    assert earlier.history[0].detail == {"followed_by": NEW.tracking}
    assert new.case.lines == NEW.lines + 1
    assert earlier.case.lines == EARLIER.lines + 1


def test_nothing_else_changes_and_nobody_is_told() -> None:
    new, earlier = link(NEW, EARLIER, MONDAY)
    assert replace(new.case, follows=None) == NEW
    assert replace(earlier.case, followed_by=()) == EARLIER
    assert new.publish == earlier.publish == ()
    assert new.causes == earlier.causes == ()


def test_the_earlier_one_may_be_closed_and_stays_so() -> None:
    story = Story().begins(ROAD, id="earlier")
    story.says("channel.web.withdrawn")
    _, earlier = link(NEW, story.it, MONDAY + 2 * HOUR)
    assert earlier.case.state is State.CLOSED
    assert earlier.history[0].state_to is State.CLOSED
    assert earlier.case.complaint is None


def test_one_of_another_channel_is_not_linked_and_none_follows_itself() -> None:
    assert link(NEW, replace(EARLIER, channel="sms"), MONDAY) == ()
    assert link(NEW, NEW, MONDAY) == ()


def test_it_is_linked_once() -> None:
    new, earlier = link(NEW, EARLIER, MONDAY)
    assert link(new.case, earlier.case, MONDAY) == ()
    [again] = link(NEW, earlier.case, MONDAY)
    assert again == new


def test_a_case_takes_note_of_so_many_that_follow_it() -> None:
    earlier, noted = EARLIER, 0
    for number in range(FOLLOWERS + 5):
        new = a_case(f"new-{number}", follows=EARLIER.tracking)
        first, *second = link(new, earlier, MONDAY)
        assert first.case.follows == EARLIER.tracking
        noted += len(second)
        earlier = second[0].case if second else earlier
    assert noted == len(earlier.followed_by) == FOLLOWERS


def test_the_links_are_kept_and_an_old_record_has_none() -> None:
    for one in link(NEW, EARLIER, MONDAY):
        kept = from_record(to_record(one.case), one.case.seen, one.case.lines)
        assert kept == one.case
    record = to_record(EARLIER)
    del record["follows"], record["followed_by"]
    old = from_record(record, EARLIER.seen)
    assert (old.follows, old.followed_by) == (None, ())


@pytest.mark.parametrize("named", [EARLIER.tracking, str(EARLIER.complaint_id)])
def test_what_it_follows_is_named_by_code_or_id(named: str) -> None:
    found = earlier_of(a_case("new", follows=named).complaint)
    assert str(found) == named
    assert earlier_of(EARLIER.complaint) is None
    assert earlier_of(None) is None
    assert earlier_of(cast(PublicComplaint, {"text": "a", "follows": 7})) is None
