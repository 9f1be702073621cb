"""Certificates, as a server presents them or as they lie in a file. Nothing is verified here: who
connects does that, and an expired one is to be read too."""

import asyncio
import socket
import ssl
import struct
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from broker.amqp.tls import Tls
from config.language import gettext
from pintu.doctor.facts import Certificate
from pintu.doctor.finding import Seen, seen, unseen

_SSL_REQUEST: Final = struct.pack("!ii", 8, 80877103)
"""How TLS is asked for of PostgreSQL: https://www.postgresql.org/docs/current/protocol-flow.html,
"SSL Session Encryption"."""
_YES: Final = b"S"
_MOST_BYTES: Final = 1 << 20


async def of_rabbitmq(
    hosts: Iterable[tuple[str, int]], tls: Tls, within: float
) -> Seen[tuple[Certificate, ...]]:
    """What each host presents, and what lies in the files of the URL's parameters."""
    looks = [_presented(host, port, within, postgres=False) for host, port in hosts]
    found = [one for one in await asyncio.gather(*looks) if one is not None]
    files = [name for name in (tls.cafile, tls.certfile) if name]
    found += [one for name in files for one in in_file(Path(name))]
    return seen(tuple(found)) if found else unseen(gettext("no host presented a certificate"))


async def of_postgres(
    host: str, port: int, root: str | None, within: float
) -> Seen[tuple[Certificate, ...]]:
    """What the server presents where it speaks TLS, and the authorities of ``sslrootcert``."""
    presented = await _presented(host, port, within, postgres=True)
    found = [presented] if presented is not None else []
    if root and root != "system":
        found += in_file(Path(root))
    return seen(tuple(found)) if found else unseen(gettext("the server presents no certificate"))


async def of_site(host: str, port: int, within: float) -> tuple[Certificate, ...]:
    """What a site presents; nothing where it speaks no TLS."""
    presented = await _presented(host, port, within, postgres=False)
    return () if presented is None else (presented,)


def in_file(path: Path) -> list[Certificate]:
    """The certificates of a PEM file; none where there are none, or it cannot be read."""
    try:
        with path.open("rb") as file:
            loaded = x509.load_pem_x509_certificates(file.read(_MOST_BYTES))
    except (OSError, ValueError):
        return []
    return [_as_fact(one, str(path), ours=True) for one in loaded]


async def _presented(host: str, port: int, within: float, *, postgres: bool) -> Certificate | None:
    try:
        async with asyncio.timeout(within + 1):
            der = await asyncio.to_thread(_handshake, host, port, within, postgres)
            loaded = x509.load_der_x509_certificate(der)
    except (OSError, ValueError):  # a TimeoutError and an ssl.SSLError are OSErrors
        return None
    return _as_fact(loaded, f"{host}:{port}", ours=False)


def _handshake(host: str, port: int, within: float, postgres: bool) -> bytes:
    """The certificate as it comes. Raises OSError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection((host, port), timeout=within) as line:
        if postgres:
            line.sendall(_SSL_REQUEST)
            if line.recv(1) != _YES:
                raise OSError(gettext("it does not speak TLS"))
        with context.wrap_socket(line, server_hostname=host) as wrapped:
            return wrapped.getpeercert(binary_form=True) or b""


def _as_fact(found: x509.Certificate, whose: str, *, ours: bool) -> Certificate:
    first, last = _moments(found)
    return Certificate(whose, _named(found.subject), _named(found.issuer), first, last, ours)


def _moments(found: x509.Certificate) -> tuple[datetime, datetime]:
    return found.not_valid_before_utc, found.not_valid_after_utc


def _named(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value) if common else name.rfc4514_string()
