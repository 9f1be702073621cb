"""One case as an agency sees it: what the contract shows it, files, conversation, deadlines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from broker.domain.case import Case, Said
from broker.domain.case.inbox import Role, role_in
from config.language import gettext
from gateway.api.views import agency_view
from gateway.api.world import Gateway
from gateway.attachments.kinds import kind_of_type
from gateway.attachments.links import ON_PAGES, named_by
from gateway.desk.told_similar import told_similar
from gateway.staff.inbox.deadlines import Deadline, deadlines_of
from gateway.staff.inbox.listing import place_of, state_words, title_of
from schemas.limits import CONVERSATION_NEWEST

_NEWEST: Final = 10
"""Things that were said, and characters of each text, that a page shows unless all is wanted."""
_TEXT: Final = 6_000
_NOTE: Final = 1_500
_WEB: Final = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class File:
    """``url``: None where it is no address that a browser should open; ``ours``: it lies here."""

    url: str | None
    shown: str
    picture: bool
    ours: bool
    sensitive: bool


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing that was said, as it is shown."""

    at: object
    who: str
    verb: str
    note: str
    internal_note: str
    files: Sequence[File]


@dataclass(frozen=True, slots=True)
class Shown:
    """A case on its page. ``cut``: something of it is left out, and there if asked for.
    ``similar``: tracking codes of those of this agency that seem to be about the same thing."""

    case: Case
    view: Mapping[str, object]
    role: Role
    title: str
    text: str | None
    place: str
    map: str | None
    state: str
    reporter: Sequence[tuple[str, str]]
    files: Sequence[File]
    said: Sequence[Spoken]
    deadlines: Sequence[Deadline]
    previous: Sequence[str]
    external_id: str
    confidential: bool
    similar: Sequence[str]
    cut: bool


async def shown(world: Gateway, case: Case, agency: str, *, whole: bool) -> Shown:
    """What ``agency_view`` gives, and nothing else, made ready for its page."""
    role = role_in(case, agency)
    assert role is not None
    rules, now = world.config.rules, world.now()
    talk = await world.cases.conversation(case.complaint_id, CONVERSATION_NEWEST)
    view = agency_view(case, talk, rules, role)
    some = talk if whole else talk[-_NEWEST:]
    said = [_spoken(world, case, one, whole) for one in some]
    complaint = case.complaint
    text = complaint["text"] if complaint else None
    short = text if whole or text is None else _cut(text, _TEXT)
    cut = short != text or len(some) < len(talk) or any(_is_cut(one) for one in some if not whole)
    location = (complaint.get("location") if complaint else None) or {}
    at = (location.get("latitude"), location.get("longitude"))
    return Shown(
        case=case,
        view=view,
        role=role,
        title=title_of(complaint) if complaint and complaint.get("title") else "",
        text=short,
        place=place_of(complaint),
        map=f"{at[0]}, {at[1]}" if None not in at else None,
        state=state_words(case),
        reporter=_reporter(case),
        files=files_of(world, case, complaint.get("attachments") if complaint else None),
        said=said,
        deadlines=deadlines_of(case, agency, role, now, world.config.clocks.calendar),
        previous=[rules.agency_name(one) for one in case.previous],
        external_id=(complaint.get("external_id") or "") if complaint else "",
        confidential=bool(complaint and complaint.get("confidential")),
        similar=[
            one.tracking
            for one in await told_similar(world.cases, case)
            if role_in(one, agency) is not None
        ],
        cut=cut,
    )


def files_of(world: Gateway, case: Case, attachments: object) -> list[File]:
    """Files that lie here by links that are good for a while; others by their address alone: a page
    of ours loads nothing from elsewhere."""
    found = list[File]()
    until = world.now() + ON_PAGES
    for one in world.attachments.links.shown(attachments, case.complaint_id, until, whole=False):
        url = str(one.get("url") or "")
        named = named_by(url)
        ours = named is not None and named.complaint == case.complaint_id
        kind = kind_of_type(str(one.get("media_type")))
        found.append(
            File(
                url=url if ours or url.startswith(_WEB) else None,
                shown=url[:120],
                picture=ours and kind is not None and kind.picture,
                ours=ours,
                sensitive=bool(one.get("sensitive")),
            )
        )
    return found


def _spoken(world: Gateway, case: Case, said: Said, whole: bool) -> Spoken:
    words = said.note or said.reason or ""
    inside = said.internal_note or ""
    if said.note and said.reason:
        words = f"{said.reason}\n{said.note}"
    return Spoken(
        at=said.at,
        who=_who(world, said),
        verb=said.verb,
        note=words if whole else _cut(words, _NOTE),
        internal_note=inside if whole else _cut(inside, _NOTE),
        files=files_of(world, case, said.attachments),
    )


def _who(world: Gateway, said: Said) -> str:
    """The office: which person it was is nobody's business here."""
    who, _, code = said.by.partition(".")
    if who == "agency":
        return world.config.rules.agency_name(code)
    return gettext("Reporter") if who == "channel" else gettext("Desk of the region")


def _reporter(case: Case) -> list[tuple[str, str]]:
    given = (case.complaint.get("reporter") if case.complaint else None) or {}
    if case.anonymous:
        return []
    shown = (
        (gettext("Name"), given.get("name")),
        (gettext("Telephone"), given.get("phone")),
        (gettext("E-mail"), given.get("email")),
        (gettext("National identity number"), given.get("national_id")),
    )
    return [(label, str(value)) for label, value in shown if value]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]} […]"


def _is_cut(said: Said) -> bool:
    return max(len(said.note or said.reason or ""), len(said.internal_note or "")) > _NOTE
