"""Rules on how anybody publishes: what adapters and agencies have in common."""

from broker.amqp.relay import Fault, Published
from broker.messaging import names
from config.language import gettext, marked, worded
from pintu.conformance.record import ANOTHER_WAY, DIRECT_REPLY, Record
from pintu.conformance.rule import Found, Verdict, all_of, failed, not_seen, passed
from schemas.limits import MAX_BODY
from schemas.submission import NeedsId, Submission

_NOTHING = marked("it published nothing")
_OTHER_WAY = marked(
    "it did not publish through the address of this check: RabbitMQ's HTTP API confirms and is"
    " mandatory by itself, a client that connects elsewhere cannot be watched"
)
_PERSISTENT = 2
_TYPES = ("application/cloudevents+json", "application/json")


def _shown(one: Published) -> str:
    return worded(
        "{key} to {exchange}",
        key=one.routing_key or gettext("(no key)"),
        exchange=one.exchange or gettext("the default exchange"),
    )


def _through_the_relay(record: Record) -> list[Published]:
    return [one for one in record.published if one.link != ANOTHER_WAY]


def _of_frames(record: Record, wrong: list[str], good: str) -> Found:
    looked_at = len(_through_the_relay(record))
    return all_of(wrong, looked_at, good, gettext(_OTHER_WAY if record.others else _NOTHING))


def confirms(record: Record) -> Found:
    """Each publish on a channel in confirm mode."""
    wrong = [
        worded("without: {message}", message=_shown(one))
        for one in _through_the_relay(record)
        if not one.confirms
    ]
    return _of_frames(record, wrong, gettext("every channel that published was in confirm mode"))


def mandatory(record: Record) -> Found:
    wrong = [
        worded("without: {message}", message=_shown(one))
        for one in _through_the_relay(record)
        if not one.mandatory
    ]
    return _of_frames(record, wrong, gettext("every message was mandatory"))


def persistent(record: Record) -> Found:
    wrong = [
        worded(
            "delivery mode {value}: {shown}",
            value=one.properties.delivery_mode or gettext("not set"),
            shown=_shown(one),
        )
        for one in record.published
        if one.properties.delivery_mode != _PERSISTENT
    ]
    return all_of(
        wrong, len(record.published), gettext("delivery mode 2 on every message"), gettext(_NOTHING)
    )


def own_exchanges(record: Record) -> Found:
    """Where it publishes."""
    allowed = (names.UPDATES,) if record.kind == "agency" else (names.INTAKE, names.UPDATES)
    wrong = [_shown(one) for one in record.published if one.exchange not in allowed]
    good = worded(
        "only to {sorted}", sorted=" and ".join(sorted({one.exchange for one in record.published}))
    )
    return all_of(wrong, len(record.published), good, gettext(_NOTHING))


def plain_body(record: Record) -> Found:
    """UTF-8, not compressed, not too large."""
    wrong = []
    for one in record.published:
        encoding = one.properties.content_encoding
        if one.size > MAX_BODY:
            wrong.append(f"{one.size} bytes: {_shown(one)}")
        elif encoding and encoding.lower() not in ("identity", "utf-8"):
            wrong.append(
                worded(
                    "content encoding {encoding!r}: {shown}",
                    encoding=encoding[:20],
                    shown=_shown(one),
                )
            )
        else:
            try:
                one.body.decode("utf-8")
            except UnicodeDecodeError:
                wrong.append(worded("not UTF-8: {shown}", shown=_shown(one)))
    return all_of(
        wrong,
        len(record.published),
        gettext("UTF-8, within 1 MiB, not compressed"),
        gettext(_NOTHING),
    )


def content_type(record: Record) -> Found:
    """A type, and one that is true of the body."""
    wrong = []
    for one in record.published:
        kind = (one.properties.content_type or "").split(";")[0].strip().lower()
        is_object = one.body.lstrip()[:1] == b"{"
        if not kind:
            wrong.append(worded("none: {shown}", shown=_shown(one)))
        elif kind in _TYPES and not is_object:
            wrong.append(
                worded("{kind} on what is no JSON object: {shown}", kind=kind, shown=_shown(one))
            )
        elif kind not in (*_TYPES, "text/plain"):
            wrong.append(f"{kind[:40]!r}: {_shown(one)}")
        elif kind == "text/plain" and (is_object or one.exchange == names.UPDATES):
            wrong.append(
                worded("text/plain on an object, or on an update: {shown}", shown=_shown(one))
            )
    return all_of(
        wrong,
        len(record.published),
        gettext("it fits the body of every message"),
        gettext(_NOTHING),
    )


