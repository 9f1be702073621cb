"""Why connecting to RabbitMQ failed: who has to do what, whichever connection met with it.

Three kinds: RabbitMQ wants another user or vhost (LoginRefused), the two do not trust each other
or do not speak the same protocol (TrustRefused), or it is away (BrokerUnavailable).
"""

import errno
import socket
import ssl
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

import aiormq

from broker.amqp.address import Address
from broker.amqp.tls import UnusableFile, farewell_of, speaks_tls
from broker.errors import BrokerUnavailable, LoginRefused, TrustRefused
from broker.trust import RABBITMQ, distrusted, rejected

_NOT_ALLOWED: Final = 530
"""AMQP 0-9-1: the vhost does not exist, is down, or is not this user's."""
_UNREADABLE: Final = frozenset({errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.EACCES})
"""Of a file that is to be read before connecting."""
_OF_A_SOCKET = (aiormq.exceptions.AMQPError, ConnectionError)
_NO_TLS: Final = (
    "WRONG_VERSION_NUMBER",
    "RECORD_LAYER_FAILURE",
    "UNKNOWN_PROTOCOL",
    "HTTP_REQUEST",
)

_NOBODY: Final = (TimeoutError, ConnectionRefusedError, socket.gaierror)
_TO_SAY_HELLO: Final = 2.0
_TO_SAY_WHY: Final = 1.0
"""Seconds."""

VHOST_REFUSED: Final = (
    "RabbitMQ does not open this vhost: it does not exist or is down, or this user may not use it"
    " (rabbitmqctl list_vhosts, rabbitmqctl list_permissions)"
)
_LOGIN_REMEDY: Final = (
    "see to user and password in PINTU_AMQP_URL (rabbitmqctl authenticate_user); `guest` is let in"
    " from the broker's own machine alone"
)


_CERTIFICATE_REMEDY: Final = (
    "the certificate says who this is: enable RabbitMQ's plugin rabbitmq_auth_mechanism_ssl, list"
    " EXTERNAL among its auth_mechanisms, and add a user without a password of the name that"
    " ssl_cert_login_from takes from the certificate; or give user and password in PINTU_AMQP_URL"
)


def connecting_failed(
    where: str, why: BaseException, *, mechanism: str = "PLAIN"
) -> BrokerUnavailable:
    """What it means that connecting failed so.

    Args:
        where: the URL as it may be shown, without a password.
        why: of aiormq, ssl or asyncio; or of ours, with AMQP's ``reply_code`` and ``reply_text``
            where RabbitMQ closed the connection. One that is classified already stays as it is.
        mechanism: of SASL.
    """
    if isinstance(why, BrokerUnavailable):
        return why
    causes = list(_causes(why))
    for one in causes:
        if (refusal := _login_refused(one, mechanism)) is not None:
            return LoginRefused(f"{where}: {refusal}")
    for one in causes:
        if isinstance(one, UnusableFile):
            return TrustRefused(f"{where}: {one}")
        if isinstance(one, ssl.SSLError) and (refusal := _trust_refused(one)) is not None:
            return TrustRefused(f"{where}: {refusal}")
    if isinstance(why, OSError) and why.errno in _UNREADABLE and not isinstance(why, _OF_A_SOCKET):
        return TrustRefused(
            f"{where}: {why.strerror or said(why)}: a file of the URL's parameters cafile,"
            " certfile or keyfile cannot be read"
        )
    return BrokerUnavailable(f"{where}: {said(why)}")


async def looked_into(
    failure: BrokerUnavailable, why: BaseException, address: Address, host: tuple[str, int]
) -> BrokerUnavailable:
    """The failure of connecting to one host; or a better one, where it looks like a broker that is
    just starting and is not: a connection that was closed without a word.

    Either plain AMQP met a port of TLS; or RabbitMQ did not take our certificate, and what it said
    of it was lost, since by TLS 1.3 we were speaking already.
    """
    if type(failure) is not BrokerUnavailable or isinstance(why, _NOBODY):
        return failure
    if address.tls is not None:
        alert = await farewell_of(*host, address.tls, within=_TO_SAY_WHY)
        return failure if alert is None else connecting_failed(address.shown(host), alert)
    if not await speaks_tls(*host, within=_TO_SAY_HELLO):
        return failure
    return TrustRefused(
        f"{address.shown(host)}: this port speaks TLS: write amqps:// instead of amqp:// (and the"
        " authority that it trusts as parameter cafile), or name the port without TLS (mostly 5672)"
    )


def said(why: BaseException) -> str:
    """What an error says; a few of the library's say nothing but their type."""
    return str(why) or type(why).__name__


def _causes(why: BaseException) -> Iterator[BaseException]:
    """Each once: the client library raises some errors from themselves, by way of others."""
    told: list[BaseException] = []
    seen: BaseException | None = why
    while seen is not None and not any(seen is one for one in told):
        told.append(seen)
        yield seen
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _login_refused(why: BaseException, mechanism: str) -> str | None:
    code = getattr(why, "reply_code", None)
    if code == _NOT_ALLOWED or isinstance(why, aiormq.exceptions.ConnectionNotAllowed):
        return VHOST_REFUSED
    if isinstance(why, aiormq.exceptions.InvalidFrameError) and "Connection.OpenOk" in str(why):
        return VHOST_REFUSED  # what RabbitMQ says of it is not in the library's error
    if code == HTTPStatus.FORBIDDEN:  # AMQP borrowed its ACCESS_REFUSED from there
        return f"{getattr(why, 'reply_text', '') or said(why)} ({_remedy(mechanism)})"
    if isinstance(why, aiormq.exceptions.AuthenticationError):
        return mechanism_missing(str(why.args[0]), mechanism)
    if isinstance(why, aiormq.exceptions.ProbableAuthenticationError):
        return f"{said(why)} ({_remedy(mechanism)})"
    return None


def mechanism_missing(offered: str, mechanism: str) -> str:
    """What it means that RabbitMQ does not let users in the way that is asked for."""
    return f"RabbitMQ offers the mechanisms {offered:.100}, not {mechanism} ({_remedy(mechanism)})"


def _remedy(mechanism: str) -> str:
    return _CERTIFICATE_REMEDY if mechanism == "EXTERNAL" else _LOGIN_REMEDY


def _trust_refused(why: ssl.SSLError) -> str | None:
    if isinstance(why, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return None  # it went away in the middle: it may be starting
    if isinstance(why, ssl.SSLCertVerificationError):
        return distrusted(RABBITMQ, why)
    return _no_handshake(why)


def _no_handshake(why: ssl.SSLError) -> str:
    reason = why.reason or said(why)
    if any(sign in reason for sign in _NO_TLS):
        return (
            "this port does not speak TLS: amqps:// wants the port that does (mostly 5671), a port"
            " without (mostly 5672) wants amqp://"
        )
    if "ALERT" in reason:
        return rejected(RABBITMQ, reason)
    return (
        f"TLS cannot be set up ({reason}): see to the files of the URL's parameters cafile,"
        " certfile and keyfile"
    )
