"""Where RabbitMQ is: an AMQP URL, which may name several hosts, read into a value.

``amqp://user:password@one:5672,two:5672/vhost?heartbeat=4``; ``amqps`` for TLS. The form is that of
RabbitMQ's URI specification (https://www.rabbitmq.com/docs/uri-spec), with several hosts as most
clients take them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode

from broker.amqp.tls import PARAMETERS as TLS_PARAMETERS
from broker.amqp.tls import PATHS, Tls, read_tls

HEARTBEAT: Final = 4
"""Seconds: a peer that went away without a word is noticed within twice as many."""
HEARTBEAT_OF_SEVERAL: Final = 3
"""The same where there are other hosts to go to: the sooner one goes, the shorter the pause."""
MOST_HEARTBEAT: Final = 300
_PORTS: Final = {"amqp": 5672, "amqps": 5671}
_HOST = re.compile(
    r"(?:\[(?P<six>[0-9A-Fa-f:.%]+)\]|(?P<name>[^\[\]:;/?#,\s]*))(?::(?P<port>\d*))?"
)
_NEXT_URL = re.compile(r",(?=\w+://)")
_SECRET_PARAMETER = re.compile(r"(?i)(?<=[?&])([^=&]*(?:pass|secret|token)[^=&]*=)[^&#]*")
_SHOWN_HOST = r"(?:\[[^\]]*\]|[^:/?#,]*)(?::\d*)?"
_SHOWN_PLACE = re.compile(rf"(?s){_SHOWN_HOST}(?:,{_SHOWN_HOST})*(?:[/?#].*)?")
PARAMETERS: Final = (*TLS_PARAMETERS, "heartbeat", "auth_mechanism")
_MECHANISMS: Final = {"plain": "PLAIN", "external": "EXTERNAL"}


@dataclass(frozen=True)
class Address:
    """One RabbitMQ, of one or more nodes.

    ``hosts``: each with its port, in the order in which they are tried; ``mechanism``: of SASL;
    ``heartbeat``: seconds; ``tls``: None for plain TCP.
    """

    hosts: tuple[tuple[str, int], ...]
    user: str
    password: str = field(repr=False)
    vhost: str = "/"
    tls: Tls | None = None
    heartbeat: int = HEARTBEAT
    mechanism: str = "PLAIN"

    @cached_property
    def urls(self) -> tuple[str, ...]:
        """One URL for each host, for who knows only such: the client library, tools. `crlfile` is
        none of what they know: the library is given ``tls.context()``."""
        scheme = "amqps" if self.tls else "amqp"
        login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"
        # The library takes an empty path for the virtual host "/".
        vhost = "" if self.vhost == "/" else quote(self.vhost, safe="")
        query: dict[str, str] = {"heartbeat": str(self.heartbeat)}
        if self.tls:
            named = {name: getattr(self.tls, name) for name in PATHS if name != "crlfile"}
            query |= {name: path for name, path in named.items() if path}
            if not self.tls.verify:
                query["no_verify_ssl"] = "1"
        if self.mechanism != "PLAIN":
            query["auth"] = self.mechanism
        return tuple(
            f"{scheme}://{login}@{_bracketed(host)}:{port}/{vhost}?{urlencode(query)}"
            for host, port in self.hosts
        )

    def shown(self, host: tuple[str, int]) -> str:
        """One of the hosts as a URL that may stand in a log."""
        scheme = "amqps" if self.tls else "amqp"
        vhost = "" if self.vhost == "/" else quote(self.vhost, safe="")
        login = "" if self.mechanism == "EXTERNAL" else f"{quote(self.user, safe='')}:***@"
        return f"{scheme}://{login}{_bracketed(host[0])}:{host[1]}/{vhost}"


def parse_address(url: str) -> Address:
    """Read an AMQP URL.

    Raises:
        ValueError: what is wrong with it and what to write; the URL itself is not repeated, since
            it may hold a password.
    """
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in _PORTS:
        raise ValueError("not a usable URL that starts with amqp:// or amqps://")
    if _NEXT_URL.search(rest):
        raise ValueError(
            "not a usable URL: one URL names several hosts so: amqp://user:password@one:5672,two:5672/vhost"
        )
    login, _, place = rest.rpartition("@")
    if "@" in login or "/" in login or "?" in login or "#" in rest:
        raise ValueError(
            "not a usable URL that starts with amqp:// or amqps://: one URL, with one @, between"
            " the password and the host; elsewhere write @ as %40, / as %2F, ? as %3F, # as %23"
        )
    place, _, query = place.partition("?")
    hosts, _, vhost = place.partition("/")
    given = _parameters(query)
    tls = read_tls(given, asked=scheme == "amqps")
    user, colon, password = login.partition(":")
    found = _hosts(hosts, _PORTS[scheme])
    return Address(
        hosts=found,
        user=_decoded(user) if login else "guest",
        password=_decoded(password) if colon else ("" if login else "guest"),
        vhost=_decoded(vhost) or "/",
        tls=tls,
        heartbeat=_heartbeat(given.get("heartbeat"), several=len(found) > 1),
        mechanism=_mechanism(given.get("auth_mechanism"), tls, login),
    )


def shown(url: str) -> str:
    """The URL as it may stand in a log: without a password, also where it is no URL at all."""
    return ",".join(_one_shown(part) for part in _NEXT_URL.split(url))


def _one_shown(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    # The last @, since a password that was not encoded may hold some, or a slash.
    login, at, place = rest.rpartition("@")
    if not separator or not _SHOWN_PLACE.fullmatch(place):
        return "***"
    user, colon, _ = login.partition(":")
    place = _SECRET_PARAMETER.sub(r"\1***", place)
    return f"{scheme}://{user}{':***' if colon else ''}{at}{place}"


def _decoded(part: str) -> str:
    try:
        return unquote(part, errors="strict")
    except UnicodeDecodeError:
        raise ValueError("what is written with % is no UTF-8: write a % itself as %25") from None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _hosts(text: str, default: int) -> tuple[tuple[str, int], ...]:
    found: list[tuple[str, int]] = []
    for part in text.split(","):
        match = _HOST.fullmatch(part)
        if match is None:
            raise ValueError(
                "not a usable URL: a host is written name:port, [IPv6]:port or name, several"
                " with commas between"
            )
        host = match["six"] or match["name"] or ""
        if not host:
            raise ValueError(
                "not a usable URL: a host is missing: amqp://user:password@host:5672/vhost"
            )
        port = int(match["port"] or default) if len(match["port"] or "") < 6 else 0
        if not 0 < port < 65536:
            raise ValueError("not a usable URL: a port is a number from 1 to 65535")
        if (host, port) not in found:
            found.append((host, port))
    return tuple(found)


def _parameters(query: str) -> Mapping[str, str]:
    given = dict(parse_qsl(query, keep_blank_values=True))
    if "auth" in given:  # the client library's name for it
        given.setdefault("auth_mechanism", given.pop("auth"))
    if unknown := sorted(set(given) - set(PARAMETERS)):
        names = ", ".join(unknown[:3])
        raise ValueError(f"unknown parameter {names}; there are {', '.join(PARAMETERS)}")
    return given


def _heartbeat(given: str | None, *, several: bool) -> int:
    if given is None:
        return HEARTBEAT_OF_SEVERAL if several else HEARTBEAT
    if not given.isdecimal() or len(given) > 3 or not 1 <= int(given) <= MOST_HEARTBEAT:
        raise ValueError(f"heartbeat: seconds, a whole number from 1 to {MOST_HEARTBEAT}")
    return int(given)


def _mechanism(given: str | None, tls: Tls | None, login: str) -> str:
    if given is None:
        # A certificate and no name: the certificate says who it is.
        return "EXTERNAL" if tls and tls.certfile and not login else "PLAIN"
    if given.lower() not in _MECHANISMS:
        raise ValueError("auth_mechanism: plain or external")
    return _MECHANISMS[given.lower()]
