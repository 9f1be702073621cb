"""The columns of a table and the field of a complaint that each of them fills."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final

from config.csv_file import BadFile
from config.language import worded
from gateway.text.header import names_told
from pintu.publishing import fields
from pintu.publishing.cells import is_no_flag, is_nothing, unwrapped
from pintu.publishing.fields import EXTRA, LEFT_OUT, PROTECTING, Field, Meaning, meaning, plain
from pintu.publishing.records import Place, Record
from pintu.publishing.understanding import Topics, understood

ALL: Final = "*"
"""Every column that the contract does not know."""
KEPT: Final = PROTECTING | {("id",), ("channel",), fields.TRACKING, fields.SOURCE}
_BETWEEN: Final = "\x1f"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which columns are used, and for what.

    Args:
        only: columns (or fields) to use, all where it is empty; ids, channel and what protects
            somebody are used in any case.
        ignore: columns to leave out.
        mapped: columns by their (plain) name to a field of the contract, ``()`` to leave out.
        extra: columns that nobody here knows and that are passed on in ``extra``; ``*`` for all.
    """

    only: Collection[str] = ()
    ignore: Collection[str] = ()
    mapped: Mapping[str, Field] = field(default_factory=dict)
    extra: Collection[str] = ()

    def knows_text(self, header: Sequence[str]) -> bool:
        """Whether it may be a header: it has a column of the complaint's text."""
        return any(
            (found := self.meaning(plain(name))) is not None and found.field == ("text",)
            for name in header
        )

    def meaning(self, name: str) -> Meaning | None:
        """What a column of that plain name is."""
        mapped = self.mapped.get(name)
        return meaning(name) if mapped is None else Meaning(mapped, -1)

    def passes_on(self, name: str) -> bool:
        return ALL in self.extra or name in map(plain, self.extra)


@dataclass(frozen=True, slots=True)
class Columns:
    """Made by ``columns_of``."""

    names: tuple[str, ...]
    used: tuple[tuple[int, Field], ...]
    """Columns and their fields, those first that go before others of the same field."""
    telling: tuple[int, ...]
    """Columns that tell one complaint from another, in order of their names."""
    zone: tzinfo
    topics: Topics | None = None
    passed_on: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    """Columns that the contract does not know, as they are written."""
    tells_apart: bool = True
    """Whether an id or a time tells a row from one of another day that says the same."""
    made_by_route: bool = False
    """Whether `pintu route --file` added its decision, which is left out."""

    def record(self, place: Place, cells: Sequence[str], warnings: Sequence[str] = ()) -> Record:
        """The complaint of one row, which has as many cells as there are columns."""
        said: dict[Field, list[str]] = {}
        extra: dict[str, object] = {}
        for number, path in self.used:
            cell = unwrapped(cells[number])
            if is_no_flag(cell) if path in PROTECTING else is_nothing(cell):
                continue
            if path[0] == "extra" and len(path) > 1:
                extra[path[1]] = cell.strip()
            else:
                said.setdefault(path, []).append(cell)
        found = understood(said, self.zone, self.topics)
        if extra:
            found.data.setdefault("extra", {}).update(extra)
        if found.data.get("anonymous") not in (None, False):
            # The reporter's name may stand in any of them.
            found.data.pop("extra", None)
        return Record(
            place,
            found.data,
            self._content(cells),
            id=found.about.get("id"),
            channel=found.about.get("channel"),
            source=found.about.get("source"),
            time=found.about.get("time"),
            warnings=(*warnings, *found.warnings),
        )

    def _content(self, cells: Sequence[str]) -> bytes:
        said = (f"{self.names[n]}={cell}" for n in self.telling if (cell := cells[n].strip()))
        return _BETWEEN.join(said).encode("utf-8", "surrogatepass")


