"""The questionnaire as a file: `answers.toml`, with what each question means beside it.

The same file, filled in, is the record of the answers in a configuration folder. Of a file that
people have, only the values of answers are changed, never a comment of theirs.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from broker.domain.routing.directory import AgencyDirectory
from broker.domain.routing.tables import DISTRICT, TRIAGE, VILLAGE
from config.language import gettext, worded
from config.loading.answers import DESK, SAME
from config.loading.questions import QUESTIONS, Question
from pintu.rules.asking.region import Region
from pintu.rules.toml_text import toml_text

_WIDTH: Final = 100


def sheet(region: Region | None, answers: Mapping[str, str], names: Mapping[str, str]) -> str:
    """The whole file. ``answers``: those that stand in it; of the others the usual one.
    ``names``: of the agencies that there are, by code."""
    lines = [
        *_comment(
            gettext(
                "Who does this here? One line a question: write after = who answers for it in "
                "your region."
            )
        )
    ]
    lines += _comment(
        gettext(
            "Write a code or a name of agencies.toml; @village or @district for the office of the "
            "place that the complaint is about; desk where a person is to decide each time."
        )
    )
    lines += _comment(
        worded("Then: {command}", command="pintu rules init --answers answers.toml --config DIR")
    )
    code = toml_text(region.code if region else "")
    called = toml_text(region.name if region else "")
    lines += [
        "",
        *_comment(
            gettext("Optional: a table of places (code,name) and one of agencies (code,name)")
        ),
        '# places = "wilayah.csv"',
        '# agencies = "opd.csv"',
        "",
        "[region]",
        f"code = {code}  # {gettext('Kemendagri, such as 35.78')}",
        f"name = {called}  # {gettext('such as Kota Surabaya')}",
        "",
        "[who]",
    ]
    for question in QUESTIONS:
        lines += ["", *_about(question, names), _answer(question, answers.get(question.id))]
    return "\n".join(lines) + "\n"


def with_changes(text: str, changes: Mapping[str, str]) -> str:
    """A file of answers with other values for these questions, all else as it was."""
    for id, answer in changes.items():
        value = toml_text(shown(answer))
        key = rf"^[ \t]*\"?{re.escape(id)}\"?[ \t]*=[ \t]*"
        if there := re.search(rf"{key}(\"[^\"\n]*\"|'[^'\n]*')", text, re.MULTILINE):
            text = f"{text[: there.start(1)]}{value}{text[there.end(1) :]}"
        else:
            head = re.search(r"^\[who\][^\n]*\n", text, re.MULTILINE)
            at = head.end() if head else len(text)
            before = "" if head else ("\n[who]\n" if text.endswith("\n") else "\n\n[who]\n")
            text = f"{text[:at]}{before}{id} = {value}\n{text[at:]}"
    return text


def usual(question: Question) -> str:
    """The answer that stands in an empty questionnaire."""
    return SAME if question.condition else question.choices[0]


def shown(answer: str) -> str:
    """An answer as people write it."""
    return DESK if answer == TRIAGE else answer


def choices_of(question: Question, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is often answered, and what always can be, each with what it means.

    ``names``: of the agencies that there are, by code.
    """
    words = {
        SAME: gettext("as without this condition"),
        VILLAGE: gettext("the office of the village"),
        DISTRICT: gettext("the office of the district"),
        DESK: gettext("a person decides each time"),
    }
    often = ([SAME] if question.condition else []) + list(question.choices)
    meant = {**names, **words}
    return [(choice, meant[choice]) for choice in (*often, DESK) if choice in meant]


def names_of(known: AgencyDirectory) -> dict[str, str]:
    """By code the name of the agency, or of the one that follows it."""
    return {
        code: known.agency_name(agency.successor or code) for code, agency in known.agencies.items()
    }


def _about(question: Question, names: Mapping[str, str]) -> Iterator[str]:
    yield from _comment(f"{gettext(question.title)}: {gettext(question.explained)}")
    for example in question.examples:
        yield f"#   “{example}”"
    choices = "; ".join(f"{code} ({name})" for code, name in choices_of(question, names))
    yield from _comment(worded("often: {choices}", choices=choices))


def _answer(question: Question, answer: str | None) -> str:
    return f"{question.id} = {toml_text(shown(answer or usual(question)))}"


def _comment(text: str) -> Iterator[str]:
    line = "#"
    for word in text.split():
        if len(line) + 1 + len(word) > _WIDTH:
            yield line
            line = "#"
        line += f" {word}"
    yield line


def draft(
    region: Region | None, places: Path | None, agencies: Path | None, who: Mapping[str, str]
) -> str:
    """What was answered so far, and nothing else."""
    files = {"places": places, "agencies": agencies}
    lines = [f"{name} = {toml_text(str(path.resolve()))}" for name, path in files.items() if path]
    if region:
        lines += [
            "[region]",
            f"code = {toml_text(region.code)}",
            f"name = {toml_text(region.name)}",
        ]
    lines += ["[who]", *(f"{id} = {toml_text(shown(answer))}" for id, answer in who.items())]
    return "\n".join(lines) + "\n"
