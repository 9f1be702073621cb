"""What is asked for: a region, its tables and its answers, from a file or a terminal."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from config.language import gettext, worded
from config.loading.answers import AnswersFile
from config.loading.problems import Findings
from config.loading.rules_files import check, line_of, read_toml
from pintu.rules.asking.region import Region


@dataclass(frozen=True, slots=True)
class Request:
    """``who``: answers as they were said; ``text``: of the file, which becomes the record of a new
    folder; ``source``: what errors call it."""

    source: str
    text: str = ""
    region: Region | None = None
    places: Path | None = None
    agencies: Path | None = None
    who: Mapping[str, str] = field(default_factory=dict)


def read_request(file: Path, findings: Findings) -> Request:
    """A filled-in questionnaire. Errors are noted with the path of the file."""
    own = Findings()
    text, table = read_toml(file.parent, file.name, own)
    found = None
    if not own.unread:
        found = check(table, AnswersFile, file.name, 0, "", own)
    for problem in own.errors:
        line = problem.line or line_of(text, problem.place.split(", ")[-1])
        findings.errors.append(replace(problem, file=str(file), line=line))
    if found is None:
        return Request(str(file), text)
    region = Region(found.region.code, found.region.name) if found.region else None
    if region and not region.province:
        what = worded("code: no province has {code}; write Kemendagri's", code=region.code[:2])
        findings.error(str(file), line_of(text, "code"), "region", what)
    elif region and region.code.count(".") != 1:
        what = gettext("code: write that of a kabupaten or kota, such as 35.78")
        findings.error(str(file), line_of(text, "code"), "region", what)
    return Request(
        str(file),
        text,
        region,
        _beside(file, found.places),
        _beside(file, found.agencies),
        found.who,
    )


def _beside(file: Path, name: str | None) -> Path | None:
    """A file that a questionnaire names is looked for beside it."""
    return file.parent / name if name else None
