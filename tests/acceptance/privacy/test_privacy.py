"""An anonymous complaint in every form, broken ones too: who reports is in nothing that leaves.

Of a message that cannot be used all that came in is kept, in `parked`, for operators.
"""

import base64
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.acceptance.outside import QUEUES, Message, Outside
from tests.acceptance.privacy.people import Person, a_person
from tests.acceptance.program import Router

CLOUD_EVENT: Final = "application/cloudevents+json"


def data_of(who: Person, text: str = "sampah tidak diangkut", **more: Any) -> dict[str, Any]:
    first, second, third, fourth = who.phones
    return {
        "text": f"{text}. Hubungi {first}, {second} atau {who.emails[0]}, NIK {who.nik}",
        "title": f"Dari {third} {who.emails[1]}",
        "location": {"address": f"Jl. Merdeka 1, telp {fourth}", "village": "Rias"},
        "reporter": {
            "name": who.name,
            "phone": first,
            "email": who.emails[0],
            "national_id": who.nik,
        },
        "anonymous": True,
        "extra": {"ticket": who.ticket, "deep": [{"name": who.name}]},
        "attachments": [{"url": "https://files.example/1.jpg"}],
    } | more


def event_of(who: Person, data: Any, **more: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": who.id,
        "source": "/channels/web",
        "type": "complaint.submitted.v1",
        "subject": who.name,
        "data": data,
    } | more


@dataclass(frozen=True, slots=True)
class Letter:
    body: bytes
    content_type: str | None = None
    content_encoding: str | None = None
    headers: dict[str, str] | None = None


def structured(data: Any, who: Person, **more: Any) -> Letter:
    return Letter(json.dumps(event_of(who, data, **more)).encode(), CLOUD_EVENT)


def bare(data: Any, content_type: str | None = "application/json") -> Letter:
    return Letter(json.dumps(data).encode(), content_type)


def binary(data: Any, who: Person, prefix: str, **more: str) -> Letter:
    attributes = {k: v for k, v in event_of(who, None, **more).items() if k != "data"}
    headers = {prefix + name: value for name, value in attributes.items()}
    return Letter(json.dumps(data).encode(), "application/json", headers=headers)


Form = Callable[[Person], Letter]
ROUTED: Final[dict[str, Form]] = {
    "structured": lambda who: structured(data_of(who), who),
    "two agencies": lambda who: structured(data_of(who, "lampu jalan mati"), who),
    "triage": lambda who: structured(data_of(who, "tolong kami"), who),
    "oversight": lambda who: structured(data_of(who, "pungli"), who),
    "both flags": lambda who: structured(data_of(who, confidential=True), who),
    "binary": lambda who: binary(data_of(who), who, "cloudEvents_"),
    "binary with colons": lambda who: binary(data_of(who), who, "cloudEvents:"),
    "bare": lambda who: bare(data_of(who)),
    "nothing said": lambda who: bare(data_of(who), None),
    "structured, nothing said": lambda who: Letter(structured(data_of(who), who).body),
    "JSON called text": lambda who: bare(data_of(who), "text/plain"),
    "event called text": lambda who: Letter(structured(data_of(who), who).body, "text/plain"),
    "data in base64": lambda who: structured(
        None,
        who,
        data_base64=base64.b64encode(json.dumps(data_of(who)).encode()).decode(),
        datacontenttype="application/json",
    ),
    "data as text": lambda who: structured(json.dumps(data_of(who)), who),
    "flag as a word": lambda who: structured(data_of(who, anonymous="ya"), who),
    "flag as a number": lambda who: structured(data_of(who, anonymous=1), who),
    "flag as zero": lambda who: structured(data_of(who, anonymous=0), who),
    "flag as nothing": lambda who: structured(data_of(who, anonymous=""), who),
    "flag as a list": lambda who: structured(data_of(who, anonymous=[]), who),
    "bad optional fields": lambda who: structured(
        data_of(
            who,
            occurred_at=who.phones[0],
            classification=who.name,
            category=who.phones[1],
            agency=who.phones[2],
            oversight=who.name,
            confidential=who.phones[3],
            reporter=[who.name],
            extra=who.ticket,
            attachments=[{"url": 1, "media_type": who.name}],
            location={
                "region": who.phones[0],
                "district": who.phones[1],
                "village": f"Rias {who.emails[0]}",
                "latitude": who.name,
            },
        ),
        who,
    ),
    "source with a name": lambda who: structured(data_of(who), who, source=f"/{who.name}"),
    "time with a name": lambda who: structured(data_of(who), who, time=who.name),
}
UNUSABLE: Final[dict[str, Form]] = {
    "no text": lambda who: structured(data_of(who) | {"text": " "}, who),
    "text of another type": lambda who: structured(data_of(who) | {"text": [who.name]}, who),
    "broken JSON": lambda who: Letter(structured(data_of(who), who).body[:-1], CLOUD_EVENT),
    "broken bare JSON": lambda who: Letter(bare(data_of(who)).body[:-2], "application/json"),
    "escaped and broken": lambda who: Letter(
        structured(data_of(who), who).body[:-1].replace(b"anonym", b"\\u0061nonym"), CLOUD_EVENT
    ),
    "another type": lambda who: structured(data_of(who), who, type=f"complaint.{who.name}.v1"),
    "a type that is no type": lambda who: structured(data_of(who), who, type={who.name: 1}),
    "binary of somebody": lambda who: binary(
        data_of(who) | {"text": ""}, who, "cloudEvents_", source=f"tel:{who.phones[0]}"
    ),
    "a batch": lambda who: Letter(
        json.dumps([event_of(who, data_of(who))]).encode(), "application/cloudevents-batch+json"
    ),
    "a list": lambda who: bare([data_of(who)]),
    "not UTF-8": lambda who: Letter(structured(data_of(who), who).body + b"\xff", CLOUD_EVENT),
    "UTF-16": lambda who: Letter(
        json.dumps(event_of(who, data_of(who))).encode("utf-16"), CLOUD_EVENT
    ),
    "too large": lambda who: structured(data_of(who, extra={"x": "x" * (1 << 20)}), who),
    "compressed": lambda who: Letter(
        gzip.compress(structured(data_of(who), who).body, mtime=0), CLOUD_EVENT, "gzip"
    ),
    "broken base64": lambda who: structured(
        None,
        who,
        data_base64=base64.b64encode(json.dumps(data_of(who)).encode()[:-1]).decode(),
        datacontenttype="application/json",
    ),
}
FORMS: Final = ROUTED | UNUSABLE


