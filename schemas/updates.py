"""Reading updates: ``complaint.<verb>.v1`` on ``complaints.updates``, straight from bytes.

Generous in form, strict in meaning. CloudEvents in structured and binary mode and a bare JSON
object are updates; who speaks and what is said comes from the routing key alone, because RabbitMQ
authorises it. Whatever would leave it open which complaint is meant, or what is to be done, is
refused: acting on the wrong complaint is worse than asking again.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal
from uuid import UUID

from schemas import verbs
from schemas.complaint import AttachmentFields, Classification
from schemas.envelope import event_type
from schemas.limits import DEEPEST, MAX_BODY, UPDATE_VALUES
from schemas.meaning import BadMeaning, checked
from schemas.properties import Properties
from schemas.structure import size_of
from schemas.subject import code_of, subject_of
from schemas.unpacking import BAD_TIME, Unpacked, UnusableBody, moment_of, unpack

Who = Literal["agency", "desk", "channel"]

_VERBS: Final[Mapping[str, tuple[str, ...]]] = {
    "agency": verbs.AGENCY_UPDATES,
    "desk": verbs.DESK_UPDATES,
    "channel": verbs.CHANNEL_UPDATES,
}
_CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_EVERY_VERB: Final = frozenset(verb for known in _VERBS.values() for verb in known)
_DOTS: Final = 2
_NAMES: Final = ("complaint_id", "tracking")
"""Fields that name the complaint, beside the subject."""
_BARE: Final = ("id", "source", "subject", "time", "type", *_NAMES)
"""What a bare object may hold beside its data, in place of an envelope."""


@dataclass(frozen=True, slots=True)
class Update:
    """An update that can be understood; whether it fits its case is for the case to say.

    ``data`` is what the sender said, to be passed on: cleaned, without ``internal_note``. The
    other fields are what the case needs of it, checked; ``warnings`` name what was left out.
    ``counts_at`` is set for an update that was deferred: the moment from which it counted when it
    was first read.

    Its complaint is named by ``complaint_id`` or by ``tracking``: one of the two is set, the code
    in its canonical form. Who keeps the cases knows the id of a tracking code.

    ``speaker``: ``agency.<code>``, ``desk.<name>`` or ``channel.<channel>``. ``cause``: what makes
    it one update: its speaker and its id. The id as a digest: an adapter's may hold a telephone
    number, and may be of any length.
    """

    who: Who
    name: str
    verb: str
    complaint_id: UUID | None
    id: str
    source: str | None
    time: datetime | None
    data: Mapping[str, object]
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
    warnings: tuple[str, ...] = ()
    tracking: str | None = None
    counts_at: datetime | None = None
    trace: Mapping[str, str] = field(default_factory=dict)
    speaker: str = field(init=False)
    cause: str = field(init=False)

    def __post_init__(self) -> None:
        put = object.__setattr__  # the one moment at which a frozen value may still be filled
        put(self, "speaker", f"{self.who}.{self.name}")
        put(self, "cause", f"{self.speaker}.{digest(self.id)}")

    @property
    def person(self) -> str | None:
        """Who of the agency speaks, where its ``source`` says so; at the desk the name does."""
        return person_of(self.who, self.name, self.source)


@dataclass(frozen=True, slots=True)
class BadUpdate:
    """An update to be parked; ``reason`` is a fixed code, ``detail`` quotes nothing of it.

    As much of the rest as could be read; ``who`` is None where the routing key names no speaker.
    """

    reason: str
    detail: str
    who: Who | None = None
    name: str | None = None
    verb: str | None = None
    complaint_id: UUID | None = None
    id: str | None = None
    source: str | None = None
    type: str | None = None
    tracking: str | None = None


def digest(text: str) -> str:
    """Sixty-four hexadecimal digits that stand for a text of any length and content."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def person_of(who: Who | None, name: str | None, source: str | None) -> str | None:
    """The person in a source ``/agencies/<code>/people/<person>``, if it is of the agency that the
    routing key names: RabbitMQ has authorised that one and no other."""
    if who != "agency" or name is None or source is None:
        return None
    person = source.removeprefix(f"/agencies/{name}/people/")
    return person if person != source and _CODE.fullmatch(person) else None


def office_source(who: Who | None, name: str | None, source: str | None) -> str | None:
    """The source of an update as others may read it: the office, never the person."""
    if person_of(who, name, source) is None:
        return source
    return f"/agencies/{name}"


def speaker_of(routing_key: str) -> tuple[Who, str, str] | None:
    """Who speaks, under which name, and the verb: ``agency.<code>.<verb>`` and the like."""
    who, name, verb = (*routing_key.split("."), "", "")[:3]
    if routing_key.count(".") != _DOTS:
        return None
    if who == "agency" and _CODE.fullmatch(name):
        return "agency", name, verb
    if who == "channel" and _CODE.fullmatch(name):
        return "channel", name, verb
    if who == "desk" and name and name.isprintable():
        return "desk", name, verb
    return None


