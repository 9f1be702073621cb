"""What an examination comes to: findings, what was fine, and what could not be seen."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar, cast

from config.language import worded

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Severity(StrEnum):
    """``BROKEN``: complaints are not routed, deadlines are not kept, or something is being lost.
    ``RISK``: all works, and will not for long, or not safely."""

    BROKEN = "broken"
    RISK = "risk"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: ``where``, ``what``, and the command or the step that ``mends`` it.

    None of these holds a password or anything of a complaint.
    """

    severity: Severity
    where: str
    what: str
    mends: str


def broken(where: str, what: str, mends: str) -> Finding:
    """Something that does not work."""
    return Finding(Severity.BROKEN, where, what, mends)


def risk(where: str, what: str, mends: str) -> Finding:
    """Something that will not work for long, or not safely."""
    return Finding(Severity.RISK, where, what, mends)


@dataclass(frozen=True, slots=True)
class Fine:
    """What was looked at and is in order, in a few words."""

    says: str


Outcome = Finding | Fine


class NotSeen(Exception):
    """What a check needs could not be seen; the message says why."""


class NotThere(Exception):
    """What a check is about does not exist here: there is nothing to be said."""


class Seen(Generic[T_co]):
    """What a probe brought, or why it brought nothing. ``get`` gives the one or raises the
    other."""

    __slots__ = ("_value", "_why")

    def __init__(self, value: T_co | None, why: NotSeen | NotThere | None = None) -> None:
        self._value = value
        self._why = why

    def get(self) -> T_co:
        """Raises NotSeen or NotThere."""
        if self._why is not None:
            raise self._why
        return cast(T_co, self._value)

    @property
    def why(self) -> str:
        """Why there is nothing, in words; empty where there is, or where nothing can be."""
        return str(self._why) if self._why is not None else ""

    @property
    def there(self) -> T_co | None:
        """The same without raising."""
        return self._value if self._why is None else None


def seen(value: T) -> Seen[T]:
    return Seen(value)


def unseen(why: str) -> "Seen[T]":
    return Seen(None, NotSeen(why))


def absent() -> "Seen[T]":
    """For what there is none of in this installation, such as a server where SQLite is used."""
    return Seen(None, NotThere())


def listed(names: Iterable[str], most: int = 5) -> str:
    """Some names in a sentence: the first few, and how many more."""
    all_of_them = list(names)
    shown = ", ".join(all_of_them[:most])
    more = len(all_of_them) - most
    return worded("{shown} and {more} more", shown=shown, more=more) if more > 0 else shown
