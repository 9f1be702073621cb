"""TLS with PostgreSQL: checked unless the URL says otherwise, and what is wrong in one sentence.

libpq (https://www.postgresql.org/docs/current/libpq-ssl.html) checks nothing by default, passes
over a list of revoked certificates that is not there, and says `certificate verify failed` of half
a dozen faults.
"""

import os
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from sqlalchemy import URL

from broker.errors import BadConfiguration, StoreTrustRefused
from broker.trust import POSTGRES, distrusted, rejected

PARAMETERS: Final = ("sslmode", "sslrootcert", "sslcrl", "sslcert", "sslkey")
MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_CHECKED: Final = "verify-full"
_SYSTEM: Final = "system"
"""As ``sslrootcert``: the authorities that this machine trusts. libpq 16 and later."""
_PORT: Final = 5432
_WITHIN: Final = 2.0
"""Seconds for each step of looking closer, once connecting has failed."""
_SSL_REQUEST: Final = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
"""https://www.postgresql.org/docs/current/protocol-message-formats.html"""


def secured(url: URL, environment: Mapping[str, str] = os.environ) -> URL:
    """The URL with everything checked, where it leaves TLS open and means another machine.

    Between machines a password and complaints are not to be read by others, so what is not said is
    `sslmode=verify-full` there, and also where an authority or a list of revoked certificates is
    named. On one machine it stays libpq's `prefer`.

    Raises:
        BadConfiguration: a mode that there is not.
    """
    given = {name: str(value) for name, value in url.query.items() if name in PARAMETERS}
    mode = given.get("sslmode") or environment.get("PGSSLMODE")
    if mode is None:
        named = given.keys() & {"sslrootcert", "sslcrl"}
        if not named and all(_is_here(host) for host, _ in _places(url, environment)):
            return url
        mode = _CHECKED
        url = url.update_query_dict({"sslmode": mode})
    if mode not in MODES:
        raise BadConfiguration(
            f"PINTU_DATABASE_URL: sslmode: there are {', '.join(MODES)}; left out it is {_CHECKED}"
            " for another machine"
        )
    authorities = given.get("sslrootcert") or environment.get("PGSSLROOTCERT")
    if mode == _CHECKED and not authorities and not _own_authorities().exists():
        url = url.update_query_dict({"sslrootcert": _SYSTEM})
    return url


def see_to_files(url: URL) -> None:
    """Refuse files that cannot be read: libpq goes on without some of them.

    Raises:
        StoreTrustRefused: which one.
    """
    for name in ("sslrootcert", "sslcrl", "sslcert", "sslkey"):
        path = str(url.query.get(name, ""))
        if not path or (name == "sslrootcert" and path == _SYSTEM):
            continue
        try:
            with open(path, "rb"):
                pass
        except OSError as why:
            raise StoreTrustRefused(
                f"{shown(url)}: {name}: {path} cannot be read: {why.strerror}: name a PEM file that"
                " this program's user may read"
            ) from None


def trust_refused(url: URL, said: str) -> StoreTrustRefused | None:
    """What it is about TLS that kept a connection from being made; None where it is something else.

    Args:
        url: as it was connected to.
        said: by the driver, its first line.
    """
    mode = str(url.query.get("sslmode") or os.environ.get("PGSSLMODE") or "prefer")
    where = shown(url)
    if "no encryption" in said and mode in ("disable", "allow"):
        return StoreTrustRefused(
            f"{where}: PostgreSQL wants TLS here: leave sslmode={mode} out of PINTU_DATABASE_URL,"
            " or let pg_hba.conf have a line `host` for this user"
        )
    if "valid client certificate" in said:
        return StoreTrustRefused(f"{where}: {rejected(POSTGRES, 'certificate required')}")
    if mode in ("disable", "allow", "prefer"):
        return None
    for host, port in _places(url, os.environ):
        if (why := _looked_at(_Look(url, host, port, mode))) is not None:
            return StoreTrustRefused(f"{where}: {why}")
    if "FATAL:" not in said and any(
        sign in said for sign in ("SSL error", "certificate", "private key", "CRL")
    ):
        return StoreTrustRefused(
            f"{where}: TLS cannot be set up: {said}: see to the parameters sslrootcert, sslcrl,"
            " sslcert and sslkey of PINTU_DATABASE_URL"
        )
    return None


