"""Bodies of JSON as the queue reads them too: what is no fault there is none here."""

import json

import pytest

from tests.unit.gateway.door import MemoryDoor

JSON = {"Content-Type": "application/json"}


def headers(door: MemoryDoor, key: str = "web") -> dict[str, str]:
    return {**JSON, "Authorization": f"Bearer {door.keys[key]}"}


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (b'{"text": "a\\ud800b"}', "a\ufffdb"),
        (b'{"text": "\\\\ud800"}', "\\ud800"),
        (b'{"text": "\\ud83d\\ude00"}', "\U0001f600"),
        (b'\xef\xbb\xbf{"text": "bom"}', "bom"),
        (b'{"text": "large", "extra": {"n": 123456789012345678901234567890}}', "large"),
    ],
)
async def test_what_an_adapter_may_send_a_portal_may_send(
    door: MemoryDoor, sent: bytes, text: str
) -> None:
    answer = await door.client.post("/v1/complaints", content=sent, headers=headers(door))
    assert answer.status_code == 202, answer.text
    [message] = door.sent.messages
    assert json.loads(message.body)["data"]["text"] == text


@pytest.mark.parametrize(
    "sent",
    [
        b'{"text": "a", "extra": {"n": NaN}}',
        b'{"text": "a", "extra": {"n": Infinity, "m": 123456789012345678901234567890}}',
        b'{"text": "a\xff"}',
        '{"text": "a"}'.encode("utf-16"),
        b'[{"text": "a"}]',
        b'{"text":' + b"[" * 300,
        b'{"n": ' + b"9" * 5_000 + b"}",
        b" ",
    ],
)
@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/v1/complaints", "web"),
        ("/v1/complaints/0000-0000-0000/replied", "web"),
        ("/v1/agencies/dlh/cases/0000-0000-0000/responded", "agency"),
    ],
)
async def test_what_is_no_object_in_utf8_is_refused_and_none_of_it_is_repeated(
    door: MemoryDoor, sent: bytes, path: str, key: str
) -> None:
    if sent == b" " and not path.endswith("complaints"):
        return  # nothing more is to be said
    answer = await door.client.post(path, content=sent, headers=headers(door, key))
    assert (answer.status_code, answer.json()["title"]) == (400, "not-json"), answer.text
    assert len(answer.text) < 400


async def test_more_values_than_a_message_may_hold_are_refused(door: MemoryDoor) -> None:
    sent = b'{"text": "a", "extra": [' + b"[]," * 60_000 + b"1]}"
    answer = await door.client.post("/v1/complaints", content=sent, headers=headers(door))
    assert (answer.status_code, answer.json()["reason"]) == (422, "too-many-values")


@pytest.mark.parametrize("verb", ["replied", "withdrawn"])
async def test_half_a_pair_in_what_a_reporter_says_is_no_failure(
    door: MemoryDoor, verb: str
) -> None:
    path = f"/v1/complaints/0000-0000-0000/{verb}"
    sent = b'{"note": "a\\udfffb"}'
    answer = await door.client.post(path, content=sent, headers=headers(door))
    assert answer.status_code == 200
    assert door.sent.said[0]["data"] == {"note": "a\ufffdb"}
