"""What the contract wants of an adapter, rule by rule."""

from typing import Final

from broker.amqp.relay import Fault
from pintu.conformance import publishing
from pintu.conformance.adapter import judging
from pintu.conformance.common_rules import FIRST, HOW, PUBLISHING, READING, UPDATES, WORDS
from pintu.conformance.consuming import takes
from pintu.conformance.publishing import said_again
from pintu.conformance.rule import Rule, never


def _verb(verb: str) -> Rule:
    says = f"A channel says {verb} on behalf of the reporter: channel.<channel>.{verb}."
    do = "see the table of what an update does in each state"
    return Rule(verb, says, UPDATES, do, judging.says(verb))


RULES: Final = (
    *FIRST,
    Rule(
        "submits",
        "An adapter publishes complaints on complaints.intake.",
        WORDS,
        "publish complaint.submitted.v1, or a bare object with text",
        judging.submits,
    ),
    *PUBLISHING,
    Rule(
        "own-key",
        "The routing key is the channel's code.",
        HOW,
        "use the channel's code as routing key, in lower case",
        judging.own_key,
    ),
    Rule(
        "source",
        "source is /channels/<channel>, the channel being that of the routing key.",
        WORDS,
        "write that source, or leave the envelope out",
        judging.source,
    ),
    Rule(
        "id",
        "Each complaint has an id: the event's, or the AMQP message_id.",
        WORDS,
        "give each complaint an id when it is written, and keep it",
        judging.has_id,
    ),
    Rule(
        "unique-id",
        "id is unique within source.",
        WORDS,
        "a random id, such as a UUID of version 4, for each complaint",
        judging.unique_id,
    ),
    Rule(
        "unguessable-id",
        "An adapter's id should not be guessable.",
        "tracking.md",
        "a random id, such as a UUID of version 4; no number that counts up",
        judging.unguessable_id,
    ),
    Rule(
        "readable",
        "text is not empty; the event is one complaint.",
        WORDS,
        "see the reasons for which a message is parked",
        judging.readable,
    ),
    Rule(
        "fields",
        "A bad optional field is left out and named in warnings.",
        WORDS,
        "send each field in its form, or leave it out",
        judging.fields,
    ),
    Rule(
        "lost-confirm",
        "What was not confirmed is sent again, under the same id.",
        HOW,
        "keep each complaint with its id until its confirm came; then send it again as it was",
        said_again(Fault.LOSE_CONFIRM, "the connection was lost before the confirm"),
    ),
    Rule(
        "refused-publish",
        "What RabbitMQ refuses is sent again, under the same id.",
        HOW,
        "take basic.nack as a failure, and send it again after a while",
        said_again(Fault.REFUSE, "RabbitMQ refused it (basic.nack)"),
    ),
    *READING,
    Rule(
        "repeated-event",
        "A message may come twice.",
        WORDS,
        "acknowledge a repeat, and tell the reporter once",
        takes("repeated", "the same event twice"),
    ),
    Rule(
        "unknown-complaint",
        "Events carry of, the channel's own submission; a complaint may be"
        " unknown to an adapter that was set up anew.",
        WORDS,
        "acknowledge the event of a complaint that you do not know, and go on",
        takes("foreign", "the event of a complaint that it never sent"),
    ),
    Rule(
        "anonymous-event",
        "Of an anonymous complaint only the complaint_id goes out, no of.",
        WORDS,
        "tell complaints by complaint_id (subject); of is not always there",
        takes("anonymous", "an event without of"),
    ),
    Rule(
        "updates-fit",
        "Updates name their complaint, have an id and what the verb needs.",
        UPDATES,
        "see the reasons for which an update is refused",
        judging.updates_fit,
    ),
    Rule(
        "updates-taken",
        "An update that does not fit its case is refused.",
        UPDATES,
        "look at the complaint.rejected.v1 in your queue",
        judging.updates_taken,
    ),
    *(_verb(verb) for verb in ("replied", "accepted", "withdrawn")),
    Rule(
        "receipts",
        "A receipt comes by RabbitMQ's direct reply-to alone.",
        UPDATES,
        "consume amq.rabbitmq.reply-to, and give that as reply_to with a correlation_id",
        publishing.receipts,
    ),
    Rule(
        "tells-once",
        "The reporter hears of each event once.",
        WORDS,
        "keep the ids of the events that you have told",
        never("it happens beyond RabbitMQ"),
    ),
    Rule(
        "shows-tracking",
        "The reporter gets the tracking code once the publish is confirmed.",
        "tracking.md",
        "compare your codes with tracking-vectors.json",
        never("it happens beyond RabbitMQ; compare with the test vectors"),
    ),
)