@dataclass(frozen=True, slots=True)
class Outputs:
    """Everything that can be seen of the router, by where."""

    messages: tuple[Message, ...]
    places: dict[str, str]


@pytest.fixture(scope="module")
def outputs(town: Outside, router: Router) -> Outputs:
    """Every form sent twice, and all that came of it."""
    first = town.pass_through()
    before = len(town.seen)
    town.take("cases", town.depth("cases"))
    for form, letter_of in FORMS.items():
        who = a_person(form)
        letter = letter_of(who)
        for _ in range(2):
            town.publish(
                "web.desk",
                letter.body,
                content_type=letter.content_type,
                content_encoding=letter.content_encoding,
                message_id=who.id,
                correlation_id=who.name,
                reply_to=who.emails[0],
                app_id=who.device,
                headers={"x-user": who.name, "ticket": who.ticket} | (letter.headers or {}),
            )
    streamed = town.stream(town.pass_through())
    since = [message.properties.message_id for message in streamed].index(first) + 1
    town.take("cases", town.depth("cases"))
    places = {page: router.get(page)[1] for page in ("/metrics", "/readyz")}
    for path in sorted(router.state_dir.rglob("*")):
        if path.is_file():
            places[str(path.relative_to(router.state_dir))] = path.read_bytes().decode("latin-1")
    return Outputs((*town.seen[before:], *streamed[since:]), places)


def shown(message: Message) -> str:
    """A message as its reader may see it; of a parked one, what came in is for operators."""
    properties = vars(message.properties)
    if message.queue == "parked":
        ours = {name: text for name, text in message.headers.items() if name != "parked-properties"}
        return f"{message.key} {properties | {'headers': ours}}"
    return f"{message.key} {properties} {message.body.decode()}"


@pytest.mark.parametrize("form", FORMS)
def test_no_message_that_leaves_says_who_reports(form: str, outputs: Outputs) -> None:
    marks = a_person(form).marks
    told = [(m.queue, m.key, mark) for m in outputs.messages for mark in marks if mark in shown(m)]
    assert told == []


@pytest.mark.parametrize("form", FORMS)
def test_no_log_line_file_or_page_says_who_reports(form: str, outputs: Outputs) -> None:
    marks = a_person(form).marks
    told = [
        (where, mark) for where, text in outputs.places.items() for mark in marks if mark in text
    ]
    assert told == []


def test_all_that_could_be_used_were_routed_once_and_the_others_parked(outputs: Outputs) -> None:
    """Without this the two tests above would say nothing."""
    read = [m for m in outputs.messages if m.queue in QUEUES]
    bodies = {form: form_of(a_person(form)).body for form, form_of in FORMS.items()}
    parked = [m.body for m in read if m.queue == "parked"]
    assert sorted(parked) == sorted(bodies[form] for form in UNUSABLE for _ in range(2))
    agencies = [m for m in read if m.key.startswith(("routed.", "triaged."))]
    own = [m for m in agencies if m.data["complaint"]["anonymous"]]
    assert len(own) == len(ROUTED) + 1  # one of them concerns two agencies
    assert sum(m.queue == "triage" for m in own) == 1
    rejected = [m for m in read if m.key == "rejected.-.web"]
    assert len(rejected) == 2 * len(UNUSABLE)


def test_the_audit_trail_was_read_too(outputs: Outputs) -> None:
    seen = [m for m in outputs.messages if m.queue == "audit"]
    assert sum(m.key.startswith("rejected.") for m in seen) == 2 * len(UNUSABLE)
    assert sum(m.key.startswith("routed.") for m in seen) >= len(ROUTED)


def test_the_files_of_the_router_were_looked_into(outputs: Outputs) -> None:
    assert any(Path(where).suffix.startswith(".sqlite") for where in outputs.places)
    assert any("complaint.parked" in text for text in outputs.places.values())


def test_what_is_hidden_is_masked_and_the_rest_is_readable(outputs: Outputs) -> None:
    routed = [m for m in outputs.messages if m.queue == "agency.inspektorat"]
    [complaint] = [m.data["complaint"] for m in routed]
    assert complaint["text"].startswith("pungli. Hubungi [telepon] atau [surel]")
    assert complaint["text"].endswith("NIK [NIK]")
    assert complaint["title"] == "Dari [telepon] [surel]"
    assert complaint["location"] == {"address": "Jl. Merdeka 1, telp [telepon]", "village": "Rias"}
    assert complaint["attachments"] == [{"url": "https://files.example/1.jpg", "sensitive": True}]
    assert complaint.keys() == {
        *("text", "title", "classification", "anonymous", "confidential", "location"),
        "attachments",
    }
