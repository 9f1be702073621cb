"""A request as the data of a submission."""

import math
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

from broker.domain.routing.rules import Rules
from config.language import marked
from gateway.open311.errors import NO_PLACE, NO_SERVICE, UNKNOWN_SERVICE, wrong
from gateway.open311.forms import Fields
from gateway.open311.services import topic_of

Attributes = Mapping[str, Sequence[str]]

_IDS: Final = ("external_id", "fixmystreet_id")
_TEXTS: Final = ("title", "occurred_at", "classification", "follows")
"""Attributes that are fields of a complaint."""
_PLACES: Final = ("village", "district", "region")
_FLAGS: Final = ("anonymous", "confidential", "oversight")
_READ: Final = frozenset((*_IDS, *_TEXTS, *_PLACES, *_FLAGS))
_NO: Final = frozenset(("false", "no", "0", "off", "tidak"))
_BESIDE: Final = ("device_id", "account_id", "address_id", "zipcode")
"""What has no field in a complaint, and is passed on beside it."""
_LONGEST_ID: Final = 150


def submission(fields: Fields, rules: Rules) -> dict[str, object]:
    """The ``data`` of ``complaint.submitted.v1``. Raises Refusal."""
    attributes = fields.attributes
    code = fields.one("service_code")
    if code is None:
        raise NO_SERVICE
    topic = topic_of(code, rules)
    if topic is None:
        raise UNKNOWN_SERVICE
    title = _first(attributes, "title")
    data: dict[str, object] = {
        # A description is optional here, and a text is not: the service says what it is about.
        "text": _text(fields, attributes) or title or topic.name,
        "category": code,
        "location": _location(fields, attributes),
        "reporter": _reporter(fields),
        "attachments": [{"url": url} for url in fields.every("media_url")],
        "external_id": next((v for name in _IDS if (v := _first(attributes, name))), None),
        "extra": {"open311": extra} if (extra := _extra(fields, attributes)) else None,
        **{name: _first(attributes, name) for name in _TEXTS},
        **{name: _flag(_first(attributes, name)) for name in _FLAGS},
    }
    return {name: value for name, value in data.items() if value not in (None, [], {})}


def id_of(fields: Fields) -> str | None:
    """The id of the submission: under the number that a report has where it came from it is one
    complaint, however often it is sent. None where it has none."""
    attributes = fields.attributes
    number = next((v for name in _IDS if (v := _first(attributes, name))), None)
    if number is None:
        return None
    plain = len(number) <= _LONGEST_ID and number.isascii() and number.isprintable()
    return f"open311-{number if plain else sha256(number.encode()).hexdigest()}"


def _text(fields: Fields, attributes: Attributes) -> str | None:
    """The description; where it only frames what stands in attributes (FixMyStreet puts title and
    address of the page around it), that alone."""
    whole, bare = fields.one("description"), _first(attributes, "description")
    if whole is None or bare is None:
        return whole or bare
    return bare if bare in whole and _first(attributes, "title") is not None else whole


def _location(fields: Fields, attributes: Attributes) -> dict[str, object]:
    lat, long = _number(fields, "lat", 90), _number(fields, "long", 180)
    address = fields.one("address_string")
    given = address is not None or fields.one("address_id") is not None
    if not given and (lat is None or long is None):
        for name, number in (("lat", lat), ("long", long)):
            if number is None and fields.one(name) is not None:
                raise wrong(name, marked("no decimal degrees"))
        raise NO_PLACE
    found: dict[str, object] = {name: _first(attributes, name) for name in _PLACES}
    found["address"] = address
    if lat is not None and long is not None:
        found |= {"latitude": lat, "longitude": long}
    return {name: value for name, value in found.items() if value is not None}


def _number(fields: Fields, name: str, most: float) -> float | None:
    try:
        number = float(fields.one(name) or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and abs(number) <= most else None


def _reporter(fields: Fields) -> dict[str, str]:
    names = [fields.one("first_name"), fields.one("last_name")]
    found = {
        "name": " ".join(name for name in names if name) or None,
        "phone": fields.one("phone"),
        "email": fields.one("email"),
    }
    return {name: value for name, value in found.items() if value is not None}


def _extra(fields: Fields, attributes: Attributes) -> dict[str, object]:
    """Whatever else was sent, so that nothing of it is lost."""
    beside = {name: fields.one(name) for name in _BESIDE}
    found: dict[str, object] = {name: value for name, value in beside.items() if value is not None}
    others = {
        name: values[0] if len(values) == 1 else list(values)
        for name, values in attributes.items()
        if name not in _READ
    }
    return {**found, **({"attributes": others} if others else {})}


def _first(attributes: Attributes, name: str) -> str | None:
    return next(iter(attributes.get(name, ())), None)


def _flag(value: str | None) -> bool | None:
    """As the contract reads flags: anything but no is yes. Fields of a form are all text."""
    return None if value is None else value.lower() not in _NO
