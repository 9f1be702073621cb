"""A portal files complaints over HTTP, shows what became of them, and speaks for its reporters."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import NAMESPACE_URL, uuid4, uuid5

import pytest

from schemas.identifiers import tracking
from tests.acceptance.gateway.http import Answer, Door


def test_the_whole_story_of_a_complaint(door: Door) -> None:
    filed = door.files("sampah menumpuk di pasar")
    door.until(filed, "routed")
    case = f"/v1/agencies/dlh/cases/{filed['tracking']}"
    assert door.call("POST", f"{case}/held", {"note": "di mana?"}, key="agency:dlh").status == 200
    here = f"/v1/complaints/{filed['tracking']}"
    shown = door.call("GET", f"{here}?pin={filed['pin']}").json
    assert (shown["state"], shown["question"]) == ("held", "di mana?")
    reply = door.call("POST", f"{here}/replied?pin={filed['pin']}", {"note": "di gang 3"})
    assert (reply.status, reply.json["outcome"]) == (200, "accepted")
    resolved = door.call("POST", f"{case}/resolved", {"note": "diangkut"}, key="agency:dlh")
    assert resolved.json["state"] == "resolved"
    accepted = door.call("POST", f"{here}/accepted?pin={filed['pin']}", {"rating": 4})
    assert (accepted.status, accepted.json["state"]) == (200, "closed")
    shown = door.call("GET", here, key="web").json
    said = [(note["verb"], note["note"]) for note in shown["notes"]]
    assert said == [("held", "di mana?"), ("replied", "di gang 3"), ("resolved", "diangkut")]
    assert (shown["rating"], shown["closed"]["how"]) == (4, "accepted")


def test_codes_are_those_that_an_adapter_would_derive(door: Door) -> None:
    id = uuid4().hex
    filed = door.files("jalan rusak", id=id)
    complaint = uuid5(NAMESPACE_URL, f"/channels/web#{id}")
    assert filed["complaint_id"] == str(complaint)
    assert filed["tracking"] == tracking(complaint)


def test_a_repeat_under_its_key_gets_the_first_answer_and_is_one_complaint(door: Door) -> None:
    id = uuid4().hex
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: door.files("jalan rusak", id=id), range(8)))
    assert all(answer == answers[0] for answer in answers)
    door.until(answers[0], "routed")
    listed = door.call("GET", "/v1/agencies/dpupr/cases", key="agency:dpupr").json["cases"]
    assert [one["tracking"] for one in listed].count(answers[0]["tracking"]) == 1


def test_another_complaint_under_a_key_that_was_used_is_refused_and_not_lost(door: Door) -> None:
    id = uuid4().hex
    door.files("jalan rusak", id=id)
    headers = {"Idempotency-Key": id}
    answer = door.call("POST", "/v1/complaints", {"text": "lain"}, key="web", headers=headers)
    assert _code(answer) == (422, "key-reused")


def test_a_key_of_one_channel_is_another_ones_too(door: Door) -> None:
    id = uuid4().hex
    assert door.files("jalan rusak", id=id) != door.files("jalan bolong", "sms", id=id)


def test_what_is_left_out_is_named(door: Door) -> None:
    filed = door.files("jalan rusak", location={"latitude": 999}, classification="gossip")
    assert len(filed["warnings"]) == 2


def test_an_anonymous_reporter_is_shown_to_nobody(door: Door) -> None:
    reporter = {"name": "Budi Rahasia", "phone": "081234567890"}
    filed = door.files("pungli, hubungi 0812-9999-8888", anonymous=True, reporter=reporter)
    door.until(filed, "routed", "triage")
    path = f"/v1/complaints/{filed['tracking']}"
    shown = [
        door.call("GET", f"{path}?pin={filed['pin']}").body,
        door.call("GET", path, key="web").body,
        door.call("GET", "/v1/agencies/inspektorat/cases", key="agency:inspektorat").body,
    ]
    for body in shown:
        for mark in (b"Budi", b"081234567890", b"0812-9999-8888"):
            assert mark not in body


def test_a_wrong_code_and_a_wrong_pin_get_the_same_answer(door: Door) -> None:
    filed = door.files("jalan rusak")
    door.until(filed, "routed")
    wrong = f"{(int(filed['pin']) + 1) % 10**6:06}"
    answers = [
        door.call("GET", f"/v1/complaints/{code}?pin={pin}")
        for code, pin in (
            (filed["tracking"], wrong),
            ("0000-0000-0000", filed["pin"]),
            ("nonsense", filed["pin"]),
            (filed["tracking"], "'%3B--"),
        )
    ]
    told = [{**one.json, "request_id": None} for one in answers]
    assert [one.status for one in answers] == [404] * 4
    assert all(one == told[0] for one in told)


def test_pins_cannot_be_tried_one_after_the_other(door: Door) -> None:
    filed = door.files("jalan rusak")
    door.until(filed, "routed")
    path = f"/v1/complaints/{filed['tracking']}"
    wrong = [f"{(int(filed['pin']) + n) % 10**6:06}" for n in range(1, 25)]
    statuses = [door.call("GET", f"{path}?pin={pin}").status for pin in wrong]
    assert statuses.count(404) == 20
    refused = door.call("GET", f"{path}?pin={filed['pin']}")
    assert refused.status == 429
    assert int(refused.headers["retry-after"]) > 0
    assert door.call("GET", path, key="web").status == 200


def test_a_channel_sees_its_own_cases_only(door: Door) -> None:
    filed = door.files("jalan rusak", "sms")
    door.until(filed, "routed", channel="sms")
    path = f"/v1/complaints/{filed['tracking']}"
    assert _code(door.call("GET", path, key="web")) == (404, "not-found")
    said = door.call("POST", f"{path}/withdrawn", {}, key="web")
    assert said.status == 409
    assert door.state(filed, "sms") == "routed"


def test_an_agency_sees_and_speaks_for_its_own_cases_only(door: Door) -> None:
    filed = door.files("jalan rusak")
    door.until(filed, "routed")
    foreign = f"/v1/agencies/dlh/cases/{filed['tracking']}"
    assert _code(door.call("GET", foreign, key="agency:dlh")) == (404, "not-found")
    # Within two seconds it may be early: the agency could be about to get it. Then it waits, and
    # changes nothing; after that it is refused.
    said = door.call("POST", f"{foreign}/resolved", {"note": "x"}, key="agency:dlh")
    assert said.status in (202, 409)
    assert door.state(filed) == "routed"
    other = f"/v1/agencies/dpupr/cases/{filed['tracking']}"
    assert _code(door.call("GET", other, key="agency:dlh")) == (403, "not-allowed")
    assert _code(door.call("GET", other, key="web")) == (403, "not-allowed")
    assert door.call("GET", other, key="agency:dpupr").json["complaint"]["text"] == "jalan rusak"


def test_internal_notes_stay_inside(door: Door) -> None:
    filed = door.files("jalan rusak")
    door.until(filed, "routed")
    case = f"/v1/agencies/dpupr/cases/{filed['tracking']}"
    note = {"note": "kami cek", "internal_note": "anggaran habis"}
    assert door.call("POST", f"{case}/responded", note, key="agency:dpupr").status == 200
    path = f"/v1/complaints/{filed['tracking']}"
    assert b"anggaran" not in door.call("GET", f"{path}?pin={filed['pin']}").body
    assert b"anggaran" not in door.call("GET", path, key="web").body
    assert b"anggaran" in door.call("GET", case, key="agency:dpupr").body


def test_a_list_is_paged_without_losing_or_repeating_a_case(door: Door) -> None:
    filed = [door.files(f"lampu jalan mati nomor {n}") for n in range(7)]
    for one in filed:
        door.until(one, "routed")
    agency = door.call("GET", f"/v1/complaints/{filed[0]['tracking']}", key="web").json["agency"]
    path, seen = f"/v1/agencies/{agency['code']}/cases?limit=3", list[str]()
    after = ""
    while True:
        page = door.call("GET", path + after, key=f"agency:{agency['code']}").json
        seen += [one["tracking"] for one in page["cases"]]
        if page["next"] is None:
            break
        after = f"&after={page['next'].replace('+', '%2B')}"
    assert len(seen) == len(set(seen))
    assert set(seen) >= {one["tracking"] for one in filed}


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, (401, "no-key")),
        ({"Authorization": "Bearer nonsense"}, (401, "unknown-key")),
        ({"Authorization": f"Bearer pintu_00000000_{'a' * 32}"}, (401, "unknown-key")),
        ({"Authorization": "Basic d2ViOndlYg=="}, (401, "no-key")),
    ],
)
def test_who_has_no_key_files_nothing(
    door: Door, headers: dict[str, str], code: tuple[int, str]
) -> None:
    answer = door.call("POST", "/v1/complaints", {"text": "x"}, headers=headers)
    assert _code(answer) == code
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("raw", "kind", "code"),
    [
        (b'{"tex', "application/json", (400, "not-json")),
        (b"[1, 2]", "application/json", (400, "not-json")),
        (b'{"text": "\xff"}', "application/json", (400, "not-json")),
        (b'{"text": "  "}', "application/json", (422, "bad-data")),
        (b'{"title": "x"}', "application/json", (422, "bad-data")),
        (b"text=x", "application/x-www-form-urlencoded", (415, "unsupported-type")),
        (b'{"text": "' + b"a" * (1 << 20) + b'"}', "application/json", (413, "too-large")),
        (
            b'{"text": "x", "id": "1", "extra": ' + b"[" * 9000,
            "application/json",
            (400, "not-json"),
        ),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_cannot_be_used_is_refused_with_a_reason(
    door: Door, raw: bytes, kind: str, code: tuple[int, str]
) -> None:
    answer = door.call("POST", "/v1/complaints", key="web", raw=raw, headers={"Content-Type": kind})
    assert _code(answer) == code
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["detail"]


def test_people_are_told_in_indonesian_unless_they_want_english(door: Door) -> None:
    indonesian = door.call("GET", "/v1/complaints/x", headers={"Accept-Language": "id, en;q=0.5"})
    english = door.call("GET", "/v1/complaints/x", headers={"Accept-Language": "en-GB"})
    assert "Kunci tidak disertakan" in indonesian.json["detail"]
    assert "No key was sent" in english.json["detail"]


def test_an_envelope_in_place_of_data_cannot_take_another_channels_id(door: Door) -> None:
    body = {"specversion": "1.0", "id": "theirs", "source": "/channels/sms", "text": "jalan rusak"}
    filed = door.files(**body)
    assert filed["complaint_id"] != str(uuid5(NAMESPACE_URL, "/channels/sms#theirs"))


def _code(answer: Answer) -> tuple[int, str]:
    return answer.status, json.loads(answer.body)["title"]
