"""Confirms in whatever order: nothing counts as arrived that was not confirmed."""

import asyncio
import gc
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.amqp.protocol.confirms import NOT_TAKEN, Confirms
from broker.errors import BrokerUnavailable


@dataclass
class Model:
    """Every message for itself."""

    first: int
    ids: list[str]
    settled: set[int] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def last(self) -> int:
        return self.first + len(self.ids) - 1

    @property
    def complete(self) -> bool:
        return len(self.settled) == len(self.ids)

    def hears(self, tag: int, multiple: bool, taken: bool) -> None:
        if tag > self.last:
            return
        up_to = self.last if multiple and tag == 0 else tag
        for each in range(self.first, self.last + 1):
            if each not in self.settled and (each <= up_to if multiple else each == up_to):
                self.settled.add(each)
                if not taken:
                    self.refused.setdefault(self.ids[each - self.first], NOT_TAKEN)

    def returned(self, message_id: str) -> None:
        if message_id in self.ids and not self.complete:
            self.refused[message_id] = "no queue"


tags = st.integers(0, 12)
heard = st.lists(st.tuples(tags, st.booleans(), st.booleans()) | tags.map(str), max_size=25)
batches = st.lists(st.tuples(st.integers(1, 5), heard), min_size=1, max_size=3)


@given(batches)
def test_as_if_each_message_were_counted_for_itself(given_: list[tuple[int, list[object]]]) -> None:
    async def counted() -> None:
        confirms = Confirms()
        first = 1
        for size, hears in given_:
            model = Model(first, [str(n) for n in range(first, first + size)])
            done = confirms.expect(model.ids)
            for each in hears:
                if isinstance(each, str):
                    confirms.returned(each, "no queue")
                    model.returned(each)
                else:
                    assert isinstance(each, tuple)
                    tag, multiple, taken = each
                    confirms.settled(tag, multiple=multiple, taken=taken)
                    model.hears(tag, multiple, taken)
                assert done.done() == model.complete
            if model.complete:
                assert done.result() == model.refused
            done.cancel()  # given up: the next batch is not this one
            first += size

    asyncio.run(counted())


@given(st.permutations(range(1, 9)), st.sets(st.integers(1, 8)))
def test_one_by_one_in_any_order_all_are_waited_for(order: list[int], refused: set[int]) -> None:
    async def counted() -> None:
        confirms = Confirms()
        done = confirms.expect([str(n) for n in range(1, 9)])
        for tag in order:
            assert not done.done()
            confirms.settled(tag, multiple=False, taken=tag not in refused)
        await done
        assert done.result() == {str(tag): NOT_TAKEN for tag in refused}

    asyncio.run(counted())


async def test_a_return_of_a_batch_that_was_given_up_is_not_of_the_next_one() -> None:
    confirms = Confirms()
    confirms.expect(["given up"]).cancel()
    done = confirms.expect(["next"])
    confirms.returned("given up", "no queue")
    confirms.returned(None, "no queue")
    confirms.settled(2, multiple=True, taken=True)
    await done
    assert done.result() == {}


async def test_a_return_between_two_batches_is_nobodys() -> None:
    confirms = Confirms()
    done = confirms.expect(["one"])
    confirms.settled(1, multiple=False, taken=True)
    await done
    confirms.returned("one", "no queue")
    assert done.result() == {}


async def test_batches_side_by_side_are_done_when_their_own_are_confirmed() -> None:
    confirms = Confirms()
    first, second = confirms.expect(["1", "2"]), confirms.expect(["3", "4"])
    third = confirms.expect(["5"])
    confirms.settled(4, multiple=False, taken=False)
    confirms.returned("1", "no queue")
    confirms.settled(3, multiple=False, taken=True)
    assert second.result() == {"4": NOT_TAKEN}
    assert not first.done()
    confirms.settled(6, multiple=True, taken=True)  # there is no such
    assert not first.done()
    confirms.settled(5, multiple=True, taken=True)
    assert first.result() == {"1": "no queue"}
    assert third.result() == {}


async def test_a_message_of_two_batches_that_comes_back_is_of_both() -> None:
    confirms = Confirms()
    both = confirms.expect(["same", "1"]), confirms.expect(["2", "same"])
    confirms.returned("same", "no queue")
    confirms.settled(0, multiple=True, taken=True)
    assert [done.result() for done in both] == [{"same": "no queue"}] * 2


async def test_a_failure_ends_every_wait() -> None:
    confirms = Confirms()
    both = confirms.expect(["1"]), confirms.expect(["2"])
    confirms.fail(BrokerUnavailable("gone"))
    assert [str(done.exception()) for done in both] == ["gone"] * 2


async def test_there_is_no_batch_without_messages() -> None:
    with pytest.raises(ValueError, match="without messages"):
        Confirms().expect([])


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 18), st.booleans(), st.booleans()), max_size=25),
)
def test_side_by_side_as_if_each_message_were_counted_for_itself(
    sizes: list[int], hears: list[tuple[int, bool, bool]]
) -> None:
    async def counted() -> None:
        confirms, first = Confirms(), 1
        models: list[Model] = []
        for size in sizes:
            models.append(Model(first, [str(n) for n in range(first, first + size)]))
            first += size
        waiting = [confirms.expect(model.ids) for model in models]
        for tag, multiple, taken in hears:
            confirms.settled(tag, multiple=multiple, taken=taken)
            if tag < first:
                for model in models:
                    model.hears(min(tag, model.last) if multiple else tag, multiple, taken)
        for done, model in zip(waiting, models, strict=True):
            assert done.done() == model.complete
            if model.complete:
                assert done.result() == model.refused

    asyncio.run(counted())


async def test_the_loop_hears_nothing_of_a_failure_that_nobody_waits_for() -> None:
    said: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: said.append(what))
    confirms = Confirms()
    confirms.fail(BrokerUnavailable("nothing was asked"))
    done = confirms.expect(["one"])
    confirms.fail(BrokerUnavailable("gone"))
    confirms.fail(BrokerUnavailable("gone twice"))
    assert str(done.exception()) == "gone"
    confirms = Confirms()
    confirms.expect(["one"])
    confirms.fail(BrokerUnavailable("gone"))
    del confirms, done
    gc.collect()
    assert not said
