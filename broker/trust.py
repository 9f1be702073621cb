"""What it means that a server's certificate is not believed: who has to do what.

The same for RabbitMQ and for PostgreSQL. Numbers are those of OpenSSL's X509_V_ERR_…
(https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/).
"""

import ssl
from dataclasses import dataclass
from typing import Final

_WRONG_NAME: Final = frozenset({62, 64})
"""HOSTNAME_MISMATCH, IP_ADDRESS_MISMATCH."""
_NOT_YET: Final = 9
_EXPIRED: Final = 10
_REVOKED: Final = 23
_NO_LIST: Final = frozenset({3, 12})
"""UNABLE_TO_GET_CRL, CRL_HAS_EXPIRED."""


@dataclass(frozen=True, slots=True)
class Server:
    """How a server is called in a sentence, and by which parameters of its URL it is trusted."""

    name: str
    authorities: str
    """The parameter, with an example of its use."""
    revocations: str
    own: str
    """The parameters of our own certificate and its key."""


RABBITMQ: Final = Server(
    "RabbitMQ",
    "cafile (amqps://…/?cafile=/etc/ssl/rabbitmq-ca.pem)",
    "crlfile",
    "certfile and keyfile",
)
POSTGRES: Final = Server(
    "PostgreSQL",
    "sslrootcert (postgresql://…/pintu?sslrootcert=/etc/ssl/postgres-ca.pem)",
    "sslcrl",
    "sslcert and sslkey",
)


def distrusted(server: Server, why: ssl.SSLCertVerificationError) -> str:
    """One sentence: what is wrong with the certificate, and what to do."""
    says, code = why.verify_message or str(why), why.verify_code
    whose = f"{server.name}'s certificate"
    if code in _WRONG_NAME:
        return (
            f"{whose} is for another name: {says.rstrip('.')}: connect by a name that it is for, or"
            " have one made for this name"
        )
    if code == _EXPIRED:
        return f"{whose} is too old: {says}: renew it, or set this machine's clock right"
    if code == _NOT_YET:
        return (
            f"{whose} does not hold yet: {says}: have one made that holds today, or set this"
            " machine's clock right"
        )
    if code == _REVOKED:
        return (
            f"{whose} was revoked by its authority: {says}: give the server another one, and find"
            " out why this one was taken back before you trust it again"
        )
    if code in _NO_LIST:
        return (
            f"{whose} cannot be looked up among the revoked ones: {says}: the URL's parameter"
            f" {server.revocations} wants a list in force of each authority of the chain, in one"
            " file"
        )
    return (
        f"{whose} is not trusted: {says}: name the certificate of the authority that signed it as"
        f" the URL's parameter {server.authorities}"
    )


def rejected(server: Server, alert: str) -> str:
    """One sentence: the server ended the handshake; with what alert, and what to do.

    Args:
        alert: as OpenSSL names it, such as ``TLSV13_ALERT_CERTIFICATE_REQUIRED``.
    """
    sign = alert.upper().replace(" ", "_")
    for part, meaning in _ALERTS.items():
        if part in sign:
            return meaning.format(server=server.name, own=server.own, alert=alert)
    return (
        f"{server.name} refused the TLS handshake ({alert}): it may want a certificate of this"
        f" client, the URL's parameters {server.own}"
    )


_ALERTS: Final = {
    "CERTIFICATE_REQUIRED": (
        "{server} wants a certificate of this client: give the URL's parameters {own} ({alert})"
    ),
    "CERTIFICATE_EXPIRED": (
        "{server} finds this client's certificate too old: renew the one of {own} ({alert})"
    ),
    "CERTIFICATE_REVOKED": (
        "{server} says that this client's certificate was revoked: get another one for {own}"
        " ({alert})"
    ),
    "UNKNOWN_CA": (
        "{server} does not know the authority that signed this client's certificate: give the"
        " URL's parameters {own} one of an authority that it trusts ({alert})"
    ),
    "PROTOCOL_VERSION": (
        "{server} speaks only TLS older than 1.2: let it speak 1.2 or 1.3 ({alert})"
    ),
}
"""https://www.rfc-editor.org/rfc/rfc8446#section-6"""
