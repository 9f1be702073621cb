"""An object of JSON as a complaint: the contract's data object, or one of Open311 and the like."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any, Final

from config.language import worded
from pintu.publishing import fields
from pintu.publishing.cells import is_nothing
from pintu.publishing.columns import KEPT, Choice
from pintu.publishing.fields import ABOUT, EXTRA, REPORT_TYPE, REPORTED_AS, Field, plain
from pintu.publishing.records import Place, Record
from pintu.publishing.understanding import Topics, understood

_NESTED: Final = ("location", "reporter")
_NUMBERS: Final = frozenset(
    [("id",), fields.TRACKING, ("external_id",), ("occurred_at",), ("time",), ("category",)]
    + [("reporter", "phone"), ("reporter", "national_id")]
    + [("location", name) for name in ("latitude", "longitude", "region", "village", "district")]
)
"""Fields in which a number of JSON is read as its digits."""
_AS_THEY_ARE: Final = frozenset([("anonymous",), ("confidential",), EXTRA])
"""On the wire only false itself means no."""
_MOST_NAMES: Final = 200


@dataclass(slots=True)
class _Said:
    """What an object says: texts by field, with their rank; the rest as it stands."""

    texts: dict[Field, list[tuple[int, str]]] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    about: dict[str, object] = field(default_factory=dict)

    def add(self, path: Field, rank: int, value: object) -> None:
        if value is None:
            return
        if path in (REPORT_TYPE, REPORTED_AS):
            value = str(value)
        elif path in _NUMBERS and isinstance(value, (int, float)) and not isinstance(value, bool):
            value = digits(value)
        if isinstance(value, str) and path not in _AS_THEY_ARE:
            if path == ("text",) or not is_nothing(value):
                self.texts.setdefault(path, []).append((rank, value))
        elif path[0] in ABOUT or path == fields.TRACKING:
            self.about["id" if path == fields.TRACKING else path[0]] = value
        elif len(path) > 1:
            self.data.setdefault(path[0], {})[path[1]] = value
        else:
            self.data.setdefault(path[0], value)


class JsonFields:
    """Reads one object after the other; for one file.

    Args:
        choice: of fields; what nobody here knows is left out, and named once.
        zone: of a moment without an offset.
        topics: None: a category is passed on as it is.
    """

    def __init__(
        self, choice: Choice | None = None, zone: tzinfo = UTC, topics: Topics | None = None
    ) -> None:
        self._choice = choice or Choice()
        self._zone = zone
        self._topics = topics
        self._only = frozenset(map(plain, self._choice.only))
        self._ignored = frozenset(map(plain, self._choice.ignore))
        self._told: set[str] = set()

    def record(
        self, place: Place, source: Mapping[str, object], warnings: tuple[str, ...] = ()
    ) -> Record:
        """The complaint of an object; what cannot be understood stays for the router to name."""
        said = _Said()
        extra: dict[str, object] = {}
        unknown: list[str] = []
        for name, value in source.items():
            if name in _NESTED:
                self._nested(said, name, value)
            elif (known := self._choice.meaning(plain(name))) is not None:
                if known.field and not self._unwanted(plain(name), known.field):
                    said.add(known.field, known.rank, value)
            elif self._choice.passes_on(plain(name)):
                extra[name] = value
            elif plain(name) not in self._ignored:
                unknown.append(name)
        cells = {path: [text for _, text in sorted(all_)] for path, all_ in said.texts.items()}
        found = understood(cells, self._zone, self._topics)
        data = _together(said.data, found.data)
        if extra and data.get("anonymous") in (None, False):
            # Of an anonymous one the reporter's name may stand in any of them.
            own = data.get("extra")
            data["extra"] = (own if isinstance(own, dict) else {}) | extra
        about = found.about | said.about
        return Record(
            place,
            data,
            telling(source),
            id=about.get("id"),
            channel=about.get("channel"),
            source=found.about.get("source"),
            time=found.about.get("time"),
            warnings=(*warnings, *found.warnings),
            notes=self._news(unknown),
        )

    def _nested(self, said: _Said, parent: str, inner: object) -> None:
        if self._unwanted(parent, (parent,)):
            return
        if parent == "location" and isinstance(inner, str):
            said.add(("location", "address"), 0, inner)
        elif not isinstance(inner, Mapping):
            said.add((parent,), 0, inner)
        else:
            for name, value in inner.items():
                known = fields.meaning(plain(name))
                if known is not None and known.field[0] == parent:
                    said.add(known.field, known.rank, value)
                else:
                    said.add((parent, name), 0, value)

    def _unwanted(self, name: str, path: Field) -> bool:
        """Whether somebody chose to leave it out; a part counts as chosen where the whole is."""
        if path in KEPT or path == ("text",):
            return False
        names = {name, path[0], ".".join(path)}
        return bool(self._only and not self._only & names) or bool(self._ignored & names)

    def _news(self, unknown: list[str]) -> tuple[str, ...]:
        """Which of them were not named yet."""
        news = [name for name in unknown if name not in self._told]
        if not news or len(self._told) > _MOST_NAMES:
            return ()
        self._told.update(news)
        return (
            worded("left out: {news} (--extra NAME passes one on)", news=", ".join(news)[:500]),
        )


def _together(said: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    data = dict(said)
    for name, value in found.items():
        own = data.get(name)
        if isinstance(value, dict) and isinstance(own, dict):
            data[name] = value | own
        else:
            data.setdefault(name, value)
    return data


def digits(number: int | float) -> str:
    """A number as text; one that was rounded is written so."""
    if isinstance(number, float) and number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(number)


def telling(source: Mapping[str, object]) -> bytes:
    """What of an object tells one complaint from another: not its id, nor what an office adds."""
    kept = {
        name: value
        for name, value in source.items()
        if name != "id" and not fields.set_later(plain(name))
    }
    return json.dumps(kept, sort_keys=True, default=str).encode()
