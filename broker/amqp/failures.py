"""Why connecting to RabbitMQ failed: who has to do what, whichever connection met with it.

Three kinds: RabbitMQ wants another user or vhost (LoginRefused), the two do not trust each other
or do not speak the same protocol (TrustRefused), or it is away (BrokerUnavailable).
"""

import errno
import ssl
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

import aiormq

from broker.errors import BrokerUnavailable, LoginRefused, TrustRefused

_NOT_ALLOWED: Final = 530
"""AMQP 0-9-1: the vhost does not exist, is down, or is not this user's."""
_LOGIN = (aiormq.exceptions.AuthenticationError, aiormq.exceptions.ProbableAuthenticationError)
_UNREADABLE: Final = frozenset({errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.EACCES})
"""Of a file that is to be read before connecting."""
_OF_A_SOCKET = (aiormq.exceptions.AMQPError, ConnectionError)
_WRONG_NAME: Final = frozenset({62, 64})
"""OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH."""
_WRONG_TIME: Final = frozenset({9, 10})
"""X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED."""
_NO_TLS: Final = (
    "WRONG_VERSION_NUMBER",
    "RECORD_LAYER_FAILURE",
    "UNKNOWN_PROTOCOL",
    "HTTP_REQUEST",
)

VHOST_REFUSED: Final = (
    "RabbitMQ does not open this vhost: it does not exist or is down, or this user may not use it"
    " (rabbitmqctl list_vhosts, rabbitmqctl list_permissions)"
)
_LOGIN_REMEDY: Final = (
    "see to user and password in PINTU_AMQP_URL (rabbitmqctl authenticate_user); `guest` is let in"
    " from the broker's own machine alone"
)


def connecting_failed(where: str, why: BaseException) -> BrokerUnavailable:
    """What it means that connecting failed so.

    Args:
        where: the URL as it may be shown, without a password.
        why: of aiormq, ssl or asyncio; or of ours, with AMQP's ``reply_code`` and ``reply_text``
            where RabbitMQ closed the connection. One that is classified already stays as it is.
    """
    if isinstance(why, BrokerUnavailable):
        return why
    causes = list(_causes(why))
    for one in causes:
        if (refusal := _login_refused(one)) is not None:
            return LoginRefused(f"{where}: {refusal}")
    for one in causes:
        if isinstance(one, ssl.SSLError) and (refusal := _trust_refused(one)) is not None:
            return TrustRefused(f"{where}: {refusal}")
    if isinstance(why, OSError) and why.errno in _UNREADABLE and not isinstance(why, _OF_A_SOCKET):
        return TrustRefused(
            f"{where}: {why.strerror or said(why)}: a file of the URL's parameters cafile,"
            " certfile or keyfile cannot be read"
        )
    return BrokerUnavailable(f"{where}: {said(why)}")


def said(why: BaseException) -> str:
    """What an error says; a few of the library's say nothing but their type."""
    return str(why) or type(why).__name__


def _causes(why: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = why
    while seen is not None:
        yield seen
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _login_refused(why: BaseException) -> str | None:
    code = getattr(why, "reply_code", None)
    if code == _NOT_ALLOWED or isinstance(why, aiormq.exceptions.ConnectionNotAllowed):
        return VHOST_REFUSED
    if isinstance(why, aiormq.exceptions.InvalidFrameError) and "Connection.OpenOk" in str(why):
        return VHOST_REFUSED  # what RabbitMQ says of it is not in the library's error
    if code == HTTPStatus.FORBIDDEN:  # AMQP borrowed its ACCESS_REFUSED from there
        return f"{getattr(why, 'reply_text', '') or said(why)} ({_LOGIN_REMEDY})"
    if isinstance(why, _LOGIN):
        return f"{said(why)} ({_LOGIN_REMEDY})"
    return None


def _trust_refused(why: ssl.SSLError) -> str | None:
    if isinstance(why, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return None  # it went away in the middle: it may be starting
    if isinstance(why, ssl.SSLCertVerificationError):
        return _untrusted(why)
    return _no_handshake(why)


def _untrusted(why: ssl.SSLCertVerificationError) -> str:
    says = why.verify_message or said(why)
    if why.verify_code in _WRONG_NAME:
        return (
            f"RabbitMQ's certificate is for another name: {says} Connect by a name that it is"
            " for, or have one made for this name"
        )
    if why.verify_code in _WRONG_TIME:
        return f"RabbitMQ's certificate: {says}: renew it, or set this machine's clock right"
    return (
        f"RabbitMQ's certificate is not trusted: {says}: name the certificate of the authority"
        " that signed it as the URL's parameter cafile (amqps://…/?cafile=/etc/ssl/rabbitmq-ca.pem)"
    )


def _no_handshake(why: ssl.SSLError) -> str:
    reason = why.reason or said(why)
    if any(sign in reason for sign in _NO_TLS):
        return (
            "this port does not speak TLS: amqps:// wants the port that does (mostly 5671), a port"
            " without (mostly 5672) wants amqp://"
        )
    if "ALERT" in reason:
        return (
            f"RabbitMQ refused the TLS handshake ({reason}): it may want a certificate of this"
            " client, the URL's parameters certfile and keyfile"
        )
    return (
        f"TLS cannot be set up ({reason}): see to the files of the URL's parameters cafile,"
        " certfile and keyfile"
    )
