"""Which names are answered: those that RabbitMQ has made, as 3.10.8 and 4.0.5 make them."""

import base64

import pytest

from broker.messaging.reply_to import made_up, node_of

GENUINE = (
    "amq.rabbitmq.reply-to.g1h2AA5yZXBseUA4MTIxMzczMgAAAqwAAAAAawkpsA==.PGSqAx6puZ+3JQe1d3ks/w=="
)
TAIL = b"\x00\x00\x02\xac\x00\x00\x00\x00k\t)\xb0"


def named(process: bytes, key: str = "PGSqAx6puZ+3JQe1d3ks/w==") -> str:
    return f"amq.rabbitmq.reply-to.{base64.b64encode(process).decode()}.{key}"


def test_a_name_that_rabbitmq_made_says_on_which_node_its_client_is() -> None:
    assert node_of(GENUINE) == "reply@81213732"
    assert node_of(named(b"\x83Xw\x0ereply@81213732" + TAIL)) == "reply@81213732"


def test_a_name_of_a_broker_in_memory_has_the_same_form() -> None:
    assert node_of(made_up(1)) == node_of(made_up(2**31)) == "reply@0"
    assert made_up(1) != made_up(2)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "cases",
        "agency.dpupr",
        "amq.rabbitmq.reply-to",
        "amq.rabbitmq.reply-to.",
        "amq.rabbitmq.reply-to.abc",
        "amq.rabbitmq.reply-to.!!!.x",
        "amq.rabbitmq.reply-to.é.x",
        f"x{GENUINE}",
        f"{GENUINE}\n",
        f"{GENUINE}.x",
        GENUINE.replace("==.", "."),
        GENUINE.partition(".P")[0] + ".!!",
        named(b"hello world"),
        named(b"\x83w\x03abc"),
        named(b"\x83Xv\x00\x0erabbit@localho" + TAIL),
        named(b"\x83Xv\x00\x0ereply@abcdefgh" + TAIL),
        named(b"\x83Xv\x00\x0freply@81213732" + TAIL),
        named(b"\x83Xv\x00\x0ereply@81213732" + TAIL + b"\x00"),
        named(b"\x83Xd\x00\x0ereply@81213732" + TAIL),
        named(b"\x83Xv\x00\x10reply@8121373222" + TAIL),
    ],
)
def test_any_other_name_is_not_answered(name: str) -> None:
    assert node_of(name) is None
