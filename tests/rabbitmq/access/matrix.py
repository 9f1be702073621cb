"""Who may do what, written by hand from the contract: each operation with those whom RabbitMQ lets
do it. All others are refused."""

from functools import partial
from typing import Final

import pika  # type: ignore[import-untyped] # -- it has no types
from pika.adapters.blocking_connection import (  # type: ignore[import-untyped]
    BlockingChannel,
)

from tests.rabbitmq.access.world import Work

USERS: Final = (
    "router",
    "cases",
    "escalations",
    "gateway",
    "webhooks",
    "mail",
    "all",
    "operator",
    "desk",
    "desk.sri",
    "monitor",
    "auditor",
    "notifier",
    "channel.web",
    "channel.sms",
    "agency.dlh",
    "agency.dpupr",
)
EVERYBODY: Final = " ".join(USERS)
OURS: Final = "router cases escalations gateway webhooks all operator"
"""Whoever may use the default exchange: the gateway for what people of the desk send back."""


def publish(exchange: str, key: str, **properties: object) -> Work:
    def work(channel: BlockingChannel) -> None:
        channel.basic_publish(exchange, key, b"x", pika.BasicProperties(**properties))

    return work


def consume(queue: str) -> Work:
    def work(channel: BlockingChannel) -> None:
        channel.basic_qos(prefetch_count=1)
        tag = channel.basic_consume(queue, lambda *_: None)
        channel.basic_cancel(tag)

    return work


def get(queue: str) -> Work:
    def work(channel: BlockingChannel) -> None:
        tag = channel.basic_get(queue)[0]
        if tag is not None:
            channel.basic_reject(tag.delivery_tag, requeue=True)

    return work


def ask_to_be_answered(channel: BlockingChannel) -> None:
    channel.basic_consume("amq.rabbitmq.reply-to", lambda *_: None, auto_ack=True)


def bind(queue: str, exchange: str, key: str) -> Work:
    def work(channel: BlockingChannel) -> None:
        channel.queue_bind(queue, exchange, key)
        channel.queue_unbind(queue, exchange, key)

    return work


def bind_exchanges(channel: BlockingChannel) -> None:
    channel.exchange_bind("complaints.updates", "complaints.events", "x.x.x")
    channel.exchange_unbind("complaints.updates", "complaints.events", "x.x.x")


def purge(queue: str) -> Work:
    return lambda channel: channel.queue_purge(queue)


def declare(queue: str) -> Work:
    quorum = {"x-queue-type": "quorum"}
    return lambda channel: channel.queue_declare(queue, durable=True, arguments=quorum)


def look_at(queue: str) -> Work:
    return lambda channel: channel.queue_declare(queue, passive=True)


def delete(queue: str) -> Work:
    return lambda channel: channel.queue_delete(queue)


def delete_exchange(exchange: str) -> Work:
    return lambda channel: channel.exchange_delete(exchange, if_unused=True)


