"""What each row of a spreadsheet would do, with what is wrong in it by its column."""

import base64
import binascii
import hmac
import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from broker.domain.case import Case
from config.language import gettext
from gateway.api.world import Gateway
from gateway.staff.inbox.actions import BY_SHEET, Action, possible
from gateway.staff.inbox.pages import own_case
from gateway.staff.inbox.saying import Words, hollow_told, objection
from gateway.staff.inbox.sheet import ACTION, ANSWER, DEADLINE, INSIDE, SUGGEST, TRACKING
from gateway.staff.inbox.sheet_reading import BadSheet, SheetRow
from gateway.staff.inbox.substance import hollow
from gateway.staff.visits import Visit

_MOST: Final = 30_000
"""Characters that a preview carries to the next page, packed: some hundred answers."""
_UNPACKED: Final = 4_000_000
_TAG: Final = 32
_COLUMN_OF: Final = {
    "note": ANSWER,
    "reason": ANSWER,
    "internal_note": INSIDE,
    "suggest": SUGGEST,
}


@dataclass(frozen=True, slots=True)
class Filled:
    """A row as it is carried from the preview to the sending."""

    number: int
    tracking: str
    deadline: str
    action: str
    answer: str
    inside: str
    suggest: str

    def id_for(self, agency: str) -> str:
        """Of the update: the same row of the same agency is the same update."""
        content = json.dumps([agency, *list(asdict(self).values())[1:]])
        digest = sha256(content.encode()).hexdigest()
        return str(uuid5(NAMESPACE_URL, f"/agencies/{agency}/sheet#{digest}"))


@dataclass(frozen=True, slots=True)
class Judged:
    """``wrong``: column and sentence, it is not sent then; ``caution``: it is, and says little."""

    row: Filled
    case: Case | None = None
    action: Action | None = None
    words: Words | None = None
    wrong: tuple[str, str] | None = None
    caution: str | None = None


def filled(rows: Sequence[SheetRow]) -> tuple[list[Filled], list[Judged]]:
    """What can be carried on, and the rows in which a formula stands."""
    good, bad = list[Filled](), list[Judged]()
    for row in rows:
        one = Filled(
            row.number,
            *(row.get(name) for name in (TRACKING, DEADLINE, ACTION, ANSWER, INSIDE, SUGGEST)),
        )
        if row.formulas:
            told = gettext("A formula stands here: write text, or paste it as a value.")
            bad.append(Judged(one, wrong=(row.formulas[0], told)))
        else:
            good.append(one)
    return good, bad


async def judged(world: Gateway, agency: str, row: Filled) -> Judged:
    """What the row would do now."""
    case = await own_case(world, agency, row.tracking)
    if case is None:
        told = gettext("This report is not in the inbox of your agency.")
        return Judged(row, wrong=(TRACKING, told))
    action = BY_SHEET.get(row.action.casefold())
    if action is None:
        told = gettext("Choose one of: {words}.").format(words=", ".join(BY_SHEET))
        return Judged(row, case, wrong=(ACTION, told))
    words = _words(row, action, agency)
    if action not in possible(case, agency):
        told = gettext("That is not possible in the present state of this report.")
        return Judged(row, case, action, words, wrong=(ACTION, told))
    why = objection(action, words, world.config.rules, agency, with_files=False)
    if why is not None:
        return Judged(
            row, case, action, words, wrong=(_COLUMN_OF[why.field or "note"], why.sentence)
        )
    little = hollow(words.note) if action.text == "note" and action.files else None
    return Judged(row, case, action, words, caution=hollow_told(little) if little else None)


def _words(row: Filled, action: Action, agency: str) -> Words:
    reason = action.text == "reason"
    return Words(
        id=row.id_for(agency),
        note="" if reason else row.answer,
        reason=row.answer if reason else "",
        internal_note=row.inside,
        suggest=row.suggest if reason else "",
        sure=True,
    )


def packed(rows: Sequence[Filled], agency: str, visit: Visit, secret: bytes) -> str:
    """The rows for a hidden field, sealed for this session. Raises BadSheet where it is too much
    for a page."""
    plain = json.dumps([list(asdict(row).values()) for row in rows]).encode()
    body = zlib.compress(plain, 9)
    text = base64.urlsafe_b64encode(_seal(body, agency, visit, secret) + body).decode()
    if len(text) > _MOST or len(plain) > _UNPACKED:
        raise BadSheet(gettext("That is too much text at once: send the file in parts."))
    return text


def unpacked(text: str, agency: str, visit: Visit, secret: bytes) -> list[Filled] | None:
    """What ``packed`` gave for this session; None for anything else."""
    try:
        whole = base64.urlsafe_b64decode(text[: _MOST + 4].encode("ascii"))
    except (binascii.Error, ValueError):
        return None
    seal, body = whole[:_TAG], whole[_TAG:]
    if not hmac.compare_digest(seal, _seal(body, agency, visit, secret)):
        return None
    return [Filled(*row) for row in json.loads(zlib.decompress(body))]


def _seal(body: bytes, agency: str, visit: Visit, secret: bytes) -> bytes:
    about = f"sheet\0{agency}\0".encode() + visit.session.digest + b"\0"
    return hmac.digest(secret, about + body, sha256)
