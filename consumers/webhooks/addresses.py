"""Which addresses a webhook may be sent to: what is public, and nothing else.

An address of this machine, of the network that it stands in, or of a cloud's metadata would answer
this program where it answers nobody outside: https://owasp.org/www-community/attacks/
Server_Side_Request_Forgery. Checked is what the connection is made to, never what a name says.
"""

import ipaddress
from collections.abc import Iterator
from typing import Final

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_EMBEDDING: Final = (
    (ipaddress.ip_network("::ffff:0:0/96"), 0),  # IPv4-mapped, RFC 4291
    (ipaddress.ip_network("::ffff:0:0:0/96"), 0),  # IPv4-translated, RFC 2765
    (ipaddress.ip_network("::/96"), 0),  # IPv4-compatible, RFC 4291
    (_NAT64, 0),  # RFC 6052
    (ipaddress.ip_network("2002::/16"), 80),  # 6to4, RFC 3056
)
"""Networks of IPv6 that hold an IPv4 address, and how many bits stand behind it."""
_NEVER: Final = tuple(
    map(
        ipaddress.ip_network,
        (
            "64:ff9b:1::/48",  # NAT64 of a network's own, RFC 8215
            "2001::/23",  # Teredo, ORCHID and other assignments of the protocol, RFC 2928
            "fec0::/10",  # site-local, RFC 3879
            "100.64.0.0/10",  # between a provider and its customers, RFC 6598
            "192.0.0.0/24",  # RFC 6890
            "192.88.99.0/24",  # 6to4 relays, RFC 7526
        ),
    )
)


def is_public(text: str) -> bool:
    """Whether anybody on the internet may be meant; False for what is no address."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if getattr(address, "scope_id", None) is not None:
        return False
    return all(_is_public(each) for each in _meant_by(address))


def is_loopback(text: str) -> bool:
    """Whether it is this machine."""
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False


def _meant_by(address: Address) -> Iterator[Address]:
    """The address itself, or the one that it holds."""
    for network, behind in _EMBEDDING:
        if address.version == 6 and address in network:
            yield ipaddress.IPv4Address(int(address) >> behind & 0xFFFFFFFF)
            if network is not _NAT64 and behind == 0:
                return
    if address.version == 4 or address not in _NAT64:
        yield address


def _is_public(address: Address) -> bool:
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
        and not any(address.version == one.version and address in one for one in _NEVER)
    )
