"""Checks of one entry, or of a value in it, that those of several tables share."""

from collections.abc import Iterable
from typing import Any

from config.language import gettext, worded
from config.loading import rules_format as form
from config.loading.problems import Findings, nearest
from config.loading.rules_files import Placed


def unique(
    items: Iterable[tuple[str, Placed[Any]]], what: str, findings: Findings
) -> dict[str, Placed[Any]]:
    first: dict[str, Placed[Any]] = {}
    for key, placed in items:
        earlier = first.setdefault(key, placed)
        if earlier is not placed:
            findings.error(
                placed.file,
                placed.line,
                placed.place,
                worded(
                    "{what} {key!r} is also at {file}:{line} ({place}); keep it in one place",
                    what=what,
                    key=key,
                    file=earlier.file,
                    line=earlier.line,
                    place=earlier.place,
                ),
            )
    return first


def in_order(placed: Placed[Any], entry: form.Dated, findings: Findings) -> None:
    if entry.valid_from and entry.valid_until and entry.valid_until <= entry.valid_from:
        what = gettext("valid_until must lie after valid_from")
        findings.error(placed.file, placed.line, placed.place, what)


def is_agency(code: str, known: set[str], findings: Findings) -> bool:
    """Offices stand in places.csv, all others in agencies.toml."""
    return findings.refers("agencies.toml", code, known) or findings.refers("places.csv", code, ())


def unique_strings(
    items: Iterable[str], what: str, placed: Placed[Any], findings: Findings
) -> None:
    seen: set[str] = set()
    for item in items:
        if item in seen:
            text = worded("{what} {item!r} is there twice; keep one", what=what, item=item)
            findings.error(placed.file, placed.line, placed.place, text)
        seen.add(item)


def known_value(
    field: str,
    attribute: str,
    value: str,
    values: dict[str, list[str]],
    placed: Placed[Any],
    findings: Findings,
) -> None:
    if attribute not in values and findings.refers("attributes.toml", attribute, ()):
        return
    if attribute not in values:
        what = worded(
            "{field}: unknown key or attribute {attribute!r}", field=field, attribute=attribute
        )
        what += nearest(attribute, ["agency", "region", "because", "supporting", *values])
        findings.error(placed.file, placed.line, placed.place, what)
    elif value not in values[attribute]:
        what = worded(
            "{field}: {attribute} has no value {value!r}{nearest}",
            field=field,
            attribute=attribute,
            value=value,
            nearest=nearest(value, values[attribute]),
        )
        findings.error(placed.file, placed.line, placed.place, what)
