"""What the contract wants of an agency's system, rule by rule."""

from typing import Final

from broker.amqp.relay import Fault
from pintu.conformance import publishing
from pintu.conformance.agency import judging
from pintu.conformance.common_rules import FIRST, HOW, PUBLISHING, READING, UPDATES, WORDS
from pintu.conformance.consuming import takes
from pintu.conformance.publishing import said_again
from pintu.conformance.rule import Rule, never


def _verb(verb: str, what: str) -> Rule:
    do = "see the table of what an update does in each state"
    return Rule(verb, what, UPDATES, do, judging.says(verb))


RULES: Final = (
    *FIRST,
    *READING,
    Rule(
        "repeated-event",
        "The same event may come twice; it bears the same id.",
        WORDS,
        "acknowledge a repeat, and go on",
        takes("repeated", "the same event twice"),
    ),
    Rule(
        "answers-once",
        "The same update (speaker and id) twice is one update.",
        UPDATES,
        "make the id of an update of what it answers: the event's id and the verb",
        judging.once,
    ),
    Rule(
        "other-events",
        "An agency's queue has escalated, moved, replied, withdrawn, rejected and"
        " closed events as well.",
        HOW,
        "acknowledge them all; use those that you need",
        takes("escalated", "a reminder"),
    ),
    *PUBLISHING,
    Rule(
        "own-key",
        "The routing key says who speaks: agency.<code>.<verb>.",
        UPDATES,
        "publish under your own code, with a verb of the table",
        judging.own_key,
    ),
    Rule(
        "id",
        "An update has an id of the sender's own.",
        UPDATES,
        "give each update an id",
        judging.has_id,
    ),
    Rule(
        "unique-id",
        "Two different updates have two ids.",
        UPDATES,
        "make the id of the event's id and the verb",
        judging.unique_id,
    ),
    Rule(
        "updates-fit",
        "Updates name their complaint and have what the verb needs.",
        UPDATES,
        "see the reasons for which an update is refused",
        judging.fits,
    ),
    Rule(
        "accepted",
        "An update that does not fit its case is refused.",
        UPDATES,
        "see the table of what an update does in each state",
        judging.accepted,
    ),
    Rule(
        "lost-confirm",
        "What was not confirmed is said again, under the same id.",
        HOW,
        "keep an answer with its id until its confirm came; then say it again as it was",
        said_again(Fault.LOSE_CONFIRM, "the connection was lost before the confirm"),
    ),
    Rule(
        "refused-publish",
        "What RabbitMQ refuses is said again, under the same id.",
        HOW,
        "take basic.nack as a failure, and say it again after a while",
        said_again(Fault.REFUSE, "RabbitMQ refused it (basic.nack)"),
    ),
    Rule(
        "supporting",
        "A supporting agency may say acknowledged, responded and returned only.",
        UPDATES,
        "look at role in the event's data",
        judging.supporting,
    ),
    Rule(
        "after-the-end",
        "In a closed case every update is refused.",
        UPDATES,
        "close your own file when withdrawn, closed or moved comes",
        judging.after_the_end,
    ),
    _verb("acknowledged", "acknowledged: the agency has seen the complaint."),
    _verb("responded", "responded: the first answer, which stops the response clock."),
    _verb("resolved", "resolved: the final answer, with a note."),
    _verb("returned", "returned: not ours, with a reason."),
    _verb("held", "held: a question to the reporter, the note."),
    Rule(
        "receipts",
        "A receipt comes by RabbitMQ's direct reply-to alone.",
        UPDATES,
        "consume amq.rabbitmq.reply-to, and give that as reply_to with a correlation_id",
        publishing.receipts,
    ),
    Rule(
        "ack-after-work",
        "A message is acknowledged once it is in the reader's own books.",
        HOW,
        "acknowledge after your own commit",
        judging.works_before_ack,
    ),
    Rule(
        "escapes-notes",
        "Notes are plain text: who shows them escapes them.",
        UPDATES,
        "escape what others wrote where you show it",
        never("it happens beyond RabbitMQ"),
    ),
)
