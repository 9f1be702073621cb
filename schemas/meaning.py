"""What the data of an update must say for its verb. Strict: what is open to doubt is refused."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas import verbs


class BadMeaning(ValueError):
    """The data lacks what the verb needs; the message names the field and quotes nothing."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an update's verb needs, where it needs it."""

    reason: str | None = None
    suggest: str | None = None
    agency: str | None = None
    oversight: bool | None = None


def checked(verb: str, data: Mapping[str, object]) -> Meaning:
    """The meaning of an update.

    ``returned`` and ``dismissed`` need a ``reason``, ``assigned`` an ``agency``; ``suggest`` and
    ``oversight`` are optional. Null is absent. Other fields mean nothing to the case.

    Raises:
        BadMeaning: a field is missing, or not of its kind.
    """
    match verb:
        case verbs.RETURNED:
            return Meaning(reason=_needed(data, "reason"), suggest=_words(data, "suggest"))
        case verbs.DISMISSED:
            return Meaning(reason=_needed(data, "reason"))
        case verbs.ASSIGNED:
            return Meaning(agency=_needed(data, "agency"), oversight=_flag(data, "oversight"))
        case _:
            return Meaning()


def _needed(data: Mapping[str, object], name: str) -> str:
    words = _words(data, name)
    if words is None:
        raise BadMeaning(f"{name}: required, a string that is not empty")
    return words


def _words(data: Mapping[str, object], name: str) -> str | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadMeaning(f"{name}: not a string")
    # No store holds NUL characters in a text.
    return value.replace("\0", "").strip() or None


def _flag(data: Mapping[str, object], name: str) -> bool | None:
    value = data.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise BadMeaning(f"{name}: neither true nor false")
