"""No wrong door: every accepted form, from clients that know only the contract, is routed."""

import json
from collections.abc import Callable
from typing import Final
from uuid import NAMESPACE_URL, uuid5

import pytest

from tests.acceptance.clients import NAMES, Letter, can_send, client
from tests.acceptance.outside import Outside

CLOUD_EVENT: Final = "application/cloudevents+json"
ATTRIBUTES: Final = {"specversion": "1.0", "type": "complaint.submitted.v1"}


def structured(text: str, id: str) -> Letter:
    event = ATTRIBUTES | {"id": id, "source": "/channels/web", "data": {"text": text}}
    return Letter("web", json.dumps(event).encode(), CLOUD_EVENT)


def structured_without_content_type(text: str, id: str) -> Letter:
    return Letter("web", structured(text, id).body)


def structured_as_plain_json(text: str, id: str) -> Letter:
    return Letter("web", structured(text, id).body, "application/json")


def structured_without_id(text: str, id: str) -> Letter:
    event = ATTRIBUTES | {"source": "/channels/web", "data": {"text": text}}
    return Letter("web", json.dumps(event).encode(), CLOUD_EVENT, message_id=id)


def binary(text: str, id: str, prefix: str = "cloudEvents_") -> Letter:
    attributes = ATTRIBUTES | {"id": id, "source": "/channels/web"}
    headers = {prefix + name: value for name, value in attributes.items()}
    return Letter("web", json.dumps({"text": text}).encode(), "application/json", headers=headers)


def binary_with_colons(text: str, id: str) -> Letter:
    return binary(text, id, "cloudEvents:")


def binary_text(text: str, id: str) -> Letter:
    return Letter("web", text.encode(), "text/plain", headers=binary(text, id).headers)


def bare_json(text: str, id: str) -> Letter:
    return Letter("web", json.dumps({"text": text}).encode(), "application/json", message_id=id)


def bare_json_without_content_type(text: str, id: str) -> Letter:
    return Letter("web", json.dumps({"text": text}).encode(), message_id=id)


def plain_text(text: str, id: str) -> Letter:
    return Letter("web", text.encode(), "text/plain", message_id=id)


def plain_text_with_a_charset(text: str, id: str) -> Letter:
    return Letter("web", text.encode(), "text/plain; charset=utf-8", message_id=id)


def plain_text_without_content_type(text: str, id: str) -> Letter:
    return Letter("web", text.encode(), message_id=id)


def a_longer_key(text: str, id: str) -> Letter:
    return Letter("web.toboali.loket-2", structured(text, id).body, CLOUD_EVENT)


Form = Callable[[str, str], Letter]
FORMS: Final[tuple[Form, ...]] = (
    structured,
    structured_without_content_type,
    structured_as_plain_json,
    structured_without_id,
    binary,
    binary_with_colons,
    binary_text,
    bare_json,
    bare_json_without_content_type,
    plain_text,
    plain_text_with_a_charset,
    plain_text_without_content_type,
    a_longer_key,
)
WITHOUT_ANY_ID: Final = {
    "bare json": ("application/json", '{{"text": "{}"}}'),
    "text": ("text/plain", "{}"),
    "nothing said": (None, "{}"),
}


SENT: Final = [(name, form) for name in NAMES for form in FORMS if can_send(name, form("", ""))]


def mark_of(name: str, form: str) -> str:
    """The same in each run of the tests would do, as long as no other test writes it."""
    return f"{name}-{form}-".replace(" ", "-")


@pytest.fixture(scope="module")
def town_with_letters(town: Outside) -> Outside:
    """Everything sent, by each client all at once, and routed."""
    for name in NAMES:
        letters = [
            form(text_of(mark), mark)
            for client_name, form in SENT
            if client_name == name and (mark := mark_of(name, form.__name__))
        ]
        for form, (content_type, body) in WITHOUT_ANY_ID.items():
            text = text_of(mark_of(name, form))
            letters.append(Letter("web", body.format(text).encode(), content_type))
        client(name, town.url).publish(letters)
    town.pass_through()
    town.pass_through()  # what came without an id went round twice
    return town


def text_of(mark: str) -> str:
    return f"Sampah tidak diangkut di Jl. Merdeka, é😀 {mark}"


@pytest.mark.parametrize(
    ("name", "form"),
    [pytest.param(name, form, id=f"{name}-{form.__name__}") for name, form in SENT],
)
def test_a_complaint_in_any_form_reaches_its_agency(
    name: str, form: Form, town_with_letters: Outside
) -> None:
    mark = mark_of(name, form.__name__)
    [message] = town_with_letters.seen_with(mark)
    assert message.queue == "agency.dlh"
    assert message.key == "routed.dlh.web"
    assert message.data["complaint"]["text"] == text_of(mark)
    assert message.data["complaint_id"] == str(uuid5(NAMESPACE_URL, f"/channels/web#{mark}"))


@pytest.mark.parametrize("form", WITHOUT_ANY_ID)
@pytest.mark.parametrize("name", NAMES)
def test_a_complaint_without_any_id_is_routed_once(
    name: str, form: str, town_with_letters: Outside
) -> None:
    [message] = town_with_letters.seen_with(mark_of(name, form))
    assert message.queue == "agency.dlh"


def test_neighbours_who_write_the_same_words_without_an_id_are_two(
    town: Outside, mark: str
) -> None:
    for _ in range(2):
        town.publish("sms", f"lampu jalan mati {mark}".encode(), content_type="text/plain")
    found = [m for m in town.arrived(mark, 4) if m.queue == "agency.dishub"]
    assert len({m.data["complaint_id"] for m in found}) == len(found) == 2


@pytest.mark.parametrize("name", NAMES)
def test_an_agency_reads_its_queue_with_any_client(name: str, town: Outside, mark: str) -> None:
    texts = [f"jalan rusak {mark} {n}" for n in range(3)]
    for n, text in enumerate(texts):
        town.publish("sms", text.encode(), message_id=f"{mark}-{n}")
    town.publish("sms", f"sampah {mark}".encode(), message_id=f"{mark}-last")
    town.wait_for("agency.dpupr", 3)
    bodies = client(name, town.url).read("agency.dpupr")
    assert [json.loads(body)["data"]["complaint"]["text"] for body in bodies] == texts
    assert town.arrived(mark)[0].queue == "agency.dlh"
