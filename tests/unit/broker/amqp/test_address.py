"""AMQP URLs, which may name several hosts."""

from pathlib import Path

import pytest
from yarl import URL

from broker.amqp.address import HEARTBEAT_OF_SEVERAL, Address, parse_address
from broker.amqp.tls import Tls


def test_a_url_names_several_hosts_each_with_its_port() -> None:
    read = parse_address("amqp://pintu:se%40cret@one:5673,two,[::1]:5674/no%2Fwrong")
    assert read == Address(
        hosts=(("one", 5673), ("two", 5672), ("::1", 5674)),
        user="pintu",
        password="se@cret",
        vhost="no/wrong",
        heartbeat=HEARTBEAT_OF_SEVERAL,
    )


def test_a_host_that_is_named_twice_is_tried_once() -> None:
    assert parse_address("amqp://one,one:5672").hosts == (("one", 5672),)


@pytest.mark.parametrize("url", ["amqp://h", "amqp://h/", "amqp://h/%2F", "amqp://h/?heartbeat=9"])
def test_the_virtual_host_is_the_one_of_rabbitmq_unless_another_is_named(url: str) -> None:
    assert parse_address(url).vhost == "/"


def test_who_names_nobody_is_guest() -> None:
    read = parse_address("amqp://h")
    assert (read.user, read.password) == ("guest", "guest")


def test_the_password_does_not_show() -> None:
    assert "hunter2" not in repr(parse_address("amqp://u:hunter2@h"))


def test_each_host_has_a_url_for_the_client_library() -> None:
    read = parse_address("amqp://u:p%2Fw@one,two:9/v%2Fw?heartbeat=7")
    urls = [URL(url) for url in read.urls]
    assert [(url.host, url.port) for url in urls] == [("one", 5672), ("two", 9)]
    assert {(url.user, url.password, url.raw_path) for url in urls} == {("u", "p/w", "/v%2Fw")}
    assert {url.query["heartbeat"] for url in urls} == {"7"}


def test_tls_asks_for_certificates_unless_told_otherwise(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.touch()
    assert parse_address(f"amqps://h?cafile={ca}").tls == Tls(cafile=str(ca))
    assert parse_address("amqps://h").hosts == (("h", 5671),)
    assert parse_address("amqps://h?verify=verify_none").tls == Tls(verify=False)
    assert parse_address("amqps://h?no_verify_ssl=1").tls == Tls(verify=False)


def test_a_certificate_without_a_name_says_who_it_is(tmp_path: Path) -> None:
    pem = tmp_path / "me.pem"
    pem.touch()
    assert parse_address(f"amqps://h?certfile={pem}").mechanism == "EXTERNAL"
    assert parse_address(f"amqps://u:p@h?certfile={pem}").mechanism == "PLAIN"
    assert parse_address("amqps://u:p@h?auth_mechanism=external").mechanism == "EXTERNAL"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://h", "starts with amqp:// or amqps://"),
        ("amqp://", "a host is missing"),
        ("amqp://one,,two", "a host is missing"),
        ("amqp://one;two", "a host is written"),
        ("amqp://one two", "a host is written"),
        ("amqp://h:0", "from 1 to 65535"),
        ("amqp://h:99999", "from 1 to 65535"),
        ("amqp://u:p@one,amqp://u:p@two", "one URL names several hosts"),
        ("amqp://u:p@ss@h", "write @ as %40"),
        ("amqp://u:p/ss@h", "/ as %2F"),
        ("amqp://u:%ff@h", "a % itself as %25"),
        ("amqp://h?heartbeat=0", "from 1 to 300"),
        ("amqp://h?heartbeat=soon", "from 1 to 300"),
        ("amqp://h?hartbeat=9", "unknown parameter hartbeat"),
        ("amqp://h?cafile=/x", "asked for with amqps://"),
        ("amqps://h?keyfile=/me.key", "give certfile"),
        ("amqps://h?verify=perhaps", "verify_peer or verify_none"),
        ("amqps://h?auth_mechanism=anonymous", "plain or external"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_to_write(url: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_address(url)


def test_a_list_of_revoked_certificates_is_for_our_own_context_alone() -> None:
    address = parse_address("amqps://h/?cafile=/ca.pem&crlfile=/crl.pem")
    assert address.tls == Tls(cafile="/ca.pem", crlfile="/crl.pem")
    assert all("crlfile" not in url for url in address.urls)


@pytest.mark.parametrize("parameter", ["cafile", "crlfile", "certfile"])
def test_a_file_of_no_name_is_a_mistake(parameter: str) -> None:
    with pytest.raises(ValueError, match=parameter):
        parse_address(f"amqps://h/?{parameter}=")
