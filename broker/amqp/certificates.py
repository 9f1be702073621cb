"""When the certificates end by which RabbitMQ is reached: its own, and ours."""

import asyncio
import ssl
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509

from broker.amqp.address import Address

_WITHIN: Final = 10.0
"""Seconds for one node."""


async def certificate_ends(address: Address) -> dict[str, datetime]:
    """``broker``: of the certificates that the nodes show, the one that ends first; ``client``: the
    end of the one of ``certfile``. Without what cannot be seen now; empty where there is no TLS.

    A certificate is looked at, not believed: one that has ended is seen too. Nothing is said to a
    node but hello.
    """
    tls = address.tls
    if tls is None:
        return {}
    shown = [await _shown_by(address, host) for host in address.hosts]
    ends = [_end(one) for one in shown if one is not None]
    found = {"broker": min(ends)} if ends else {}
    if tls.certfile:
        try:
            pem = await asyncio.to_thread(Path(tls.certfile).read_text, "ascii")
            found["client"] = _end(ssl.PEM_cert_to_DER_cert(_first(pem)))
        except (OSError, ValueError):
            pass  # who connects with it says what is wrong with it
    return found


async def _shown_by(address: Address, host: tuple[str, int]) -> bytes | None:
    """In DER; None where the node cannot be reached, or speaks no TLS."""
    assert address.tls is not None
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        if address.tls.certfile:
            context.load_cert_chain(address.tls.certfile, address.tls.keyfile)
        async with asyncio.timeout(_WITHIN):
            _, writer = await asyncio.open_connection(*host, ssl=context, server_hostname=host[0])
    except (OSError, ValueError):
        return None
    talk: ssl.SSLObject = writer.get_extra_info("ssl_object")
    shown = talk.getpeercert(binary_form=True)
    writer.transport.abort()
    return shown


def _first(pem: str) -> str:
    """The first certificate of a file, which may hold a key and a chain too: it is our own."""
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    return f"{begin}{pem.partition(begin)[2].partition(end)[0]}{end}"


def _end(der: bytes) -> datetime:
    return x509.load_der_x509_certificate(der).not_valid_after_utc
