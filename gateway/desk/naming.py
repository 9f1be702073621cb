"""Agencies as people name them: by code, name or alias, as a complaint's ``agency`` does."""

import difflib
from collections.abc import Iterable
from datetime import date
from typing import Final

from broker.domain.routing.directory import AgencyDirectory, agency_key, agency_names
from config.language import gettext, worded
from gateway.text.printable import printable

_NEAREST: Final = 4
_LIKE: Final = 0.6
"""How like a name must be to be offered: difflib's ratio."""


class NotAnAgency(ValueError):
    """Nobody can be meant, or more than one; the message says who is near, and what to do."""


def agency_named(text: str, directory: AgencyDirectory, on: date, *, ended: bool = False) -> str:
    """The code of the agency that a code, a name or an alias means on that day.

    ``ended``: one that does not exist any more may be meant as well.

    Raises:
        NotAnAgency: there is none, or the words fit several.
    """
    meant = _meant(text.strip(), directory)
    there = [code for code in meant if directory.agencies[code].active(on)]
    found = there or (meant if ended else [])
    if len(found) == 1:
        return found[0]
    if found:
        raise NotAnAgency(
            worded(
                "{quoted} may be {listed}: give the code",
                quoted=_quoted(text),
                listed=_listed(found, directory),
            )
        )
    if meant:
        raise NotAnAgency("; ".join(_gone(code, directory) for code in meant))
    hint = near(text, directory, on)
    raise NotAnAgency(
        worded("no agency has the code, name or alias {quoted}", quoted=_quoted(text))
        + (
            worded("; did you mean {hint}?", hint=hint)
            if hint
            else gettext("; `pintu case list` shows codes")
        )
    )


def near(text: str, directory: AgencyDirectory, on: date) -> str:
    """Agencies of that day whose code or name is like the text, in words; empty for none."""
    active = directory.active_agencies(on)
    wanted = text.strip().lower()
    close = difflib.get_close_matches(wanted, active, n=_NEAREST, cutoff=0.5)
    close += [code for code in active if wanted and wanted in code.split("-")]
    names = {
        name.lower(): code for code in active for name in agency_names(directory.agencies[code])
    }
    close += [code for name, code in names.items() if wanted and wanted in name]
    alike = difflib.get_close_matches(wanted, names, n=_NEAREST, cutoff=_LIKE)
    close += [names[name] for name in alike]
    return _listed([*dict.fromkeys(close)][:_NEAREST], directory)


def _meant(text: str, directory: AgencyDirectory) -> list[str]:
    """Everybody who has that code, or else that name; a code hides no name of another's."""
    if text in directory.agencies:
        return [text]
    key = agency_key(text)
    if not key:
        return []
    first = directory.agency_index.get(key)
    if first is not None and agency_key(first) == key:
        return [first]
    return [
        code
        for code, agency in directory.agencies.items()
        if key in map(agency_key, agency_names(agency))
    ]


def _gone(code: str, directory: AgencyDirectory) -> str:
    known = directory.agencies[code]
    if known.successor is None:
        return worded(
            "{code} ({name}) does not exist at this time, and no successor is named",
            code=code,
            name=known.name,
        )
    successor = _listed([known.successor], directory)
    return worded(
        "{code} ({name}) does not exist any more; its successor is {successor}",
        code=code,
        name=known.name,
        successor=successor,
    )


def _listed(codes: Iterable[str], directory: AgencyDirectory) -> str:
    return ", ".join(f"{code} ({directory.agency_name(code)})" for code in codes)


def _quoted(text: str) -> str:
    return f"'{printable(text.strip())}'"
