"""What a complaint is called elsewhere, and the complaints before and after it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from broker.domain.case import Case
from gateway.desk.session import DeskSession
from schemas.identifiers import normalise_tracking


@dataclass(frozen=True, slots=True)
class Links:
    """``external_id``: in another system; ``follows`` and ``followed_by``: tracking codes of
    complaints of the same channel, or the words of the complaint where there is none."""

    external_id: str | None = None
    follows: str | None = None
    followed_by: tuple[str, ...] = ()


NO_LINKS: Final = Links()


async def links_of(case: Case, office: DeskSession) -> Links:
    """Those of an open case: a closed one has forgotten its complaint."""
    complaint = case.complaint or {"text": ""}
    return Links(
        complaint.get("external_id"), await _earlier(complaint.get("follows"), case, office)
    )


async def _earlier(word: str | None, case: Case, office: DeskSession) -> str | None:
    """The tracking code and the state of the complaint that is meant, if the channel is its own."""
    if word is None:
        return None
    earlier = await office.find(word)
    if earlier is None or earlier.channel != case.channel:
        return f"{_code(word)} (no such complaint of {case.channel})"
    return f"{earlier.tracking} ({earlier.state})"


def _code(word: str) -> str:
    try:
        return str(UUID(word.strip()))
    except ValueError:
        return normalise_tracking(word) or word
