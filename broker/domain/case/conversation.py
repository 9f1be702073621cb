"""What reporter, agencies and desk say in a case, kept with it so that nobody is told twice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, Final

from broker.domain.privacy import public_update
from schemas.complaint import AttachmentFields
from schemas.envelope import dumps
from schemas.events import SaidData
from schemas.limits import CONVERSATION_BYTES, CONVERSATION_NEWEST
from schemas.updates import Update

_SHORTENED: Final = 3_000
"""Characters of each of its four texts that stay of one that alone has too many bytes: of four
bytes at most each, they leave room for some attachments."""
_CUT: Final = " […]"


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said.

    ``at``: the moment from which it counts; ``by``: the office, ``desk``, ``agency.<code>`` or
    ``channel.<code>``; ``verb``: of the update that said it. ``note``: for everybody in the case;
    ``internal_note``: for agencies and the desk only. ``suggest``: the agency that was meant to
    have it, in the words of the one that handed it back. What a channel says in an anonymous case
    is masked before it gets here.
    """

    at: datetime
    by: str
    verb: str
    note: str | None = None
    reason: str | None = None
    internal_note: str | None = None
    attachments: Sequence[AttachmentFields] = ()
    suggest: str | None = None

    def to_plain(self) -> SaidData:
        """For JSON; what was not said is not there."""
        plain: SaidData = {"at": self.at, "by": self.by, "verb": self.verb}
        if self.note is not None:
            plain["note"] = self.note
        if self.reason is not None:
            plain["reason"] = self.reason
        if self.internal_note is not None:
            plain["internal_note"] = self.internal_note
        if self.attachments:
            plain["attachments"] = list(self.attachments)
        if self.suggest is not None:
            plain["suggest"] = self.suggest
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Said":
        """What ``to_plain`` gave, read from JSON again."""
        return cls(
            at=datetime.fromisoformat(plain["at"]),
            by=plain["by"],
            verb=plain["verb"],
            note=plain.get("note"),
            reason=plain.get("reason"),
            internal_note=plain.get("internal_note"),
            attachments=tuple(plain.get("attachments", ())),
            suggest=plain.get("suggest"),
        )

    @property
    def by_reporter(self) -> bool:
        return self.by.startswith("channel.")


def office_of(speaker: str) -> str:
    """``desk`` of ``desk.<name>``: which person spoke is in the case's history only."""
    return "desk" if speaker.startswith("desk.") else speaker


def said_of(update: Update, at: datetime, anonymous: bool) -> tuple[Said, ...]:
    """What an accepted update says, to be kept with its case; nothing where it only does something.

    ``at``: the moment from which it counts; ``anonymous``: the case is one whose channel's words
    are masked.
    """
    of_channel = update.who == "channel"
    internal_note = None if of_channel else update.internal_note
    attachments: Any = list(update.attachments)
    if not (update.note or update.reason or internal_note or attachments or update.suggest):
        return ()
    words: dict[str, object] = {"note": update.note, "reason": update.reason}
    if of_channel and anonymous:
        words = public_update({**words, "attachments": attachments})
        attachments = words["attachments"]
    return (
        Said(
            at=at,
            by=office_of(update.speaker),
            verb=update.verb,
            note=_text(words["note"]),
            reason=_text(words["reason"]),
            internal_note=internal_note,
            attachments=tuple(attachments),
            suggest=update.suggest,
        ),
    )


def newest(conversation: Iterable[tuple[Said, int]]) -> list[Said]:
    """As much as goes with a case, oldest first, of what was said in it, newest first.

    Each comes with its bytes of JSON: at most ``CONVERSATION_NEWEST`` of them and
    ``CONVERSATION_BYTES`` together, but always the last word.
    """
    kept: list[Said] = []
    room = CONVERSATION_BYTES
    for said, size in islice(conversation, CONVERSATION_NEWEST):
        room -= size
        if kept and room < 0:
            break
        kept.append(said)
    return kept[::-1]


def conversation_on_the_wire(conversation: Sequence[Said]) -> list[SaidData]:
    """What goes with a case that is routed anew, oldest first: the newest, as far as bounded.

    A last word that has too many bytes by itself is shortened: it is the one that matters most.
    """
    sized = ((said, len(dumps(said.to_plain()))) for said in reversed(conversation))
    kept = newest(sized)
    if len(kept) == 1 and len(dumps(kept[0].to_plain())) > CONVERSATION_BYTES:
        kept = [_shortened(kept[0])]
    return [said.to_plain() for said in kept]


def _shortened(said: Said) -> Said:
    said = replace(
        said,
        note=_cut(said.note),
        reason=_cut(said.reason),
        internal_note=_cut(said.internal_note),
        suggest=_cut(said.suggest),
    )
    room = CONVERSATION_BYTES - len(dumps(replace(said, attachments=()).to_plain()))
    kept: list[AttachmentFields] = []
    for attachment in said.attachments:
        room -= len(dumps(attachment)) + len(',"attachments":[]')
        if room >= 0:
            kept.append(attachment)
    return replace(said, attachments=tuple(kept))


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= _SHORTENED else text[:_SHORTENED] + _CUT


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
