"""`names.toml`: how histories and other offices call the agencies of this configuration.

`[alias]`: a name → the code of the agency that is meant; it counts as an alias of agencies.toml.
`[apart]`: names that look like one of the agencies and are another, so that nobody asks again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import Final

from pydantic import Field

from broker.domain.routing.directory import agency_key
from config.language import worded
from config.loading.problems import Findings, nearest
from config.loading.rules_files import Placed, check, line_of, read_toml
from config.loading.rules_format import AgencyEntry, Code, Entry, Named

NAMES: Final = "names.toml"


class ApartTable(Entry):
    """The names that are agencies of their own."""

    names: list[Named] = Field(default_factory=list)


class NamesFile(Entry):
    """The file as a whole."""

    alias: dict[Named, Code] = Field(default_factory=dict)
    apart: ApartTable = ApartTable()


@dataclass(frozen=True, slots=True)
class Names:
    """``alias``: a name as written → code; ``apart``: names that are agencies of their own."""

    alias: Mapping[str, str] = field(default_factory=dict)
    apart: tuple[str, ...] = ()

    def code(self, name: str) -> str | None:
        """The code that a name, in whatever spelling, is an alias of."""
        key = agency_key(name)
        return next((code for said, code in self.alias.items() if agency_key(said) == key), None)

    def is_apart(self, name: str) -> bool:
        """Whether somebody said that it is an agency of its own."""
        return agency_key(name) in {agency_key(said) for said in self.apart}


def read_names(folder: Traversable, findings: Findings, file: str = NAMES) -> tuple[Names, str]:
    """What the file says, and its text; nothing where there is none."""
    if not folder.joinpath(file).is_file():
        return Names(), ""
    text, table = read_toml(folder, file, findings)
    found = None if file in findings.unread else check(table, NamesFile, file, 0, "", findings)
    return (Names(found.alias, tuple(found.apart.names)) if found else Names()), text


def with_names(
    folder: Traversable,
    agencies: list[Placed[AgencyEntry]],
    findings: Findings,
    complete: bool,
) -> list[Placed[AgencyEntry]]:
    """The agencies with those aliases. ``complete``: all agencies are there, so that an alias of
    another is an error."""
    names, text = read_names(folder, findings)
    if not names.alias:
        return agencies
    found = {placed.entry.code: placed for placed in agencies}
    for said, code in names.alias.items():
        placed = found.get(code)
        if placed is None:
            if complete:
                what = worded(
                    "no agency of agencies.toml has the code {code!r}{nearest}",
                    code=code,
                    nearest=nearest(code, sorted(found)),
                )
                findings.error(NAMES, line_of(text, said), f"alias, {said}", what)
            continue
        entry = placed.entry
        more = entry.model_copy(update={"aliases": [*entry.aliases, said]})
        found[code] = Placed(more, placed.file, placed.line, placed.place)
    return [found.get(placed.entry.code, placed) for placed in agencies]
