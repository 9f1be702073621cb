"""The ladder of a clock: what fired and when, what is to come, holds, and now."""

from dataclasses import replace
from datetime import timedelta

from broker.domain.clocks import Hold
from config.loading.clocks import load_clocks
from gateway.desk.ladders import ladders
from tests.contract.keeping import DAY, NOW, a_case, a_clock, a_line

CLOCKS = load_clocks()


def test_marks_stand_in_the_order_of_time_with_what_fired_when_it_did() -> None:
    clock = replace(a_clock(NOW - 6 * DAY), started_at=NOW - 20 * DAY, fired=("reminder", "breach"))
    case = a_case(clocks=(clock,))
    late = NOW - 5 * DAY
    line = replace(a_line(case, "escalated", clock="response", start=1, rung="breach"), at=late)
    [ladder] = ladders(case, [line], CLOCKS, NOW)
    assert [(mark.what, mark.rung) for mark in ladder.marks][:2] == [
        ("start", None),
        ("fired", "reminder"),
    ]
    assert [mark.at for mark in ladder.marks if mark.rung == "breach"] == [late]
    whats = [mark.what for mark in ladder.marks]
    assert whats.count("coming") == 3
    assert whats.count("now") == whats.count("due") == 1
    assert [mark.at for mark in ladder.marks] == sorted(mark.at for mark in ladder.marks)
    assert ladder.late


def test_a_clock_that_stands_still_or_has_stopped_shows_its_holds_and_its_end() -> None:
    clock = replace(a_clock(NOW + 9 * DAY), started_at=NOW - 9 * DAY)
    once = replace(clock, holds=(Hold(NOW - 6 * DAY, NOW - 5 * DAY),))
    [still] = ladders(a_case(clocks=(once.hold(NOW - DAY),)), [], CLOCKS, NOW)
    assert [(hold.start, hold.end, hold.open) for hold in still.holds] == [
        (NOW - 6 * DAY, NOW - 5 * DAY, False),
        (NOW - DAY, NOW, True),
    ]
    assert not still.late
    [over] = ladders(a_case(clocks=(once.stop(NOW - DAY),)), [], CLOCKS, NOW)
    assert [mark.what for mark in over.marks if mark.what in ("stopped", "now")] == ["stopped"]


def test_what_ends_by_itself_has_an_end_and_is_never_late() -> None:
    clock = replace(a_clock(NOW - timedelta(hours=1)), name="waiting", started_at=NOW - 9 * DAY)
    [ladder] = ladders(a_case(clocks=(clock,)), [], CLOCKS, NOW)
    assert [mark.what for mark in ladder.marks] == ["start", "end", "now"]
    assert not ladder.late
