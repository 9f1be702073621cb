"""FixMyStreet's updates: what offices did, by time; and what its people say, as our verbs."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from broker.domain.case import Case, Entry, Said, State
from tests.unit.gateway.door import NOW, MemoryDoor, a_receipt
from tests.unit.gateway.open311.test_listing import case

UPDATES = "/open311/v2/servicerequestupdates"
MINUTE = timedelta(minutes=1)


def line(
    what: str,
    before: State | None,
    after: State,
    at: datetime = NOW,
    who: str = "agency.dlh",
    **detail: object,
) -> Entry:
    return Entry(at, at, who, what, before, after, "dlh", "dlh", detail)


async def told(door: MemoryDoor, **query: Any) -> list[dict[str, Any]]:
    answer = await door.get(f"{UPDATES}.json", **query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_what_offices_did_is_told_with_fixmystreets_states(door: MemoryDoor) -> None:
    S = State
    kept = case(state=S.CLOSED)
    kept = replace(kept, closed=replace(kept.closed, at=NOW))  # type: ignore[type-var]
    at = [NOW - n * MINUTE for n in range(12, 0, -1)]
    lines = [
        line("acknowledged", S.ROUTED, S.ACKNOWLEDGED, at[0]),
        line("escalated", S.ACKNOWLEDGED, S.ACKNOWLEDGED, at[1], "clock.response"),
        line("responded", S.ACKNOWLEDGED, S.RESPONDED, at[2]),
        line("deadline", S.RESPONDED, S.RESPONDED, at[3], "calendar"),
        line("held", S.RESPONDED, S.HELD, at[4]),
        line("replied", S.HELD, S.RESPONDED, at[5], "channel.web"),
        line("acknowledged", S.RESPONDED, S.RESPONDED, at[6]),
        line("resolved", S.RESPONDED, S.RESOLVED, at[7]),
        line("closed", S.RESOLVED, S.CLOSED, at[8], "clock.closing"),
    ]
    said = [
        Said(at[2], "agency.dlh", "responded", note="kami cek", internal_note="anggaran"),
        Said(at[4], "agency.dlh", "held", note="di mana?"),
        Said(at[5], "channel.web", "replied", note="kata pelapor"),
        Said(
            *(at[7], "agency.dlh", "resolved", "selesai"),
            attachments=({"url": "https://a.example/1.jpg"},),
        ),
    ]
    await door.keep(kept, lines, said)
    found = await told(door)
    assert [(one["status"], one["external_status_code"], one["description"]) for one in found] == [
        ("INVESTIGATING", "acknowledged", ""),
        ("IN_PROGRESS", "responded", "kami cek"),
        ("INVESTIGATING", "held", "di mana?"),
        ("IN_PROGRESS", "replied", ""),
        ("FIXED", "resolved", "selesai"),
        ("FIXED", "closed", "Tidak ada tanggapan pelapor setelah jawaban akhir."),
    ]
    assert [one["update_id"] for one in found] == [
        f"{kept.tracking}-{n}" for n in (0, 2, 4, 5, 7, 8)
    ]
    assert found[4]["media_url"] == "https://a.example/1.jpg"
    assert all(one["updated_datetime"].endswith("+07:00") for one in found)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("duplicate", "DUPLICATE"),
        ("not-ours", "NOT_COUNCILS_RESPONSIBILITY"),
        ("abuse", "NO_FURTHER_ACTION"),
    ],
)
async def test_the_desks_reasons_are_fixmystreets_states(
    door: MemoryDoor, code: str, status: str
) -> None:
    kept = case(state=State.CLOSED)
    kept = replace(kept, closed=replace(kept.closed, at=NOW))  # type: ignore[type-var]
    ends = line("dismissed", State.TRIAGE, State.CLOSED, NOW - MINUTE, "desk.sri", code=code)
    await door.keep(kept, [ends])
    assert [one["status"] for one in await told(door)] == [status]


async def test_pages_by_time_and_by_number_have_each_once(door: MemoryDoor) -> None:
    kept = case()
    lines = [
        line("responded", State.ROUTED, State.RESPONDED, NOW - n * MINUTE) for n in range(9, 0, -1)
    ]
    await door.keep(kept, lines)
    whole = [one["update_id"] for one in await told(door)]
    assert len(whole) == 9
    pages = [await told(door, page=n, page_size=4) for n in (1, 2, 3)]
    assert [one["update_id"] for page in pages for one in page] == whole
    seen, start = list[str](), "2026-03-02T08:00:00+07:00"
    while True:
        page = await told(door, start_date=start, page_size=4)
        new = [one["update_id"] for one in page if one["update_id"] not in seen]
        if not new:
            break
        seen += new
        start = page[-1]["updated_datetime"]
    assert seen == whole


async def test_no_other_channels_updates_are_told(door: MemoryDoor) -> None:
    await door.keep(
        case(channel="sms"), [line("responded", State.ROUTED, State.RESPONDED, NOW - MINUTE)]
    )
    assert await told(door) == []
    assert len(await told(door, key="sms")) == 1


VERBS: list[tuple[State, dict[str, str], tuple[str, dict[str, object]]]] = [
    (State.ROUTED, {"description": "x"}, ("replied", {"note": "x", "reopen": True})),
    (
        State.ROUTED,
        {"status": "OPEN", "description": "x"},
        ("replied", {"note": "x", "reopen": True}),
    ),
    (State.ROUTED, {"status": "CLOSED", "description": "x"}, ("withdrawn", {"note": "x"})),
    (State.HELD, {"status": "FIXED"}, ("withdrawn", {})),
    (State.RESOLVED, {"status": "FIXED", "description": "x"}, ("accepted", {"note": "x"})),
    (State.RESOLVED, {"status": "CLOSED"}, ("accepted", {})),
    (
        State.RESOLVED,
        {"status": "CLOSED", "description": "x"},
        ("replied", {"note": "x", "reopen": False}),
    ),
    (
        State.RESOLVED,
        {"status": "REOPEN", "description": "x"},
        ("replied", {"note": "x", "reopen": True}),
    ),
    (
        State.RESOLVED,
        {"status": "NO_FURTHER_ACTION", "media_url": "https://a.example/1"},
        ("replied", {"attachments": [{"url": "https://a.example/1"}], "reopen": False}),
    ),
]


@pytest.mark.parametrize(("state", "fields", "said"), VERBS, ids=lambda value: str(value)[:60])
async def test_what_people_say_is_a_verb_of_ours(
    door: MemoryDoor,
    state: State,
    fields: dict[str, str],
    said: tuple[str, dict[str, object]],
) -> None:
    kept = await door.keep(case(state=state))
    sent = {"service_request_id": kept.tracking, "update_id": "7", **fields}
    answer = await door.post(f"{UPDATES}.json", sent)
    assert (answer.status_code, answer.json()) == (200, [{"update_id": "7"}]), answer.text
    (one,) = door.sent.said
    assert (one["verb"], one["data"]) == said
    assert (one["speaker"], one["subject"]) == ("channel.web", str(kept.complaint_id))
    assert one["id"] == "open311-update-7"


async def test_an_update_that_comes_again_keeps_its_verb_when_it_closed_its_case(
    door: MemoryDoor,
) -> None:
    kept = await door.keep(case())
    sent = {"service_request_id": kept.tracking, "status": "CLOSED", "update_id": "7"}
    await door.post(f"{UPDATES}.xml", sent)
    await door.keep(closed(kept))
    again = await door.post(f"{UPDATES}.xml", sent)
    assert again.status_code == 200
    assert [one["verb"] for one in door.sent.said] == ["withdrawn", "withdrawn"]
    for _ in range(2):
        late = await door.post(f"{UPDATES}.xml", {**sent, "update_id": "8"})
        assert late.status_code == 400
    assert len(door.sent.said) == 2


def closed(kept: Case) -> Case:
    return replace(case(state=State.CLOSED), complaint_id=kept.complaint_id, tracking=kept.tracking)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"description": "x"}, 400),
        ({"service_request_id": "nonsense", "description": "x"}, 404),
        ({"service_request_id": "0000-0000-0000", "description": "x"}, 404),
        ({"status": "OPEN"}, 400),
    ],
    ids=str,
)
async def test_what_says_nothing_of_a_known_case_is_refused(
    door: MemoryDoor, fields: dict[str, str], status: int
) -> None:
    kept = await door.keep(case())
    sent = {"service_request_id": kept.tracking, **fields} if "status" in fields else fields
    answer = await door.post(f"{UPDATES}.json", sent)
    assert (answer.status_code, answer.json()[0]["code"]) == (status, status)
    assert door.sent.said == []


async def test_another_channel_cannot_speak_and_a_refusal_of_the_cases_is_told(
    door: MemoryDoor,
) -> None:
    kept = await door.keep(case())
    sent = {"service_request_id": kept.tracking, "description": "x"}
    assert (await door.post(f"{UPDATES}.json", sent, "sms")).status_code == 404
    assert (await door.post(f"{UPDATES}.json", sent, "reads")).status_code == 403
    door.sent.receipt = a_receipt("refused", reason="too-long", detail="note: too long")
    answer = await door.post(f"{UPDATES}.json", sent)
    assert (answer.status_code, "too long" in answer.text) == (400, True)
    door.sent.receipt = None
    assert (await door.post(f"{UPDATES}.json", sent)).status_code == 200