def shown(url: URL) -> str:
    """The URL as it may stand in a log: no password, and no parameters, which may hold one."""
    return url.set(query={}, drivername="postgresql").render_as_string(hide_password=True)


@dataclass(frozen=True, slots=True)
class _Look:
    url: URL
    host: str
    port: int
    mode: str

    def context(self) -> ssl.SSLContext:
        given = self.url.query
        authorities = str(given.get("sslrootcert") or os.environ.get("PGSSLROOTCERT") or "")
        if not authorities and _own_authorities().exists():
            authorities = str(_own_authorities())
        named = authorities not in ("", _SYSTEM)
        context = ssl.create_default_context(cafile=authorities if named else None)
        context.check_hostname = self.mode == _CHECKED
        if self.mode == "require" and not named:
            context.verify_mode = ssl.CERT_NONE
        if given.get("sslcrl"):
            context.load_verify_locations(str(given["sslcrl"]))
            context.verify_flags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_CHAIN
        if given.get("sslcert"):
            key = str(given["sslkey"]) if given.get("sslkey") else None
            context.load_cert_chain(str(given["sslcert"]), key, password=lambda: "")
        return context


def _looked_at(look: _Look) -> str | None:
    """What is wrong with TLS at one place, found out by asking for it ourselves."""
    try:
        context = look.context()
    except (OSError, ValueError):
        return None  # the driver says it
    try:
        with socket.create_connection((look.host, look.port), _WITHIN) as line:
            line.settimeout(_WITHIN)
            line.sendall(_SSL_REQUEST)
            match line.recv(1):
                case b"N":
                    return (
                        "PostgreSQL does not speak TLS here: set ssl = on there; or, where nobody"
                        " else can read what passes, add sslmode=disable to PINTU_DATABASE_URL"
                    )
                case b"S":
                    _shake_hands(context, line, look.host)
    except ssl.SSLCertVerificationError as why:
        return distrusted(POSTGRES, why)
    except ssl.SSLError as why:
        return rejected(POSTGRES, why.reason) if "ALERT" in (why.reason or "") else None
    except (OSError, ValueError):
        return None
    return None


def _shake_hands(context: ssl.SSLContext, line: socket.socket, host: str) -> None:
    with context.wrap_socket(line, server_hostname=host) as talking:
        # By TLS 1.3 a server says only afterwards what it thinks of our certificate.
        talking.settimeout(_WITHIN / 2)
        with suppress(TimeoutError):
            talking.recv(1)


def _places(url: URL, environment: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Hosts with their ports, as libpq reads them: of the URL, of its parameters, or of the
    environment."""
    hosts = url.host or url.query.get("host") or environment.get("PGHOST") or ""
    ports = url.port or url.query.get("port") or environment.get("PGPORT") or _PORT
    names = _listed(hosts)
    numbers = [int(port) if port.isdecimal() else _PORT for port in _listed(ports)]
    for place, name in enumerate(names):
        # SQLAlchemy has hosts with their ports in one: `?host=one:5432&host=two:5432`.
        host, colon, port = name.rpartition(":")
        if colon and port.isdecimal() and not _is_address(name):
            yield host, int(port)
        else:
            yield name, numbers[place] if place < len(numbers) else numbers[0]


def _listed(given: object) -> list[str]:
    parts = given if isinstance(given, tuple) else (given,)
    return [one.strip() for part in parts for one in str(part).split(",")]


def _is_here(host: str) -> bool:
    if host in ("", "localhost") or host.startswith(("/", "@")):
        return True
    return _is_address(host) and ip_address(host).is_loopback


def _is_address(host: str) -> bool:
    with suppress(ValueError):
        ip_address(host)
        return True
    return False


def _own_authorities() -> Path:
    """Where libpq looks for authorities by itself."""
    return Path.home() / ".postgresql" / "root.crt"
