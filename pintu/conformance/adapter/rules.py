"""What the contract wants of an adapter, rule by rule."""

from typing import Final

from broker.amqp.relay import Fault
from config.language import gettext, marked, worded
from pintu.conformance import publishing
from pintu.conformance.adapter import judging
from pintu.conformance.common_rules import FIRST, HOW, PUBLISHING, READING, UPDATES, WORDS
from pintu.conformance.consuming import takes
from pintu.conformance.publishing import said_again
from pintu.conformance.rule import Rule, never


def _verb(verb: str) -> Rule:
    says = worded(
        "A channel says {verb} on behalf of the reporter: channel.<channel>.{verb}.", verb=verb
    )
    do = gettext("see the table of what an update does in each state")
    return Rule(verb, says, UPDATES, do, judging.says(verb))


RULES: Final = (
    *FIRST,
    Rule(
        "submits",
        marked("An adapter publishes complaints on complaints.intake."),
        WORDS,
        marked("publish complaint.submitted.v1, or a bare object with text"),
        judging.submits,
    ),
    *PUBLISHING,
    Rule(
        "own-key",
        marked("The routing key is the channel's code."),
        HOW,
        marked("use the channel's code as routing key, in lower case"),
        judging.own_key,
    ),
    Rule(
        "source",
        marked("source is /channels/<channel>, the channel being that of the routing key."),
        WORDS,
        marked("write that source, or leave the envelope out"),
        judging.source,
    ),
    Rule(
        "id",
        marked("Each complaint has an id: the event's, or the AMQP message_id."),
        WORDS,
        marked("give each complaint an id when it is written, and keep it"),
        judging.has_id,
    ),
    Rule(
        "unique-id",
        marked("id is unique within source."),
        WORDS,
        marked("a random id, such as a UUID of version 4, for each complaint"),
        judging.unique_id,
    ),
    Rule(
        "unguessable-id",
        marked("An adapter's id should not be guessable."),
        "tracking.md",
        marked("a random id, such as a UUID of version 4; no number that counts up"),
        judging.unguessable_id,
    ),
    Rule(
        "readable",
        marked("text is not empty; the event is one complaint."),
        WORDS,
        marked("see the reasons for which a message is parked"),
        judging.readable,
    ),
    Rule(
        "fields",
        marked("A bad optional field is left out and named in warnings."),
        WORDS,
        marked("send each field in its form, or leave it out"),
        judging.fields,
    ),
    Rule(
        "lost-confirm",
        marked("What was not confirmed is sent again, under the same id."),
        HOW,
        marked(
            "keep each complaint with its id until its confirm came; then send it again as it was"
        ),
        said_again(Fault.LOSE_CONFIRM, marked("the connection was lost before the confirm")),
    ),
    Rule(
        "refused-publish",
        marked("What RabbitMQ refuses is sent again, under the same id."),
        HOW,
        marked("take basic.nack as a failure, and send it again after a while"),
        said_again(Fault.REFUSE, marked("RabbitMQ refused it (basic.nack)")),
    ),
    *READING,
    Rule(
        "repeated-event",
        marked("A message may come twice."),
        WORDS,
        marked("acknowledge a repeat, and tell the reporter once"),
        takes("repeated", marked("the same event twice")),
    ),
    Rule(
        "unknown-complaint",
        marked(
            "Events carry of, the channel's own submission; a complaint may be"
            " unknown to an adapter that was set up anew."
        ),
        WORDS,
        marked("acknowledge the event of a complaint that you do not know, and go on"),
        takes("foreign", marked("the event of a complaint that it never sent")),
    ),
    Rule(
        "anonymous-event",
        marked("Of an anonymous complaint only the complaint_id goes out, no of."),
        WORDS,
        marked("tell complaints by complaint_id (subject); of is not always there"),
        takes("anonymous", marked("an event without of")),
    ),
    Rule(
        "updates-fit",
        marked("Updates name their complaint, have an id and what the verb needs."),
        UPDATES,
        marked("see the reasons for which an update is refused"),
        judging.updates_fit,
    ),
    Rule(
        "updates-taken",
        marked("An update that does not fit its case is refused."),
        UPDATES,
        marked("look at the complaint.rejected.v1 in your queue"),
        judging.updates_taken,
    ),
    *(_verb(verb) for verb in ("replied", "accepted", "withdrawn")),
    Rule(
        "receipts",
        marked("A receipt comes by RabbitMQ's direct reply-to alone."),
        UPDATES,
        marked("consume amq.rabbitmq.reply-to, and give that as reply_to with a correlation_id"),
        publishing.receipts,
    ),
    Rule(
        "tells-once",
        marked("The reporter hears of each event once."),
        WORDS,
        marked("keep the ids of the events that you have told"),
        never(marked("it happens beyond RabbitMQ")),
    ),
    Rule(
        "shows-tracking",
        marked("The reporter gets the tracking code once the publish is confirmed."),
        "tracking.md",
        marked("compare your codes with tracking-vectors.json"),
        never(marked("it happens beyond RabbitMQ; compare with the test vectors")),
    ),
)
