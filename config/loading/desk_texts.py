"""Reads `desk.toml` of a configuration folder: questions and reasons that the desk has ready."""

from collections.abc import Sequence
from importlib.resources.abc import Traversable
from typing import Annotated, Final

from pydantic import Field, field_validator

from broker.desk_texts import DeskQuestion, DeskReason, DeskTexts, Worded
from config.language import gettext, worded
from config.loading.problems import Findings
from config.loading.rules_files import toml_file
from config.loading.rules_format import Code, Entry
from schemas.update_data import DismissalCode

DESK: Final = "desk.toml"
_MOST: Final = 50
"""Of each kind: more are no list that anybody chooses from."""


class Spoken(Entry):
    """A sentence in both languages."""

    id: str
    en: str

    @field_validator("id", "en")
    @classmethod
    def _said(cls, value: str) -> str:
        if not value.strip():
            raise ValueError(gettext("is empty; write the sentence"))
        return value.strip()

    def worded(self) -> Worded:
        return Worded(self.id, self.en)


class Title(Spoken):
    """By which an officer chooses: short."""

    id: Annotated[str, Field(max_length=80)]
    en: Annotated[str, Field(max_length=80)]


class Words(Spoken):
    """What the reporter reads."""

    id: Annotated[str, Field(max_length=2_000)]
    en: Annotated[str, Field(max_length=2_000)]


class QuestionEntry(Entry):
    """One question to a reporter."""

    code: Code
    title: Title
    text: Words


class ReasonEntry(QuestionEntry):
    """One reason for closing."""

    dismissal: DismissalCode


class DeskFile(Entry):
    """The file as a whole."""

    question: Annotated[list[QuestionEntry], Field(max_length=_MOST)] = Field(default_factory=list)
    reason: Annotated[list[ReasonEntry], Field(max_length=_MOST)] = Field(default_factory=list)


def read_desk_texts(folder: Traversable, findings: Findings) -> DeskTexts:
    """What the desk of a folder has ready; nothing where there is no file."""
    if not folder.joinpath(DESK).is_file():
        return DeskTexts()
    file = toml_file(folder, DESK, DeskFile, findings)
    if file is None:
        return DeskTexts()
    _once("question", file.question, findings)
    _once("reason", file.reason, findings)
    return DeskTexts(
        tuple(DeskQuestion(q.code, q.title.worded(), q.text.worded()) for q in file.question),
        tuple(
            DeskReason(r.code, r.dismissal, r.title.worded(), r.text.worded()) for r in file.reason
        ),
    )


def _once(kind: str, entries: Sequence[QuestionEntry], findings: Findings) -> None:
    codes = [entry.code for entry in entries]
    for n, code in enumerate(codes, 1):
        if code in codes[: n - 1]:
            what = worded("{code} is there twice; remove one", code=code)
            findings.error(DESK, 0, f"{kind} {n}", what)
