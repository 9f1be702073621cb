"""TLS with RabbitMQ: whom to trust and who we are, and whether a port speaks it."""

import asyncio
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

PATHS: Final = ("cafile", "capath", "crlfile", "certfile", "keyfile")
PARAMETERS: Final = (*PATHS, "verify", "no_verify_ssl")
_YES: Final = {"1": True, "true": True, "yes": True, "verify_peer": True}
_NO: Final = {"0": False, "false": False, "no": False, "verify_none": False}


class UnusableFile(OSError):
    """A file that a parameter of the URL names: which one, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Tls:
    """Paths of PEM files; ``crlfile``: lists of certificates that were revoked."""

    cafile: str | None = None
    capath: str | None = None
    crlfile: str | None = None
    certfile: str | None = None
    keyfile: str | None = None
    verify: bool = True

    def context(self) -> ssl.SSLContext:
        """As the ``ssl`` module wants it; nothing below TLS 1.2. The files are read each time, so
        one that was renewed counts from the next connection on.

        Raises:
            UnusableFile: which one, and what to do.
        """
        with _read("cafile", self.cafile or self.capath):
            made = ssl.create_default_context(cafile=self.cafile, capath=self.capath)
        made.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.crlfile:
            with _read("crlfile", self.crlfile):
                made.load_verify_locations(self.crlfile)
            made.verify_flags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_CHAIN
        if not self.verify:
            made.check_hostname = False
            made.verify_mode = ssl.CERT_NONE
        if self.certfile:
            if self.keyfile:
                with _read("keyfile", self.keyfile), open(self.keyfile, "rb"):
                    pass
            with _read("certfile", self.certfile):
                made.load_cert_chain(self.certfile, self.keyfile, password=_no_passphrase)
        return made


def read_tls(given: Mapping[str, str], *, asked: bool) -> Tls | None:
    """TLS as the parameters of a URL have it; None where the URL does not ask for it.

    Raises:
        ValueError: what is wrong and what to write.
    """
    if not asked:
        if of_tls := sorted(set(given) & {*PARAMETERS}):
            raise ValueError(f"{', '.join(of_tls)}: of TLS, which is asked for with amqps://")
        return None
    if empty := [name for name in PATHS if given.get(name) == ""]:
        raise ValueError(f"{', '.join(empty)}: the path of a file, or leave it out")
    if "keyfile" in given and "certfile" not in given:
        raise ValueError("keyfile: give certfile as well, the certificate that it belongs to")
    verify = given.get("verify", "1").lower()
    if verify not in _YES and verify not in _NO:
        raise ValueError("verify: verify_peer or verify_none")
    unverified = given.get("no_verify_ssl", "0").lower() not in _NO
    paths = {name: given.get(name) for name in PATHS}
    return Tls(**paths, verify=_YES.get(verify, False) and not unverified)


async def speaks_tls(host: str, port: int, within: float) -> bool:
    """Whether a port on which plain AMQP failed is one of TLS. Nothing is said to it but hello."""
    anybody = ssl.create_default_context()
    anybody.check_hostname = False
    anybody.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(within):
            _, writer = await asyncio.open_connection(host, port, ssl=anybody)
    except ssl.SSLError as why:
        # It may want a certificate of ours, or another version: only one that speaks it says so.
        return "ALERT" in (why.reason or "")
    except (OSError, ValueError):
        return False
    writer.transport.abort()
    return True


async def farewell_of(host: str, port: int, tls: Tls, within: float) -> ssl.SSLError | None:
    """What a server says that ends the connection right after the handshake; None for nothing.

    Whoever writes meanwhile may never read it.
    """
    try:
        async with asyncio.timeout(within):
            reader, writer = await asyncio.open_connection(host, port, ssl=tls.context())
            try:
                await reader.read(1)
            finally:
                writer.transport.abort()
    except ssl.SSLError as why:
        return why
    except (OSError, ValueError):
        pass
    return None


@contextmanager
def _read(parameter: str, path: str | None) -> Iterator[None]:
    try:
        yield
    except UnusableFile:
        raise
    except ssl.SSLError as why:
        raise UnusableFile(f"{parameter}: {path}: {_unfit(parameter, why)}") from why
    except OSError as why:
        told = why.strerror or str(why)
        raise UnusableFile(
            f"{parameter}: {path} cannot be read: {told}: name a PEM file that this program's user"
            " may read"
        ) from why


def _unfit(parameter: str, why: ssl.SSLError) -> str:
    if "MISMATCH" in (why.reason or ""):
        return "this certificate does not belong to the key of keyfile: name the two of one pair"
    what = {
        "cafile": "certificate of an authority",
        "crlfile": "list of revoked certificates (CRL)",
    }.get(parameter, "certificate, with its key here or in keyfile")
    return f"is no {what} in PEM ({why.reason or why}): name a file that holds one"


def _no_passphrase() -> str:
    """Otherwise OpenSSL asks for it on the terminal, and a service waits for ever."""
    raise UnusableFile(
        "keyfile: the key is locked with a passphrase: give one without (openssl pkey -in KEY"
        " -out UNLOCKED) that this program's user alone may read"
    )
