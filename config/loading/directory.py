"""Agencies, channels and places of a configuration folder alone: who there is, and no phrases.

The same files, checks and errors as of the rules, in a quarter of the time; what the other files
say is not looked at.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from broker.domain.routing import tables as values
from broker.domain.routing.directory import AgencyDirectory, directory_of
from config.language import gettext
from config.loading import rules_format as form
from config.loading.problems import Findings, refusal
from config.loading.rules_checks import check_directory
from config.loading.rules_tables import read_directory


def load_directory(folder: Path | None) -> AgencyDirectory:
    """The agencies in `folder`; None: the shipped ones.

    Raises `ConfigurationError` with every error of these files at once.
    """
    findings = Findings()
    place = folder_of(folder, findings)
    if place is not None:
        tables = read_directory(place, findings)
        check_directory(tables, findings)
    if place is None or findings.errors:
        raise refusal(tuple(findings.errors), folder)
    return directory_of(
        [agency_of(placed.entry) for placed in tables.agencies],
        [area_of(placed.entry) for placed in tables.places],
    )


def shipped_rules() -> Traversable:
    """The folder of the shipped configuration, wherever the package is installed."""
    return files("config").joinpath("defaults", "bangka-selatan")


def folder_of(folder: Path | None, findings: Findings) -> Traversable | None:
    """The folder that is meant; None, with an error noted, where there is none."""
    place: Traversable = shipped_rules() if folder is None else folder
    if place.is_dir():
        return place
    findings.error(str(folder), 0, "", gettext("no such folder"))
    return None


def agency_of(entry: form.AgencyEntry) -> values.Agency:
    """An entry of agencies.toml as the rules have it."""
    return values.Agency(
        code=entry.code,
        name=entry.name,
        kind=entry.kind,
        short=entry.short,
        level=entry.level,
        aliases=tuple(entry.aliases),
        confirmed=entry.confirmed,
        note=entry.note,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        successor=entry.successor,
    )


def area_of(row: form.PlaceRow) -> values.Area:
    """A row of places.csv as the rules have it."""
    return values.Area(
        row.code, row.level, row.name, row.parent or "", tuple(row.aliases), row.office
    )