def no_dangerous_properties(record: Record) -> Found:
    """Nothing that makes a message vanish or go elsewhere."""
    wrong = []
    for one in record.published:
        if one.properties.expiration is not None:
            wrong.append(
                worded("expiration, it would vanish from a queue: {shown}", shown=_shown(one))
            )
        for name in one.properties.headers or {}:
            if name in ("CC", "BCC") or name.lower().startswith("x-"):
                wrong.append(f"header {name[:30]!r}: {_shown(one)}")
    return all_of(wrong, len(record.published), gettext("none of them"), gettext(_NOTHING))


def identity(record: Record, one: Published) -> str | None:
    """The id under which this system knows a message."""
    for other, read in (*record.submissions(), *record.updates()):
        if other is one:
            if isinstance(read, NeedsId):
                return None
            return read.event_id if hasattr(read, "event_id") else read.id
    return one.properties.message_id


def said_again(fault: Fault, what: str) -> "_SaidAgain":
    return _SaidAgain(fault, what)


class _SaidAgain:
    """The judgement of a publish that went wrong on purpose: it comes again under the same id."""

    def __init__(self, fault: Fault, what: str) -> None:
        self._fault, self._what = fault, what

    def __call__(self, record: Record) -> Found:
        found = [self._after(record, one) for one in record.published if one.fault is self._fault]
        if not found:
            return not_seen(gettext("nothing was published while the check waited for it"))
        return next((one for one in found if one.verdict is Verdict.PASS), found[-1])

    def _after(self, record: Record, first: Published) -> Found:
        id = identity(record, first)
        later = [
            one
            for one in record.published
            if one.order > first.order and one.routing_key == first.routing_key
        ]
        if any(identity(record, one) == id for one in later):
            return passed(worded("{what}: it sent the same id again", what=gettext(self._what)))
        if any(one.body and _same_words(record, one, first) for one in later):
            return failed(
                worded("{what}: it sent the same again under another id", what=gettext(self._what))
            )
        return failed(
            worded(
                "{what}: it did not send it again ({shown})",
                what=gettext(self._what),
                shown=_shown(first),
            )
        )


def _same_words(record: Record, one: Published, other: Published) -> bool:
    return _words(record, one) == _words(record, other)


def _words(record: Record, one: Published) -> object:
    for other, read in record.submissions():
        if other is one:
            return read.data.text if isinstance(read, Submission) else one.body
    for other, update in record.updates():
        if other is one:
            return (update.verb, update.complaint_id, update.tracking)
    return one.body


def declares_nothing(record: Record) -> Found:
    """No object of RabbitMQ's made, changed or emptied."""
    wrong = [
        f"{deed.what} {deed.about}".strip()
        for deed in record.deeds
        if deed.what.startswith(("queue.", "exchange.", "tx."))
    ]
    if wrong:
        return all_of(wrong, len(wrong), "", "")
    return (
        passed(gettext("nothing declared, bound, purged or deleted"))
        if record.seen.links
        else not_seen(gettext("it never connected"))
    )


def connects(record: Record) -> Found:
    if any(link.opened for link in record.seen.links):
        return passed(gettext("it connected"))
    return failed(gettext("nobody connected to the address of this check"))


def comes_back(record: Record) -> Found:
    """After each connection that the check cut there is a later one."""
    cut = [link.number for link in record.seen.links if link.cut]
    if not cut:
        return not_seen(gettext("no connection was cut"))
    opened = [link.number for link in record.seen.links if link.opened]
    lost = [number for number in cut if not any(other > number for other in opened)]
    if lost:
        return failed(
            worded("after connection {lost} was lost it did not connect again", lost=lost[-1])
        )
    return passed(worded("it connected again each time ({cut})", cut=len(cut)))


def receipts(record: Record) -> Found:
    """Direct reply-to as RabbitMQ has it, where it asks for receipts."""
    asking = [
        one for one in record.published if one.exchange == names.UPDATES and one.properties.reply_to
    ]
    wrong = []
    for one in asking:
        if not str(one.properties.reply_to).startswith(DIRECT_REPLY):
            wrong.append(
                worded(
                    "reply_to is {reply_to!r}: no receipt comes",
                    reply_to=str(one.properties.reply_to)[:40],
                )
            )
        elif not one.properties.correlation_id:
            wrong.append(gettext("reply_to without a correlation_id: nobody can tell its receipt"))
    return all_of(
        wrong,
        len(asking),
        gettext("direct reply-to with a correlation_id"),
        gettext("it asks for no receipt, which is its choice"),
    )
