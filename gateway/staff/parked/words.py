"""Why a message is parked, in the words of officers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from config.broker_sentences import told
from config.language import gettext, marked
from gateway.desk.parked_editing import Fault

_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "no-text": marked("the complaint has no text"),
        "not-utf8": marked("the letters are not in UTF-8"),
        "broken-json": marked("the JSON is broken"),
        "not-an-object": marked("the JSON is no object"),
        "batch": marked("several complaints in one message"),
        "too-large": marked("the message is too large"),
        "too-many-values": marked("the message holds too many values"),
        "content-encoding": marked("the message is compressed or encoded"),
        "unknown-type": marked("another kind of event"),
        "no-id": marked("the message has no id"),
        "bad-key": marked("the routing key names no speaker"),
        "unknown-verb": marked("the routing key names no update"),
        "wrong-speaker": marked("this speaker may not say that"),
        "bad-subject": marked("it does not say which case it is about"),
        "bad-data": marked("a field does not fit"),
        "bad-event": marked("an event that cannot be read"),
        "unknown-case": marked("no case has that number"),
        "not-your-case": marked("the case is not the sender's"),
        "lead-only": marked("only the lead agency may say that"),
        "impossible": marked("not possible in the state of the case"),
        "unlike": marked("the two reports are of kinds that are kept apart"),
        "earlier-deadline": marked("its deadline is earlier than that of the report to lead"),
        "follows-another": marked("the report follows another; that one is to be answered"),
        "too-many-followers": marked("too many reports follow that one"),
        "too-many-deferred": marked("too many updates wait for cases that are not there yet"),
        "too-many-updates": marked("the case has had too many updates"),
        "unknown-agency": marked("no agency has that code"),
        "inactive-agency": marked("the agency does not exist any more"),
        "no-lead": marked("a supporting agency whose lead never came"),
        "webhook-failed": marked("the other system did not take it for three days"),
        "closed": marked("the case is closed"),
        "internal-error": marked("the program failed on it"),
        "unroutable": marked("no queue took it"),
        "delivery-limit": marked("it was tried too often"),
        "rejected": marked("a system refused it"),
        "expired": marked("nobody fetched it in time"),
        "unknown": marked("reason not known"),
        "unchanged": marked("Nothing was changed: send it back as it is, or change something."),
        "no-way-back": marked("Nobody knows where it came from: it can only be discarded."),
        "not-anonymous": marked("The reporter asked for anonymity: leave that as it is."),
        "not-editable": marked("This message cannot be edited on a page."),
    }
)


def reason(code: str) -> str:
    """The words for a code; the code itself where there are none."""
    return gettext(_REASONS[code]) if code in _REASONS else code


def fault(why: Fault) -> str:
    """What is wrong with an edited text, and where."""
    said = reason(why.reason)
    if why.line is not None:
        place = gettext("line {line}, column {column}: {detail}")
        return f"{said}: {place.format(line=why.line, column=why.column, detail=told(why.detail))}"
    return f"{said}: {told(why.detail)}" if why.detail else said
