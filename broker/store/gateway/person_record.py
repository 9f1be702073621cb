"""A person as it is kept: JSON."""

from dataclasses import asdict
from datetime import datetime
from typing import Final

import orjson

from broker.ports.people import Person

_MOMENTS: Final = ("made_at", "signed_in_at", "disabled_at")
_SETS: Final = {"roles": frozenset, "codes": tuple}


def to_json(person: Person) -> str:
    """The record of a person."""
    values = asdict(person)
    values["roles"] = sorted(person.roles)
    return orjson.dumps(values).decode()


def from_json(record: str) -> Person:
    """The person of a record; what a later version wrote besides is left out."""
    values = orjson.loads(record)
    for name in _MOMENTS:
        if values.get(name) is not None:
            values[name] = datetime.fromisoformat(values[name])
    for name, kind in _SETS.items():
        values[name] = kind(values.get(name, ()))
    known = Person.__dataclass_fields__
    return Person(**{name: value for name, value in values.items() if name in known})
