"""Words that the desk has ready: questions to reporters, reasons for closing."""

from dataclasses import dataclass

from schemas.update_data import DismissalCode


@dataclass(frozen=True, slots=True)
class Worded:
    """The same in both languages."""

    id: str
    en: str

    def spoken(self, language: str) -> str:
        """In that language; Indonesian where it is none of the two."""
        return self.en if language == "en" else self.id


@dataclass(frozen=True, slots=True)
class DeskQuestion:
    """What the desk asks a reporter. ``title``: by which an officer chooses it."""

    code: str
    title: Worded
    text: Worded


@dataclass(frozen=True, slots=True)
class DeskReason:
    """Why a complaint is closed, as its reporter reads it; ``dismissal``: the code it goes with."""

    code: str
    dismissal: DismissalCode
    title: Worded
    text: Worded


@dataclass(frozen=True, slots=True)
class DeskTexts:
    """All of an installation, in the order in which they are offered."""

    questions: tuple[DeskQuestion, ...] = ()
    reasons: tuple[DeskReason, ...] = ()
