"""What comes out of a queue reaches its endpoint, in order, or is parked and told."""

from datetime import timedelta
from functools import partial

from broker.memory import Message
from broker.ports.webhooks import Endpoint
from consumers.webhooks.forgetting import without_person
from consumers.webhooks.schedule import GIVEN_UP_AFTER, LAST_PAUSE, PAUSES
from schemas.properties import Properties
from tests.support.eventually import eventually_async
from tests.support.receiver import Got, Receiver, Reply
from tests.unit.consumers.webhooks.place import NAME, NOW, Place, place


def tried(here: Place, times: int) -> bool:
    return here.tries("failed") + here.tries("parked") >= times


def to(receiver: Receiver, name: str = NAME) -> Endpoint:
    return Endpoint(name, receiver.url, b"s" * 32, NOW)


async def test_events_of_a_case_come_in_order_and_the_queue_is_empty_then() -> None:
    with Receiver() as receiver:
        async with place(to(receiver)) as (here, start):
            ids = [here.put(n) for n in range(30)]
            await start("one")
            await eventually_async(lambda: len(receiver.got) == 30)
            assert [got.id for got in receiver.got] == ids
            await eventually_async(lambda: here.tries("delivered") == 30)
            assert set((await here.states()).values()) == {"delivered"}
            assert not here.broker.queues[NAME].ready


async def test_what_is_refused_holds_up_its_case_and_no_other() -> None:
    refused = True

    def answer(got: Got) -> Reply:
        return Reply(500 if refused and got.event["subject"] == "bad" else 204)

    with Receiver(answer) as receiver:
        async with place(to(receiver)) as (here, start):
            bad = [here.put(n, "bad") for n in range(3)]
            good = [here.put(n, f"good {n}") for n in range(3, 6)]
            await start("one")
            await eventually_async(lambda: sorted(receiver.ids) == sorted(good))
            assert {got.id for got in receiver.asked} - {*good} == {bad[0]}
            refused = False
            here.later(timedelta(seconds=5))
            await eventually_async(lambda: len(receiver.got) == 6)
            assert [got.id for got in receiver.got if got.id in bad] == bad


async def test_after_three_days_it_is_parked_whole_and_the_next_one_has_its_turn() -> None:
    with Receiver(lambda _: Reply(500)) as receiver:
        async with place(to(receiver)) as (here, start):
            first, second = here.put(1), here.put(2)
            await start("one")
            tries = 0
            for pause in (*PAUSES, *[LAST_PAUSE] * 20):
                tries += 1
                await eventually_async(partial(tried, here, tries))
                if here.tries("parked"):
                    break
                here.later(pause)
            assert here.clock.at - NOW <= GIVEN_UP_AFTER
            assert len([got for got in receiver.asked if got.id == first]) == tries == 13
            (parked,) = here.broker.queues["parked"].ready
            assert parked.properties.headers["parked-reason"] == "webhook-failed"
            assert parked.properties.headers["parked-from"] == f"/{NAME}"
            assert parked.body == receiver.asked[0].body
            assert (await here.states())[first] == "parked"
            await eventually_async(lambda: receiver.asked[-1].id == second)


async def test_what_is_no_event_is_parked_with_its_reason_and_holds_up_nothing() -> None:
    with Receiver() as receiver:
        async with place(to(receiver)) as (here, start):
            for body in (b"\xff", b"{", b"[1]", b'{"id": "x\\n", "type": "t"}'):
                assert here.broker.put("", NAME, body, Properties(message_id="m"))
            good = here.put(1)
            await start("one")
            await eventually_async(lambda: receiver.ids == [good])
            reasons = [one.properties.headers["parked-reason"] for one in parked(here)]
            assert reasons == ["not-utf8", "broken-json", "not-an-object", "unknown-type"]


async def test_an_endpoint_that_is_gone_is_off_and_asked_no_more() -> None:
    with Receiver(lambda _: Reply(410)) as receiver:
        async with place(to(receiver)) as (here, start):
            for n in range(9):
                here.put(n, f"case {n}")
            await start("one")
            await eventually_async(lambda: is_off(here))
            await eventually_async(lambda: here.tries("gone") == 1)
            assert len(receiver.asked) <= 4, "what was under way"
            assert "delivered" not in (await here.states()).values()
            assert not parked(here)


async def test_a_dead_endpoint_holds_up_no_other() -> None:
    with Receiver(lambda _: Reply(pause=5)) as slow, Receiver() as quick:
        async with place(to(slow), to(quick, "agency.dishub")) as (here, start):
            for n in range(20):
                here.put(n, f"case {n}")
            ids = [here.put(n, f"case {n}", "agency.dishub") for n in range(20, 40)]
            await start("one")
            await eventually_async(lambda: sorted(quick.ids) == sorted(ids))
            assert len(slow.asked) <= 8, "four at a time"


async def test_two_processes_never_serve_one_endpoint_at_once() -> None:
    with Receiver() as receiver:
        async with place(to(receiver), to(receiver, "agency.dishub")) as (here, start):
            one, two = await start("one"), await start("two")
            ids = [here.put(n) for n in range(20)]
            await eventually_async(lambda: len(receiver.got) == 20)
            assert [got.id for got in receiver.got] == ids
            endpoint = await here.store.endpoint(NAME)
            assert endpoint is not None
            holder, other = (one, two) if endpoint.holder == "one" else (two, one)
            holder.stop.set()  # leaves; the other goes on
            more = [here.put(n) for n in range(20, 40)]
            await eventually_async(lambda: len(receiver.got) == 40)
            assert [got.id for got in receiver.got] == ids + more
            assert not other.stop.is_set()


async def test_of_an_event_nothing_that_anybody_wrote_stays_once_a_person_is_forgotten() -> None:
    body = (
        b'{"specversion":"1.0","id":"x","type":"complaint.routed.v1","subject":"c","data":'
        b'{"complaint_id":"c","agency":"dlh","note":"Budi","complaint":{"text":"Budi 0812"}}}'
    )
    left = without_person(body)
    assert b"Budi" not in left
    assert b'"agency":"dlh"' in left
    assert without_person(b"\xff") == b"{}"
    assert without_person(b'{"data": 3}') == b"{}"


def parked(here: Place) -> list[Message]:
    return list(here.broker.queues["parked"].ready)


async def is_off(here: Place) -> bool:
    endpoint = await here.store.endpoint(NAME)
    return endpoint is not None and endpoint.state == "off"


async def test_a_trace_that_no_header_can_carry_holds_up_nothing() -> None:
    with Receiver() as receiver:
        async with place(to(receiver)) as (here, start):
            bad, good = here.put(1, trace="00-a\r\nX-Y: z"), here.put(2, trace="00-ab-cd-01")
            await start("one")
            await eventually_async(lambda: receiver.ids == [bad, good])
            assert "traceparent" not in receiver.got[0].headers
            assert "x-y" not in receiver.got[0].headers
            assert receiver.got[1].headers["traceparent"] == "00-ab-cd-01"