ROWS: Final[tuple[tuple[str, Work, str], ...]] = (
    # --- complaints: the channel of the key is who speaks
    (
        "submit as web",
        publish("complaints.intake", "web"),
        "router gateway all operator channel.web",
    ),
    (
        "submit as web, more words",
        publish("complaints.intake", "web.a.b"),
        "router gateway all operator channel.web",
    ),
    (
        "submit as sms",
        publish("complaints.intake", "sms"),
        "router gateway all operator channel.sms",
    ),
    (
        "submit as web-toboali",
        publish("complaints.intake", "web-toboali"),
        "router gateway all operator",
    ),
    ("submit under no key", publish("complaints.intake", ""), "router gateway all operator"),
    # --- updates: so it is there
    (
        "speak for a reporter of web",
        publish("complaints.updates", "channel.web.replied"),
        "gateway all operator channel.web",
    ),
    (
        "speak for a reporter of sms",
        publish("complaints.updates", "channel.sms.replied"),
        "gateway all operator channel.sms",
    ),
    (
        "speak for dlh",
        publish("complaints.updates", "agency.dlh.resolved"),
        "gateway all operator agency.dlh",
    ),
    (
        "speak for dpupr",
        publish("complaints.updates", "agency.dpupr.returned"),
        "gateway all operator agency.dpupr",
    ),
    (
        "speak for an agency like dlh",
        publish("complaints.updates", "agency.dlh-timur.held"),
        "gateway all operator",
    ),
    (
        "speak as sri of the desk",
        publish("complaints.updates", "desk.sri.assigned"),
        "gateway all operator desk desk.sri",
    ),
    (
        "speak as budi of the desk",
        publish("complaints.updates", "desk.budi.dismissed"),
        "gateway all operator desk",
    ),
    ("speak under a key of nobody's", publish("complaints.updates", "x"), "operator"),
    # --- events: this system alone
    ("say routed", publish("complaints.events", "routed.dlh.web"), "router cases all operator"),
    (
        "say triaged",
        publish("complaints.events", "triaged.triage.web"),
        "router cases all operator",
    ),
    ("say rejected", publish("complaints.events", "rejected.dlh.-"), "router cases all operator"),
    ("say resolved", publish("complaints.events", "resolved.dlh.web"), "cases all operator"),
    ("say opened", publish("complaints.events", "opened.dlh.web"), "cases all operator"),
    ("say moved", publish("complaints.events", "moved.dlh.web"), "cases all operator"),
    (
        "say escalated",
        publish("complaints.events", "escalated.dlh.-"),
        "cases escalations all operator",
    ),
    (
        "say overdue",
        publish("complaints.events", "overdue.dlh.web"),
        "cases escalations all operator",
    ),
    (
        "say closed",
        publish("complaints.events", "closed.dlh.web"),
        "cases escalations all operator",
    ),
    ("say discarded", publish("complaints.events", "discarded.-.-"), "gateway all operator"),
    ("say joined", publish("complaints.events", "joined.pln.-"), "cases all operator"),
    ("say forgotten", publish("complaints.events", "forgotten.-.-"), "operator"),
    ("park", publish("complaints.parked", ""), "router cases webhooks mail all operator"),
    # --- past the exchanges
    ("put into the queue of an agency", publish("", "agency.dlh"), OURS),
    ("put into the queue of the cases", publish("", "cases"), OURS),
    ("put into parked", publish("", "parked"), OURS),
    ("publish to a stock topic exchange", publish("amq.topic", "web"), ""),
    ("publish to a stock fanout exchange", publish("amq.fanout", ""), ""),
    ("publish to a stock headers exchange", publish("amq.headers", ""), ""),
    # --- queues: each its own
    ("consume router.intake", consume("router.intake"), "router all operator"),
    ("consume cases", consume("cases"), "cases all operator"),
    ("consume agency.dlh", consume("agency.dlh"), "webhooks all operator agency.dlh"),
    ("consume agency.dpupr", consume("agency.dpupr"), "webhooks all operator agency.dpupr"),
    ("consume channel.web", consume("channel.web"), "webhooks all operator channel.web"),
    ("consume channel.sms", consume("channel.sms"), "webhooks all operator channel.sms"),
    ("consume triage", consume("triage"), "operator desk desk.sri"),
    ("consume escalations", consume("escalations"), "operator notifier"),
    ("consume audit", consume("audit"), "cases all operator auditor"),
    ("consume parked", consume("parked"), "gateway all operator"),
    ("get from agency.dlh", get("agency.dlh"), "webhooks all operator agency.dlh"),
    ("get from router.intake", get("router.intake"), "router all operator"),
    ("get from parked", get("parked"), "gateway all operator"),
    ("ask to be answered", ask_to_be_answered, EVERYBODY),
    # --- what RabbitMQ does not close: reading is emptying, and depths show
    ("purge agency.dlh", purge("agency.dlh"), "webhooks all operator agency.dlh"),
    ("purge agency.dpupr", purge("agency.dpupr"), "webhooks all operator agency.dpupr"),
    ("purge channel.web", purge("channel.web"), "webhooks all operator channel.web"),
    ("purge cases", purge("cases"), "cases all operator"),
    ("purge parked", purge("parked"), "gateway all operator"),
    ("see how full agency.dpupr is", look_at("agency.dpupr"), EVERYBODY),
    ("see how full parked is", look_at("parked"), EVERYBODY),
    # --- declare, bind, delete: operators
    ("declare a queue", declare("mine"), ""),
    ("declare agency.new", declare("agency.new"), "operator"),
    ("declare channel.web-new", declare("channel.web-new"), "operator"),
    (
        "declare a queue that the server names",
        partial(BlockingChannel.queue_declare, queue="", exclusive=True),
        "",
    ),
    ("declare an exchange", lambda c: c.exchange_declare("mine", "topic"), ""),
    (
        "declare complaints.parked",
        lambda c: c.exchange_declare("complaints.parked", "fanout", durable=True),
        "operator",
    ),
    ("hear events in agency.dlh", bind("agency.dlh", "complaints.events", "x.x.x"), "operator"),
    ("hear the intake in channel.web", bind("channel.web", "complaints.intake", "x"), "operator"),
    ("hear updates in cases", bind("cases", "complaints.updates", "x"), "operator"),
    ("turn events into updates", bind_exchanges, "operator"),
    ("delete agency.gone", delete("agency.gone"), "operator"),
    ("delete agency.dlh-none", delete("agency.dlh-none"), "operator"),
    ("delete a queue of others", delete("orders"), ""),
    ("delete complaints.intake", delete_exchange("complaints.intake"), "operator"),
    ("delete complaints.events", delete_exchange("complaints.events"), "operator"),
    ("delete a stock exchange", delete_exchange("amq.topic"), ""),
)
"""An operation, how it is done, and who may."""

TAGGED: Final = "router cases escalations gateway webhooks mail all operator monitor"
HTTP: Final[tuple[tuple[str, str, object, str], ...]] = (
    ("GET", "/queues/{vhost}", None, TAGGED),
    ("GET", "/bindings/{vhost}", None, TAGGED),
    ("GET", "/nodes", None, TAGGED),
    ("GET", "/users", None, ""),
    ("GET", "/definitions", None, ""),
    ("PUT", "/users/mine", {"password": "x", "tags": "administrator"}, ""),
    ("PUT", "/permissions/{vhost}/agency.dlh", {"configure": "", "write": ".*", "read": ".*"}, ""),
    ("DELETE", "/topic-permissions/{vhost}/agency.dlh", None, ""),
    ("DELETE", "/users/agency.dlh", None, ""),
    ("DELETE", "/queues/{vhost}/agency.dpupr", None, "operator"),
    ("PUT", "/policies/{vhost}/mine", {"pattern": ".*", "definition": {"max-length": 1}}, ""),
)
"""Method, path, body, and who may."""
