"""What the data of an update must say for its verb. Strict: what is open to doubt is refused."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, get_args
from uuid import UUID

from schemas.complaint import LARGEST_CATEGORY, AttachmentFields, Classification
from schemas.files import checked_attachments
from schemas.internal_notes import INTERNAL, without_internal
from schemas.limits import WARNINGS
from schemas.subject import code_of, subject_of
from schemas.update_data import BEST_RATING, DUPLICATE, UPDATE_DATA, DismissalCode, FromOffice
from schemas.words import TooLong, plain

CODES: Final = get_args(DismissalCode)
"""Why the desk dismisses a complaint, for programs."""
OTHER: Final = "other"


class BadMeaning(ValueError):
    """The data lacks what the verb needs; the message names the field and quotes nothing."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an update says: ``data`` as it goes on, and of its fields those that mean something.

    ``data`` has every text cleaned, and neither ``internal_note`` nor an attachment that cannot be
    used; ``warnings`` names what was left out, and stands in the data as well.
    """

    reason: str | None = None
    suggest: str | None = None
    agency: str | None = None
    oversight: bool | None = None
    note: str | None = None
    internal_note: str | None = None
    attachments: tuple[AttachmentFields, ...] = ()
    rating: int | None = None
    reopen: bool = True
    code: str | None = None
    duplicate_of: str | None = None
    classification: Classification | None = None
    category: str | None = None
    title: str | None = None
    into: UUID | str | None = None
    data: Mapping[str, object] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def checked(
    who: str,
    verb: str,
    data: Mapping[str, object],
    warnings: Sequence[str] = (),
    *,
    earlier: bool = False,
) -> Meaning:
    """The meaning of an update of ``agency``, ``desk`` or ``channel``.

    What each verb has use for, and needs, stands in ``schemas.update_data``. Null is absent.
    Fields that the verb has no use for mean nothing to the case, and go on as they are.
    ``warnings``: what was left out before.
    ``earlier``: 0.1 took it, which asked for no final answer in words.

    Raises:
        BadMeaning: a field is missing, not of its kind, or longer than it may be.
    """
    reader = _Reader(data, warnings)
    found = {name: read(reader) for name, read in _OF_VERB[verb]}
    found |= {"note": reader.words("note"), "attachments": reader.attachments()}
    if found["note"] is None and verb in _NOTE_NEEDED and not earlier:
        raise BadMeaning("note: required, the final answer in words: it is told to the reporter")
    found["internal_note"] = reader.internal_note(who)
    return Meaning(**found, data=reader.passed_on(), warnings=tuple(reader.warnings))


class _Reader:
    """The data of one update, field by field; what was read is put in its place, cleaned."""

    def __init__(self, data: Mapping[str, object], warnings: Sequence[str]) -> None:
        self._data = dict(data)
        # The word is ours: what was left out, and nothing that a sender says.
        self._data.pop("warnings", None)
        self.warnings = list(warnings)

    def passed_on(self) -> Mapping[str, object]:
        if len(self.warnings) > WARNINGS:
            rest = len(self.warnings) - WARNINGS
            self.warnings[WARNINGS:] = [f"{rest} more were left out"]
        more = {"warnings": list(self.warnings)} if self.warnings else {}
        return self._data | more

    def needed(self, name: str) -> str:
        words = self.words(name)
        if words is None:
            raise BadMeaning(f"{name}: required, a string that is not empty")
        return words

    def words(self, name: str) -> str | None:
        """A text, cleaned; None where there is none, or nothing is left of it."""
        value = self._data.get(name)
        if value is None:
            return None
        self._data[name] = words = _cleaned(name, value)
        return words or None

    def flag(self, name: str) -> bool | None:
        value = self._data.get(name)
        if value is None or isinstance(value, bool):
            return value
        raise BadMeaning(f"{name}: neither true nor false")

    def one_of(self, name: str, known: tuple[str, ...]) -> str | None:
        value = self._data.get(name)
        if value is None or (isinstance(value, str) and value in known):
            return value
        raise BadMeaning(f"{name}: not one of {', '.join(known)}")

    def rating(self) -> int | None:
        value = self._data.get("rating")
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= BEST_RATING:
            return value
        raise BadMeaning(f"rating: not a whole number from 1 to {BEST_RATING}")

    def category(self) -> str | None:
        """A topic's code, or the number of a category of SP4N-LAPOR!."""
        value = self._data.get("category")
        if not isinstance(value, int) or isinstance(value, bool):
            return self.words("category")
        if not 0 <= value <= LARGEST_CATEGORY:
            raise BadMeaning(f"category: not a number from 0 to {LARGEST_CATEGORY}")
        return str(value)

    def code(self) -> str:
        """Why it is dismissed; without a code, ``other``."""
        return self.one_of("code", CODES) or OTHER

    def duplicate_of(self) -> str | None:
        """Of what it is a duplicate, where the code says that it is one."""
        if self._data.get("code") != DUPLICATE:
            if self._data.pop("duplicate_of", None) is not None:
                self.warnings.append(f"duplicate_of: only with the code {DUPLICATE}; left out")
            return None
        known = code_of(self.needed("duplicate_of"))
        if known is None:
            raise BadMeaning("duplicate_of: not a tracking code; look at each of its characters")
        self._data["duplicate_of"] = known
        return known

    def into(self) -> UUID | str:
        """The case that leads, by its id or by its tracking code in its canonical form."""
        words = self.needed("into")
        about = subject_of([words])
        known = about.complaint_id or about.tracking
        if known is None:
            raise BadMeaning("into: neither a complaint_id nor a tracking code")
        self._data["into"] = str(known)
        return known

    def attachments(self) -> tuple[AttachmentFields, ...]:
        found, warnings = checked_attachments(self._data.pop("attachments", None))
        if found:
            self._data["attachments"] = list(found)
        self.warnings += warnings
        return found

    def internal_note(self, who: str) -> str | None:
        self._data, written, warnings = without_internal(self._data, by_channel=who == "channel")
        self.warnings += warnings
        return _cleaned(INTERNAL, written) or None


def _cleaned(name: str, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadMeaning(f"{name}: not a string")
    try:
        return plain(value)
    except TooLong as why:
        raise BadMeaning(f"{name}: {why}") from None


_READS: Final[Mapping[str, Callable[[_Reader], Any]]] = {
    "reason": lambda reader: reader.needed("reason"),
    "suggest": lambda reader: reader.words("suggest"),
    "agency": lambda reader: reader.needed("agency"),
    "oversight": lambda reader: reader.flag("oversight"),
    "classification": lambda reader: reader.one_of("classification", get_args(Classification)),
    "category": _Reader.category,
    "title": lambda reader: reader.words("title"),
    "rating": _Reader.rating,
    "reopen": lambda reader: reader.flag("reopen") is not False,
    "code": _Reader.code,
    "duplicate_of": _Reader.duplicate_of,
    "into": _Reader.into,
}
"""How each field is read."""
_OF_VERB: Final = {
    verb: [
        (name, _READS[name]) for name in model.model_fields if name not in FromOffice.model_fields
    ]
    for verb, model in UPDATE_DATA.items()
}
_NOTE_NEEDED: Final = frozenset(
    verb for verb, model in UPDATE_DATA.items() if model.model_fields["note"].is_required()
)