def read_update(
    body: bytes, properties: Properties, routing_key: str, *, earlier: bool = False
) -> Update | BadUpdate:
    """Read one message of the updates. ``earlier``: see schemas.meaning.checked."""
    spoken = speaker_of(routing_key)
    if spoken is None:
        detail = "not agency.<code>.<verb>, desk.<name>.<verb> or channel.<channel>.<verb>"
        return BadUpdate("bad-key", f"routing key: {detail}", id=_usable(properties.message_id))
    who, name, verb = spoken
    event_id = _usable(properties.message_id)
    if len(body) > MAX_BODY:
        detail = f"{len(body)} bytes; at most {MAX_BODY}"
        return BadUpdate("too-large", detail, who, name, verb, id=event_id)
    try:
        event, names = _without_envelope(unpack(body, properties))
    except UnusableBody as why:
        return BadUpdate(why.reason, why.detail, who, name, verb, id=event_id)
    event_id = event.id or event_id
    about = subject_of(names)

    def bad(reason: str, detail: str) -> BadUpdate:
        return BadUpdate(
            reason,
            detail,
            who,
            name,
            verb,
            about.complaint_id,
            event_id,
            event.source,
            event.type,
            about.tracking,
        )

    if verb not in _EVERY_VERB:
        return bad("unknown-verb", "routing key: no update has this verb")
    if verb not in _VERBS[who]:
        return bad("wrong-speaker", f"{verb} is not for the {who} to say")
    if event.type is not None and event.type != event_type(verb):
        return bad("unknown-type", f"the event's type is not {event_type(verb)}")
    if about.fault is not None:
        return bad("bad-subject", about.fault)
    if event_id is None:
        return bad("no-id", "neither an event id nor a message_id: a repeat could not be told")
    size = size_of(event.data, values=UPDATE_VALUES, levels=DEEPEST)
    if size.values > UPDATE_VALUES:
        return bad("too-many-values", f"data: more than {UPDATE_VALUES} values")
    if size.levels > DEEPEST:
        return bad("bad-data", f"data: nested more than {DEEPEST} levels deep")
    if not size.finite:
        return bad("bad-data", "data: a number that JSON cannot carry")
    try:
        meaning = checked(who, verb, event.data, event.warnings, earlier=earlier)
    except BadMeaning as why:
        return bad("bad-data", str(why))
    if about.is_of(meaning.duplicate_of):
        return bad("bad-data", "duplicate_of: names this complaint itself")
    if meaning.into is not None and meaning.into in (about.complaint_id, about.tracking):
        return bad("bad-data", "into: names this complaint itself")
    return Update(
        who=who,
        name=name,
        verb=verb,
        complaint_id=about.complaint_id,
        tracking=about.tracking,
        id=event_id,
        source=event.source,
        time=event.time or _stamp(properties.timestamp),
        **meaning.fields(),
    )


def _without_envelope(event: Unpacked) -> tuple[Unpacked, list[object]]:
    """The event, and all that names its complaint.

    A bare object: what an envelope would hold may stand beside the data, or around it.
    """
    if event.type is not None or event.id is not None or event.subject is not None:
        event = event._replace(
            type=_text(event.type), source=_text(event.source), id=_text(event.id)
        )
        return event, [event.subject, *_names_within(event.data)]
    outer = dict(event.data)
    attributes = {name: outer.pop(name, None) for name in _BARE}
    inner = outer.get("data")
    data = inner if isinstance(inner, dict) else outer
    time = event.time or moment_of(attributes["time"])
    bare = Unpacked(
        data=data,
        type=_text(attributes["type"]),
        source=_text(attributes["source"]),
        id=_usable(attributes["id"]),
        time=time,
        warnings=(BAD_TIME,) if time is None and attributes["time"] is not None else (),
    )
    return bare, [*map(attributes.get, ("subject", *_NAMES)), *_names_within(data)]


def _names_within(data: Mapping[str, object]) -> list[object]:
    """What names a complaint inside of the data, which is the sender's own: there a ``tracking``
    that is no code of ours may be anybody's."""
    tracked = data.get("tracking")
    return [data.get("complaint_id"), tracked if code_of(tracked) else None]


def _stamp(seconds: int | None) -> datetime | None:
    """The AMQP timestamp, where it is one."""
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None


def _text(value: object) -> str | None:
    """A string that can be written out: a property may hold what UTF-8 cannot carry."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else None


def _usable(value: object) -> str | None:
    text = _text(value)
    return text if text and text.strip() else None
