"""What went wrong lately, added up."""

from datetime import timedelta
from uuid import uuid4

from broker.domain.case import Entry, State
from broker.ports import Moved
from gateway.desk.astray import MOST, astray, summed
from tests.contract.keeping import NOW


def moved(
    what: str,
    left: str | None,
    got: str | None,
    topic: str | None = "roads",
    tracking: str = "A",
    **detail: object,
) -> Moved:
    line = Entry(NOW, NOW, "desk.rina", what, State.ROUTED, State.ROUTED, left, got, detail)
    return Moved(uuid4(), tracking, line, topic)


def test_moves_are_told_apart_by_who_made_them_and_added_up_by_pair() -> None:
    found = summed(
        [
            moved("returned", "dpupr", "perkim", tracking="A"),
            moved("returned", "dpupr", "perkim", tracking="B"),
            moved("returned", "dpupr", None),
            moved("assigned", None, "dlh", topic=None),
            moved("assigned", "dpupr", "dlh"),
            moved("returned", "dpupr", "dpupr", supporting="dishub"),
        ],
        NOW,
        NOW,
        whole=True,
    )
    assert found.counts == {"reassigned": 1, "returned": 3, "left": 1, "decided": 1}
    assert found.cases == 6
    told = [(pair.kind, pair.topic, pair.left, pair.got, pair.times) for pair in found.pairs]
    assert told[0] == ("returned", "roads", "dpupr", "perkim", 2)
    assert set(told[1:]) == {
        ("returned", "roads", "dpupr", None, 1),
        ("decided", None, None, "dlh", 1),
        ("reassigned", "roads", "dpupr", "dlh", 1),
        ("left", "roads", "dishub", None, 1),
    }
    assert found.pairs[0].examples == ("A", "B")


def test_what_the_desk_says_of_a_case_that_stays_is_no_mistake() -> None:
    found = summed([moved("assigned", "dlh", "dlh")], NOW, NOW, whole=True)
    assert found.pairs == ()
    assert found.cases == 0


def test_a_case_that_came_twice_is_one_example_and_five_are_enough() -> None:
    same = [moved("returned", "dlh", "dpupr", tracking="A")] * 2
    others = [moved("returned", "dlh", "dpupr", tracking=code) for code in "BCDEFG"]
    found = summed([*same, *others], NOW, NOW, whole=True)
    assert found.pairs[0].times == 8
    assert found.pairs[0].examples == ("A", "B", "C", "D", "E")
    assert found.cases == 7


class Many:
    """A store with more moves than anybody reads."""

    async def moves(self, since: object, until: object, most: int) -> list[Moved]:
        assert until == NOW
        assert since == NOW - timedelta(days=30)
        return [moved("returned", "dlh", "dpupr")] * most


async def test_where_there_are_too_many_the_newest_are_counted_and_it_is_said() -> None:
    found = await astray(Many(), NOW)  # type: ignore[arg-type]  # asked for its moves alone
    assert not found.whole
    assert found.counts["returned"] == MOST
