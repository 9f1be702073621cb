"""The files of a new region's folder: the shipped ones, less what is true of the shipped region."""

import csv
import io
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from broker.domain.routing.tables import Agency
from config.csv_file import CsvReader, CsvRow, lines_of
from config.loading.clocks import SHIPPED
from config.loading.directory import load_directory
from pintu.rules.asking.agencies import Agencies
from pintu.rules.asking.places import COLUMNS, PlaceRow
from pintu.rules.asking.region import SHIPPED_REGION, Region
from pintu.rules.learning.codes import LONGEST_CODE, slug
from pintu.rules.learning.writing import words_file
from pintu.rules.toml_text import toml_text

_AS_SHIPPED = ("attributes.toml", "channels.toml", "desk.toml", "sla.toml")
_LONGEST = 1 << 16  # bytes of a line, characters of a cell
_OUTSIDE = ("name", "level", "aliases")


def shipped_agencies() -> list[Agency]:
    """Those of the shipped agencies.toml, in its order; offices of places are not among them."""
    known = load_directory(None).agencies
    entries = tomllib.loads((SHIPPED / "agencies.toml").read_text("utf-8"))["agency"]
    return [known[entry["code"]] for entry in entries]


def files_of(region: Region, places: Sequence[PlaceRow], agencies: Agencies) -> dict[str, str]:
    """Each file by its name, but for answers.toml."""
    found = {name: (SHIPPED / name).read_text("utf-8") for name in _AS_SHIPPED}
    for path in sorted((SHIPPED / "topics").iterdir()):
        if path.suffix == ".toml":
            found[f"topics/{path.name}"] = path.read_text("utf-8")
    found["words.toml"] = words_file(tomllib.loads((SHIPPED / "words.toml").read_text("utf-8")))
    found["rules.toml"] = _rules(region)
    found["places.csv"] = table(COLUMNS, (row.cells for row in places))
    found["agencies.toml"] = agencies_file(agencies)
    found["outside.csv"] = table(_OUTSIDE, _outside(region))
    return found


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A CSV file with its header."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([columns, *rows])
    return out.getvalue()


def agencies_file(agencies: Agencies) -> str:
    """The text of agencies.toml."""
    return "\n".join(
        "\n".join(_agency(one, agencies.replaced.get(one.code)))
        for one in agencies.entries.values()
    )


def _rules(region: Region) -> str:
    shipped = tomllib.loads((SHIPPED / "rules.toml").read_text("utf-8"))["confidence"]
    lines = [
        f"tenant = {toml_text(slug(region.bare, LONGEST_CODE))}",
        f"name = {toml_text(region.name)}",
        'version = "1"',
        f"region = {toml_text(region.code)}",
        "",
        "[confidence]",
        *(f"{name} = {value}" for name, value in shipped.items()),
    ]
    return "\n".join(lines) + "\n"


def _outside(region: Region) -> Iterator[Sequence[str]]:
    """The shipped foreign places; to another region the shipped one is foreign too."""
    with (SHIPPED / "outside.csv").open("rb") as file:
        read = CsvReader(lines_of(file, _LONGEST), longest_cell=_LONGEST)
        rows = [row.cells for row in read if isinstance(row, CsvRow)][1:]
    if region.code != SHIPPED_REGION:
        rows.append(["Bangka Selatan", "kabupaten", "kabupaten bangka selatan"])
        rows.append(["Toboali", "kecamatan", ""])
    if not region.code.startswith(SHIPPED_REGION[:2]):
        rows.append(["Kepulauan Bangka Belitung", "provinsi", "bangka belitung;babel"])
    yield from rows


def _agency(one: Agency, instead: str | None) -> Iterator[str]:
    yield "[[agency]]"
    fields: Mapping[str, object] = {
        "code": one.code,
        "name": one.name,
        "short": one.short,
        "kind": one.kind if one.kind != "opd" else None,
        "level": one.level,
        "aliases": None if instead else list(one.aliases),
        "note": one.note,
    }
    for name, value in fields.items():
        if value:
            yield f"{name} = {toml_text(value)}"
    if not one.confirmed:
        yield "confirmed = false"
    if instead:
        yield "valid_until = 2000-01-01"
        yield f"successor = {toml_text(instead)}"
    yield ""
