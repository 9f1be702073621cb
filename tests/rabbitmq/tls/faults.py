"""What can be wrong about trust between this program and RabbitMQ, and what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tests.support.tls_rabbit import TlsRabbit

SAYS: Final = {
    "another name": ("is for another name", "localhost"),
    "an address that it is not for": ("is for another name", "127.0.0.1"),
    "expired": ("too old", "renew it"),
    "not yet valid": ("does not hold yet", "clock"),
    "an authority that nobody named": ("is not trusted", "cafile="),
    "another authority": ("is not trusted", "cafile="),
    "revoked": ("was revoked", "another one"),
    "no list of its authority": ("crlfile", "each authority"),
    "TLS on a plain port": ("does not speak TLS", "5671", "amqp://"),
    "plain on a port of TLS": ("speaks TLS", "write amqps://"),
    "no certificate of ours": ("wants a certificate", "certfile and keyfile"),
    "a certificate of ours from nobody": ("does not know the authority", "certfile and keyfile"),
    "an old certificate of ours": ("too old", "certfile and keyfile"),
    "a key of another certificate": ("certfile", "does not belong"),
    "no such file": ("cafile: /nowhere/ca.pem cannot be read",),
    "a file that is no certificate": ("cafile: ", "is no certificate"),
    "a file that is no list": ("crlfile: ", "is no list of revoked"),
}
"""By fault, words of the sentence that tells it: what is wrong, and what to do."""


@dataclass(frozen=True)
class Faults:
    """``urls``: by fault, where it is met with. ``good`` and ``external`` are let in: with a
    password, and by a certificate alone."""

    rabbit: TlsRabbit
    good: str
    external: str
    urls: Mapping[str, str]
