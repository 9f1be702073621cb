"""What the contract wants of an agency's system, rule by rule."""

from typing import Final

from broker.amqp.relay import Fault
from config.language import gettext, marked
from pintu.conformance import publishing
from pintu.conformance.agency import judging
from pintu.conformance.common_rules import FIRST, HOW, PUBLISHING, READING, UPDATES, WORDS
from pintu.conformance.consuming import takes
from pintu.conformance.publishing import said_again
from pintu.conformance.rule import Rule, never


def _verb(verb: str, what: str) -> Rule:
    do = gettext("see the table of what an update does in each state")
    return Rule(verb, what, UPDATES, do, judging.says(verb))


RULES: Final = (
    *FIRST,
    *READING,
    Rule(
        "repeated-event",
        marked("The same event may come twice; it bears the same id."),
        WORDS,
        marked("acknowledge a repeat, and go on"),
        takes("repeated", marked("the same event twice")),
    ),
    Rule(
        "answers-once",
        marked("The same update (speaker and id) twice is one update."),
        UPDATES,
        marked("make the id of an update of what it answers: the event's id and the verb"),
        judging.once,
    ),
    Rule(
        "other-events",
        marked(
            "An agency's queue has escalated, moved, replied, withdrawn, merged, separated,"
            " rejected and closed events as well."
        ),
        HOW,
        marked("acknowledge them all; use those that you need"),
        takes("escalated", marked("a reminder")),
    ),
    *PUBLISHING,
    Rule(
        "own-key",
        marked("The routing key says who speaks: agency.<code>.<verb>."),
        UPDATES,
        marked("publish under your own code, with a verb of the table"),
        judging.own_key,
    ),
    Rule(
        "id",
        marked("An update has an id of the sender's own."),
        UPDATES,
        marked("give each update an id"),
        judging.has_id,
    ),
    Rule(
        "unique-id",
        marked("Two different updates have two ids."),
        UPDATES,
        marked("make the id of the event's id and the verb"),
        judging.unique_id,
    ),
    Rule(
        "updates-fit",
        marked("Updates name their complaint and have what the verb needs."),
        UPDATES,
        marked("see the reasons for which an update is refused"),
        judging.fits,
    ),
    Rule(
        "accepted",
        marked("An update that does not fit its case is refused."),
        UPDATES,
        marked("see the table of what an update does in each state"),
        judging.accepted,
    ),
    Rule(
        "lost-confirm",
        marked("What was not confirmed is said again, under the same id."),
        HOW,
        marked("keep an answer with its id until its confirm came; then say it again as it was"),
        said_again(Fault.LOSE_CONFIRM, marked("the connection was lost before the confirm")),
    ),
    Rule(
        "refused-publish",
        marked("What RabbitMQ refuses is said again, under the same id."),
        HOW,
        marked("take basic.nack as a failure, and say it again after a while"),
        said_again(Fault.REFUSE, marked("RabbitMQ refused it (basic.nack)")),
    ),
    Rule(
        "supporting",
        marked("A supporting agency may say acknowledged, responded and returned only."),
        UPDATES,
        marked("look at role in the event's data"),
        judging.supporting,
    ),
    Rule(
        "after-the-end",
        marked("In a closed case every update is refused."),
        UPDATES,
        marked("close your own file when withdrawn, closed or moved comes"),
        judging.after_the_end,
    ),
    _verb("acknowledged", marked("acknowledged: the agency has seen the complaint.")),
    _verb("responded", marked("responded: the first answer, which stops the response clock.")),
    _verb("resolved", marked("resolved: the final answer, with a note.")),
    _verb("returned", marked("returned: not ours, with a reason.")),
    _verb("held", marked("held: a question to the reporter, the note.")),
    Rule(
        "receipts",
        marked("A receipt comes by RabbitMQ's direct reply-to alone."),
        UPDATES,
        marked("consume amq.rabbitmq.reply-to, and give that as reply_to with a correlation_id"),
        publishing.receipts,
    ),
    Rule(
        "ack-after-work",
        marked("A message is acknowledged once it is in the reader's own books."),
        HOW,
        marked("acknowledge after your own commit"),
        judging.works_before_ack,
    ),
    Rule(
        "escapes-notes",
        marked("Notes are plain text: who shows them escapes them."),
        UPDATES,
        marked("escape what others wrote where you show it"),
        never(marked("it happens beyond RabbitMQ")),
    ),
)
