"""Only public addresses hear of a citizen's complaint."""

import pytest

from consumers.webhooks.addresses import is_loopback, is_public
from consumers.webhooks.targets import BadTarget, target_of


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "103.28.12.5", "2606:4700::1111", "64:ff9b::808:808", "2001:4860:4860::8888"],
)
def test_what_anybody_can_reach_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.0.3",
        "0.0.0.0",  # noqa: S104  # nothing is bound
        "0.1.2.3",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "192.88.99.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:a9fe:a9fe",
        "::127.0.0.1",
        "::ffff:0:10.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001::1",
        "2001:db8::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "100::1",
        "localhost",
        "",
        "127.1",
    ],
)
def test_nothing_else_is(address: str) -> None:
    assert not is_public(address)


def test_loopback_is_this_machine() -> None:
    assert is_loopback("127.0.0.1")
    assert is_loopback("::1")
    assert not is_loopback("10.0.0.1")
    assert not is_loopback("localhost")


@pytest.mark.parametrize(
    ("url", "reach"),
    [
        ("https://dlh.example.go.id/hook?key=1", "public"),
        ("https://dlh.example.go.id:8443", "public"),
        ("http://127.0.0.1:8000/", "loopback"),
        ("http://localhost:8000/", "loopback"),
        ("http://[::1]:8000/", "loopback"),
        ("https://Hook.DLH.local./x", "allowed"),
        ("https://10.1.2.3/", "allowed"),
        ("https://127.0.0.1.nip.example/", "public"),
    ],
)
def test_a_url_says_how_far_it_may_reach(url: str, reach: str) -> None:
    assert target_of(url, {"hook.dlh.local", "10.1.2.3"}).reach == reach


@pytest.mark.parametrize(
    "url",
    [
        "",
        "dlh.example",
        "ftp://dlh.example/",
        "http://dlh.example/",
        "http://hook.dlh.local/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://dlh.example.0x10./",
        "https://0/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "https://user:word@dlh.example/",
        "https://user@dlh.example/",
        "https://127.0.0.1@dlh.example/",
        "https://dlh.example\\@127.0.0.1/",
        "https://dlh.example/#here",
        "https:///path",
        "https://dlh.example:99999/",
        "https://dlh.example/ x",
        "https://dlh.example/\r\nX-Y: z",
        "https://[::1/",
        "https://dlh.example/" + "x" * 2000,
        "file:///etc/passwd",
    ],
)
def test_a_url_that_could_mean_something_else_is_refused(url: str) -> None:
    with pytest.raises(BadTarget):
        target_of(url, {"hook.dlh.local"})
