"""The URL of an endpoint: what of it can be used, and which addresses it may lead to."""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from yarl import URL

from consumers.webhooks.addresses import is_loopback

Reach = Literal["public", "loopback", "allowed"]
"""Where a URL may lead: to public addresses; to this machine, which it names itself; anywhere,
since an operator has allowed its host by name."""

LONGEST: Final = 2000
_LOCALHOST: Final = "localhost"
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last label like that is read as an address: https://url.spec.whatwg.org/#ends-in-a-number-checker"""


class BadTarget(ValueError):
    """A URL that no events go to; the message says what to do, and quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where events go."""

    url: URL
    reach: Reach


def target_of(text: str, allowed: Collection[str] = ()) -> Target:
    """What is meant, read as the HTTP library reads it.

    ``allowed``: hosts that may have private addresses (PINTU_WEBHOOK_ALLOW).

    Raises:
        BadTarget: it cannot be used.
    """
    if len(text) > LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        raise BadTarget(f"at most {LONGEST} characters of ASCII, and no spaces")
    try:
        url = URL(text)
        host, _ = url.host, url.port
    except ValueError:
        raise BadTarget("not a URL such as https://pengaduan.dlh.example.go.id/pintu") from None
    if url.scheme not in ("http", "https") or not host:
        raise BadTarget("a URL that starts with https:// and has a host")
    if url.user is not None or url.password is not None or "@" in url.authority:
        raise BadTarget("without a user and password: each POST is signed instead")
    if url.fragment:
        raise BadTarget("without a fragment (#…)")
    if "\\" in text:
        raise BadTarget("without a backslash")
    host = host.rstrip(".").lower()
    if _NUMBER.fullmatch(host.rpartition(".")[2]) and not _is_address(host):
        raise BadTarget("an address as four numbers with dots between, or a name")
    if host in {name.rstrip(".").lower() for name in allowed}:
        reach: Reach = "allowed"
    elif host == _LOCALHOST or is_loopback(host):
        reach = "loopback"
    else:
        reach = "public"
    if url.scheme == "http" and reach != "loopback":
        raise BadTarget("https:// and not http://; only to this machine http is allowed")
    return Target(url, reach)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
