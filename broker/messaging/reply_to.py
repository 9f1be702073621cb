"""Where an answer goes by RabbitMQ's direct reply-to
(https://www.rabbitmq.com/docs/direct-reply-to).

Who asks consumes ``amq.rabbitmq.reply-to`` and publishes with that as ``reply_to``; RabbitMQ puts
in its place the name under which that channel is reached through the default exchange. Anybody
may write another name there. So only what RabbitMQ can have written is answered: with another
queue's name we would publish where the sender may not, and 3.10 ends the connection of whoever
publishes to a name that it cannot read.
"""

import base64
import binascii
import re
from functools import lru_cache
from typing import Final

REPLY_TO: Final = "amq.rabbitmq.reply-to"
"""What to consume, and to ask to be answered through."""
PREFIX: Final = f"{REPLY_TO}."

_NAME: Final = re.compile(r"amq\.rabbitmq\.reply-to\.([A-Za-z0-9+/]+={0,2})\.[A-Za-z0-9+/]+={0,2}")
_PROCESS: Final = re.compile(rb"\x83X(?:v\x00|w)(.)(reply@[0-9]{1,9}).{12}", re.DOTALL)
"""Erlang's external form of a channel's process (NEW_PID_EXT): its node, a hash of whose name
RabbitMQ writes, and twelve bytes of which and since when
(https://www.erlang.org/doc/apps/erts/erl_ext_dist)."""
_REMEMBERED: Final = 1024


@lru_cache(maxsize=_REMEMBERED)
def node_of(reply_to: str) -> str | None:
    """The node of RabbitMQ whose client asks, by its hash; None for a name that RabbitMQ has not
    made, which gets no answer."""
    found = _NAME.fullmatch(reply_to)
    if found is None:
        return None
    try:
        process = _PROCESS.fullmatch(base64.b64decode(found[1], validate=True))
    except binascii.Error:
        return None
    if process is None or len(process[2]) != process[1][0]:
        return None
    return process[2].decode()


def made_up(number: int) -> str:
    """A name of the same form, for a broker that is none of RabbitMQ's."""
    node = b"reply@0"
    process = b"\x83Xv\x00%c%b" % (len(node), node) + number.to_bytes(4, "big") + bytes(8)
    key = base64.b64encode(number.to_bytes(16, "big"))
    return f"{PREFIX}{base64.b64encode(process).decode()}.{key.decode()}"
