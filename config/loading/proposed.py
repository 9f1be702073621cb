"""A topic that is proposed for a configuration: what would be wrong if it stood there."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from config.language import gettext
from config.loading import rules_format as form
from config.loading.directory import folder_of
from config.loading.documents import Unusable, table_of
from config.loading.problems import Findings, Problem
from config.loading.rules_checks import check_tables
from config.loading.rules_files import Placed, check
from config.loading.rules_tables import read_tables

PROPOSED: Final = "topics/new.toml"
"""Where a problem is said to be."""


def check_topics(folder: Path | None, text: str) -> list[Problem]:
    """Errors and warnings that topics (TOML) would bring into a folder; None: the shipped one."""
    findings = Findings()
    place = folder_of(folder, findings)
    if place is None:
        return findings.errors
    tables = read_tables(place, findings)
    before = len(findings.errors), len(findings.warnings)
    try:
        entries = table_of(text).get("topic")
    except Unusable as error:
        return [Problem(PROPOSED, error.line or 0, "", error.what)]
    if not isinstance(entries, list):
        return [Problem(PROPOSED, 0, "", gettext("write each entry under a heading [[topic]]"))]
    added = []
    for number, entry in enumerate(entries, 1):
        where = f"topic {entry.get('id', number) if isinstance(entry, dict) else number}"
        checked = check(entry, form.TopicEntry, PROPOSED, 0, where, findings)
        if checked is not None:
            added.append(Placed(checked, PROPOSED, 0, where))
    check_tables(replace(tables, topics=[*tables.topics, *added]), findings)
    new = [*findings.errors[before[0] :], *findings.warnings[before[1] :]]
    return [one for one in new if one.file == PROPOSED]
