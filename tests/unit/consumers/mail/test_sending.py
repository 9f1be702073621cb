"""Handing in over TLS: required outside of loopback, its certificate checked, the password kept."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.smtp import SmtpAddress, parse_smtp
from consumers.mail.sending import ServerAway, Smtp
from tests.support.certificates import Authority, Certificates
from tests.support.smtp import Post, free_port, mail_server

MAIL = b"Subject: x\r\n\r\nhalo\r\n"
PASSWORD = "rahasia sekali@#?"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def server(authority: Authority) -> Certificates:
    return authority.issue("server", "DNS:localhost,IP:127.0.0.1")


def context(of: Certificates) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(of.certificate, of.key)
    return made


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def implicit(port: int, server: Certificates) -> Iterator[Post]:
    with mail_server(port, tls=context(server)) as post:
        yield post


@pytest.fixture
def explicit(port: int, server: Certificates) -> Iterator[Post]:
    with mail_server(port, starttls=context(server), password=PASSWORD) as post:
        yield post


def at(port: int, scheme: str, authority: Authority | None, **more: object) -> SmtpAddress:
    """As outside of loopback, where STARTTLS is never left out."""
    query = f"?cafile={authority.certificate}" if authority else ""
    found = parse_smtp(f"{scheme}://localhost:{port}{query}")
    return replace(found, starttls=scheme == "smtp", **more)  # type: ignore[arg-type]


async def sends(address: SmtpAddress) -> str:
    smtp = Smtp(address)
    try:
        verdict, _ = await smtp.send("a@kab.test", "b@dlh.test", MAIL)
    finally:
        await smtp.close()
    return verdict


async def test_tls_from_the_beginning(port: int, implicit: Post, authority: Authority) -> None:
    assert await sends(at(port, "smtps", authority)) == "sent"
    assert len(implicit.raw) == 1


async def test_starttls_and_a_password(port: int, explicit: Post, authority: Authority) -> None:
    address = at(port, "smtp", authority, user="lapor", password=PASSWORD)
    assert await sends(address) == "sent"
    assert explicit.used_tls == [True]


async def test_a_wrong_password_is_told_and_not_repeated(
    port: int, explicit: Post, authority: Authority
) -> None:
    address = at(port, "smtp", authority, user="lapor", password="keliru-total")
    with pytest.raises(ServerAway, match="does not let this user in") as refused:
        await sends(address)
    assert "keliru" not in str(refused.value)
    assert explicit.raw == []


async def test_a_certificate_of_an_unknown_authority_is_refused(port: int, implicit: Post) -> None:
    with pytest.raises(ServerAway, match="certificate does not hold"):
        await sends(at(port, "smtps", None))
    assert implicit.raw == []


async def test_a_certificate_of_another_host_is_refused(port: int, authority: Authority) -> None:
    other = context(authority.issue("other", "DNS:mail.elsewhere.test"))
    with (
        mail_server(port, tls=other) as post,
        pytest.raises(ServerAway, match="certificate does not hold"),
    ):
        await sends(at(port, "smtps", authority))
    assert post.raw == []


async def test_a_server_without_starttls_gets_nothing(port: int, authority: Authority) -> None:
    with mail_server(port) as post, pytest.raises(ServerAway, match="STARTTLS"):
        await sends(at(port, "smtp", authority, user="lapor", password=PASSWORD))
    assert post.raw == []


async def test_no_server_at_all_is_told_in_a_few_words(port: int) -> None:
    with pytest.raises(ServerAway) as away:
        await sends(parse_smtp(f"smtp://127.0.0.1:{port}"))
    assert len(str(away.value)) < 100


async def test_a_file_that_holds_no_authority_is_named(port: int, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("nothing")
    with pytest.raises(ServerAway, match=r"ca\.pem"):
        await sends(parse_smtp(f"smtps://localhost:{port}?cafile={file}"))
