"""Whom requests without a key are counted by."""

import pytest
from fastapi import Request

from gateway.api.callers import address_of, is_local


def asking(address: str, *headers: tuple[bytes, bytes]) -> Request:
    return Request({"type": "http", "client": (address, 1), "headers": list(headers)})


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::ffff", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_a_household_has_one_address_of_either_kind(address: str, counted: str) -> None:
    """Who has an address of IPv6 has all 2^64 of its network."""
    assert address_of(asking(address)) == counted


def test_only_what_comes_from_this_machine_for_nobody_else_is_local() -> None:
    named = (b"x-forwarded-for", b"203.0.113.7")
    assert [is_local(asking(one)) for one in ("127.0.0.1", "::1", "::ffff:127.0.0.1")] == [True] * 3
    assert not is_local(asking("127.0.0.1", named))
    assert not is_local(asking("203.0.113.7"))
    assert not is_local(asking("::2"))