def columns_of(
    header: Sequence[str],
    *,
    zone: tzinfo,
    choice: Choice | None = None,
    topics: Topics | None = None,
) -> Columns:
    """Read the header; names count without regard to case, blanks and hyphens are underscores.

    Args:
        zone: of a moment without an offset.
        choice: of columns.
        topics: ids and names of topics, asked for where a category is to be understood.

    Raises:
        BadFile: no column of the text, two for one field, or an option names one that is not there.
    """
    choice = choice or Choice()
    names = [plain(name) for name in header]
    _are_there(choice, names)
    routed = _made_by_route(names, choice)
    paths: list[Field] = []
    ranks: list[int] = []
    unknown: list[str] = []
    for number, name in enumerate(names):
        found = None if number in routed or not name else choice.meaning(name)
        path, rank = found or (LEFT_OUT, 0)
        if found is None and name and number not in routed:
            if choice.passes_on(name):
                path = (*EXTRA, name)
            elif name not in choice.ignore:
                unknown.append(header[number].strip())
        paths.append(LEFT_OUT if _unwanted(name, path, choice) else path)
        ranks.append(rank)
    _no_two(paths, ranks)
    if ("text",) not in paths:
        raise BadFile(
            worded(
                'no column text; the first line has {names_told}; name it with --map "COLUMN=text"',
                names_told=names_told(names),
            )
        )
    order = sorted((n for n, path in enumerate(paths) if path), key=lambda n: (ranks[n], n))
    passed_on = [names[n] for n in order if paths[n][0] == "extra" and len(paths[n]) > 1]
    return Columns(
        names=tuple(names),
        used=tuple((n, paths[n]) for n in order),
        telling=_telling(names, choice, routed),
        zone=zone,
        topics=topics,
        passed_on=tuple(passed_on),
        left_out=tuple(unknown),
        tells_apart=any(
            path in (("id",), fields.TRACKING, ("time",), ("occurred_at",)) for path in paths
        ),
        made_by_route=bool(routed),
    )


def _unwanted(name: str, path: Field, choice: Choice) -> bool:
    """Raises BadFile where somebody would be published openly for want of it."""
    ignored = _named(name, path, choice.ignore)
    if ignored and path in PROTECTING:
        raise BadFile(
            worded("{name} cannot be left out: it says who is not to be shown", name=name)
        )
    if choice.only and path not in KEPT and not _named(name, path, choice.only):
        return True
    return ignored


def _named(name: str, path: Field, options: Collection[str]) -> bool:
    """Whether one of the options means the column, by its name or by its field."""
    return any(
        name == plain(option) or (path and fields.field_of(option) == path) for option in options
    )


def _are_there(choice: Choice, names: Sequence[str]) -> None:
    """Raises BadFile where an option names a column that is not there."""
    for option, said in (
        ("--only", choice.only),
        ("--ignore", choice.ignore),
        ("--map", choice.mapped),
        ("--extra", [name for name in choice.extra if name != ALL]),
    ):
        by_field = {found.field for name in names if (found := choice.meaning(name))}
        missing = [
            plain(name)
            for name in said
            if plain(name) not in names
            and (option in ("--map", "--extra") or fields.field_of(name) not in by_field)
        ]
        if missing:
            there, wanted = names_told(names), ", ".join(sorted(missing))[:200]
            raise BadFile(
                worded(
                    "{option}: no column {wanted}; there are {there}",
                    option=option,
                    wanted=wanted,
                    there=there,
                )
            )
    for name, path in choice.mapped.items():
        known = meaning(name)
        if known is not None and known.field in PROTECTING and path not in PROTECTING:
            raise BadFile(
                worded("{name} cannot be left out: it says who is not to be shown", name=name)
            )


def _made_by_route(names: Sequence[str], choice: Choice) -> frozenset[int]:
    """The columns that `pintu route --file` added; none where not all of them are there.

    The last ``agency`` before ``confidence`` is its own, one before that the reporter's.
    """
    if not set(fields.MADE_BY_ROUTE) <= set(names) or "agency" in choice.mapped:
        return frozenset()
    last = len(names) - 1 - names[::-1].index("confidence")
    own = [n for n, name in enumerate(names) if name == "agency" and n < last] or [
        names.index("agency")
    ]
    auto = len(names) - 1 - names[::-1].index("auto")
    return frozenset([own[-1], last, auto])


def _no_two(paths: Sequence[Field], ranks: Sequence[int]) -> None:
    """Raises BadFile where two columns are the same thing."""
    for (path, _), times in Counter(zip(paths, ranks, strict=True)).items():
        if path and times > 1:
            raise BadFile(
                worded("two columns are {path}: leave one out with --ignore", path=".".join(path))
            )


def _telling(names: Sequence[str], choice: Choice, routed: Collection[int]) -> tuple[int, ...]:
    """Not the id, which tells by itself, nor what an office adds while it works on a complaint.

    What is left out counts all the same: other options make no other complaints of the same rows.
    """
    found = []
    for number, name in enumerate(names):
        if not name or number in routed or fields.set_later(name):
            continue
        if (known := choice.meaning(name)) and known.field in (("id",), fields.TRACKING):
            continue
        found.append((name, number))
    return tuple(number for _, number in sorted(found))
