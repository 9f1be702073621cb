"""What the contract wants of an adapter and of an agency's system alike."""

from config.language import marked
from pintu.conformance import consuming, publishing
from pintu.conformance.rule import Rule

HOW = "rabbitmq.md"
WORDS = "messages.md"
UPDATES = "updates.md"

FIRST = (
    Rule(
        "connects",
        marked("It connects to RabbitMQ."),
        HOW,
        marked("start it with the AMQP URL that this check prints"),
        publishing.connects,
    ),
)
PUBLISHING = (
    Rule(
        "confirms",
        marked("Adapters publish with confirms; what is not confirmed is sent again."),
        HOW,
        marked("put the channel into confirm mode (confirm.select) and wait for each confirm"),
        publishing.confirms,
    ),
    Rule(
        "mandatory",
        marked("Adapters publish with mandatory."),
        HOW,
        marked("set the flag mandatory on basic.publish, and take basic.return as a failure"),
        publishing.mandatory,
    ),
    Rule(
        "persistent",
        marked("Messages are persistent."),
        WORDS,
        marked("set delivery_mode 2 on each message"),
        publishing.persistent,
    ),
    Rule(
        "own-exchanges",
        marked(
            "Adapters publish on complaints.intake and complaints.updates, agencies on"
            " complaints.updates; complaints.events is this system's."
            " Nobody uses the default exchange."
        ),
        HOW,
        marked("publish on the named exchange, never to a queue by its name"),
        publishing.own_exchanges,
    ),
    Rule(
        "content-type",
        marked("The content type says what the body is."),
        WORDS,
        marked(
            "application/cloudevents+json for an event, application/json for a bare object,"
            " text/plain for text"
        ),
        publishing.content_type,
    ),
    Rule(
        "body",
        marked("UTF-8, at most 1 MiB, no content encoding."),
        WORDS,
        marked(
            "send JSON in UTF-8, uncompressed; put large files elsewhere and name "
            "them in attachments"
        ),
        publishing.plain_body,
    ),
    Rule(
        "properties",
        marked("No expiration, no x- headers, no CC or BCC."),
        WORDS,
        marked("leave these properties and headers out"),
        publishing.no_dangerous_properties,
    ),
    Rule(
        "declares-nothing",
        marked("Queues and exchanges are declared by this system; others have no permission to."),
        HOW,
        marked("use what is there; look passively if need be"),
        publishing.declares_nothing,
    ),
    Rule(
        "comes-back",
        marked("A lost connection is made again."),
        HOW,
        marked("connect again, waiting a little longer each time"),
        publishing.comes_back,
    ),
)
READING = (
    Rule(
        "own-queue",
        marked(
            "An agency's system reads agency.<code>, an adapter channel.<channel>, "
            "and nothing else."
        ),
        HOW,
        marked("consume that queue alone"),
        consuming.reads_its_queue,
    ),
    Rule(
        "manual-ack",
        marked("A message is acknowledged once it is in the reader's own books, not before."),
        HOW,
        marked("consume with no_ack off, and acknowledge after the work"),
        consuming.manual_acks,
    ),
    Rule(
        "prefetch",
        marked("A reader takes so many messages at a time as it can hold."),
        HOW,
        marked("set basic.qos before basic.consume; 10 to 50 will mostly do"),
        consuming.bounded_prefetch,
    ),
    Rule(
        "acknowledges",
        marked("Each message is acknowledged; a rejected one is parked or comes again for ever."),
        HOW,
        marked("acknowledge what you cannot use too, and write it to your log"),
        consuming.acknowledges,
    ),
    Rule(
        "unknown-event",
        marked("Events of a type that a reader does not know are passed over."),
        WORDS,
        marked("acknowledge an event of an unknown type, and go on"),
        consuming.takes("unknown", marked("an event of an unknown type")),
    ),
    Rule(
        "redelivered",
        marked("A message may come twice: what was not acknowledged comes again."),
        WORDS,
        marked("tell repeats by the event's id"),
        consuming.redelivered,
    ),
)
