"""The trace of a portal's request goes on with what is published for it, also where this process
traces nothing itself."""

import pytest

from tests.unit.gateway.door import MemoryDoor

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACE = {"traceparent": PARENT, "tracestate": "vendor=web,other=1"}
FILE = "/v1/complaints"


def keyed(door: MemoryDoor, key: str = "web", **headers: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {door.keys[key]}", **headers}


async def files(door: MemoryDoor, **headers: str) -> object:
    sent = keyed(door, **headers)
    answer = await door.client.post(FILE, json={"text": "sampah"}, headers=sent)
    assert answer.status_code == 202, answer.text
    return door.sent.messages[-1].headers


async def test_a_complaint_is_published_under_the_trace_of_its_request(door: MemoryDoor) -> None:
    assert await files(door, **TRACE) == TRACE
    assert await files(door, traceparent=PARENT) == {"traceparent": PARENT}


async def test_without_a_trace_nothing_is_made_up(door: MemoryDoor) -> None:
    assert await files(door) == {}


@pytest.mark.parametrize(
    "parent",
    [
        "",
        "00-1-2-01",
        PARENT.upper(),
        PARENT.replace("0af7651916cd43dd8448eb211c80319c", "0" * 32),
        PARENT.replace("b7ad6b7169203331", "0" * 16),
        f"ff{PARENT[2:]}",
        f"{PARENT}-more",
        f"{PARENT}, {PARENT}",
        f"cc{PARENT[2:]}-{'x' * 500}",
    ],
)
async def test_what_is_no_trace_context_is_dropped_with_its_state(
    door: MemoryDoor, parent: str
) -> None:
    assert await files(door, traceparent=parent, tracestate="vendor=web") == {}


async def test_a_version_of_tomorrow_goes_on_as_it_came(door: MemoryDoor) -> None:
    later = f"cc{PARENT[2:]}-what-is-new"
    assert await files(door, traceparent=later) == {"traceparent": later}


async def test_a_state_that_is_too_long_is_dropped_alone(door: MemoryDoor) -> None:
    sent = await files(door, traceparent=PARENT, tracestate="a=" + "b" * 511)
    assert sent == {"traceparent": PARENT}


async def test_two_trace_contexts_are_none(door: MemoryDoor) -> None:
    headers = [*keyed(door).items(), ("traceparent", PARENT), ("traceparent", PARENT)]
    await door.client.post(FILE, json={"text": "sampah"}, headers=headers)
    assert door.sent.messages[-1].headers == {}


async def test_updates_of_portals_and_agencies_go_on_under_theirs(door: MemoryDoor) -> None:
    for key, path in (
        ("web", f"{FILE}/2MGT-KCJF-MWD9/replied"),
        ("agency", "/v1/agencies/dlh/cases/2MGT-KCJF-MWD9/responded"),
    ):
        sent = keyed(door, key, **TRACE)
        answer = await door.client.post(path, json={"note": "ya"}, headers=sent)
        assert answer.status_code == 200, answer.text
    assert [said["trace"] for said in door.sent.said] == [TRACE, TRACE]


async def test_open311_goes_on_too(door: MemoryDoor) -> None:
    form = {"service_code": "waste", "address_string": "Pasar", "api_key": door.keys["web"]}
    answer = await door.client.post("/open311/v2/requests.json", data=form, headers=TRACE)
    assert answer.status_code == 200, answer.text
    assert door.sent.messages[-1].headers == TRACE


async def test_the_public_decides_about_no_trace(door: MemoryDoor) -> None:
    """Whoever may choose the trace may have any of them recorded."""
    form = {"text": "sampah menumpuk", "id": "0" * 32}
    answer = await door.client.post("/lapor", data=form, headers=TRACE)
    assert answer.status_code == 200, answer.text
    assert door.sent.messages[-1].headers == {}
