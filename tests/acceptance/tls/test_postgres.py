"""A PostgreSQL that is not trusted, or does not trust us: a sentence says what, where, what to do.

On a real server with `ssl = on` and certificates of an authority of the tests' own.
"""

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from broker.errors import StoreLoginRefused, StoreTrustRefused
from broker.store.cases import open_case_store
from pintu.cli.main import main
from tests.acceptance.program import TOWN, pintu
from tests.conftest import _missing
from tests.support.certificates import Authority, Certificates
from tests.support.eventually import eventually
from tests.support.postgres import NoPostgresError
from tests.support.tls_postgres import TlsPostgres

DAY: Final = timedelta(days=1)
SAYS: Final = {
    "another name": ("is for another name", "localhost"),
    "an address that it is not for": ("is for another name", "127.0.0.1"),
    "expired": ("too old", "renew it"),
    "not yet valid": ("does not hold yet", "clock"),
    "an authority that nobody named": ("is not trusted", "sslrootcert"),
    "another authority": ("is not trusted", "sslrootcert"),
    "revoked": ("was revoked", "another one"),
    "no list of its authority": ("sslcrl", "each authority"),
    "no TLS there": ("does not speak TLS", "ssl = on", "sslmode=disable"),
    "TLS is wanted there": ("wants TLS here", "sslmode=disable"),
    "no certificate of ours": ("wants a certificate", "sslcert and sslkey"),
    "a certificate of ours from nobody": ("does not know the authority", "sslcert and sslkey"),
    "an old certificate of ours": ("too old", "sslcert and sslkey"),
    "a key of another certificate": ("TLS cannot be set up", "sslkey"),
    "no such authority": ("sslrootcert: /nowhere.pem cannot be read",),
    "no such list": ("sslcrl: /nowhere.pem cannot be read",),
    "no such certificate": ("sslcert: /nowhere.pem cannot be read",),
}


@dataclass(frozen=True)
class Place:
    """A server, and by fault the certificate that it shows (None: no TLS) and the URL."""

    server: TlsPostgres
    good: Certificates
    met: Mapping[str, tuple[Certificates | None, str]]
    let_in: tuple[str, ...]
    wrong_login: tuple[str, ...]

    def url(self, fault: str) -> str:
        shown, url = self.met[fault]
        self.server.show(shown)
        return url


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    stranger = Authority(tmp_path_factory.mktemp("stranger"), "stranger")
    good, revoked = authority.issue("server"), authority.issue("revoked")
    us = authority.issue("by_certificate")
    nobody = stranger.issue("by_certificate")
    old = authority.issue("old", since=-9 * DAY, until=-3 * DAY)
    early = authority.issue("early", since=3 * DAY, until=9 * DAY)
    other = authority.issue("elsewhere", "DNS:elsewhere.example")
    ca, revocations = authority.certificate, authority.revoked(revoked)
    try:
        server = TlsPostgres(good)
    except NoPostgresError as error:
        _missing(str(error))

    def by(who: Certificates, key: Certificates) -> tuple[Certificates, str]:
        return good, server.at(
            user="by_certificate", sslrootcert=ca, sslcert=who.certificate, sslkey=key.key
        )

    yield Place(
        server,
        good,
        {
            "another name": (other, server.at(sslrootcert=ca)),
            "an address that it is not for": (good, server.at("127.0.0.1", sslrootcert=ca)),
            "expired": (old, server.at(sslrootcert=ca)),
            "not yet valid": (early, server.at(sslrootcert=ca)),
            "an authority that nobody named": (good, server.at(sslmode="verify-full")),
            "another authority": (good, server.at(sslrootcert=stranger.certificate)),
            "revoked": (revoked, server.at(sslrootcert=ca, sslcrl=revocations)),
            "no list of its authority": (
                good,
                server.at(sslrootcert=ca, sslcrl=stranger.revoked()),
            ),
            "no TLS there": (None, server.at(sslrootcert=ca)),
            "TLS is wanted there": (good, server.at(user="by_certificate", sslmode="disable")),
            "no certificate of ours": (good, server.at(user="by_certificate", sslrootcert=ca)),
            "a certificate of ours from nobody": by(nobody, nobody),
            "an old certificate of ours": by(old, old),
            "a key of another certificate": by(us, nobody),
            "no such authority": (good, server.at(sslrootcert="/nowhere.pem")),
            "no such list": (good, server.at(sslrootcert=ca, sslcrl="/nowhere.pem")),
            "no such certificate": (good, server.at(sslrootcert=ca, sslcert="/nowhere.pem")),
        },
        let_in=(
            server.at(sslrootcert=ca, sslcrl=revocations),
            by(us, us)[1],
            server.at(),  # on one machine, as libpq has it
            server.at(sslmode="disable"),
        ),
        wrong_login=(
            server.at(user="by_password:geheim", sslrootcert=ca),
            server.at(user="nobody"),
            by(good, good)[1],
        ),
    )
    server.stop()


async def opened(url: str) -> None:
    store = await open_case_store(url)
    await store.close()


async def refusal(place: Place, fault: str) -> str:
    """Met with as soon as the server shows what it was told to show."""
    url = place.url(fault)

    def refused() -> str | None:
        try:
            asyncio.run(opened(url))
        except StoreTrustRefused as why:
            assert all(words in str(why) for words in SAYS[fault]), why
            return str(why)
        return None

    return await asyncio.to_thread(eventually, refused, saying=f"{fault} was not refused")


@pytest.mark.parametrize("fault", SAYS)
async def test_the_store_says_what_is_wrong(fault: str, place: Place) -> None:
    sentence = await refusal(place, fault)
    assert sentence.startswith("postgresql://")


@pytest.mark.parametrize("fault", SAYS)
async def test_a_command_of_the_desk_ends_with_the_code_of_the_configuration(
    fault: str,
    place: Place,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await refusal(place, fault)
    monkeypatch.setenv("PINTU_DATABASE_URL", place.met[fault][1])
    monkeypatch.setenv("PINTU_CONFIG_DIR", str(TOWN))
    monkeypatch.setenv("PINTU_STATE_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["pintu", "triage", "list"])
    with pytest.raises(SystemExit) as leaving:
        await asyncio.to_thread(main)
    [line] = capsys.readouterr().err.splitlines()
    assert leaving.value.code == os.EX_CONFIG, line
    assert all(words in line for words in SAYS[fault]), line


def ran(words: str, url: str, amqp_url: str, folder: Path) -> tuple[int, str]:
    settings = {
        "AMQP_URL": amqp_url,
        "DATABASE_URL": url,
        "CONFIG_DIR": str(TOWN),
        "STATE_DIR": str(folder),
        "HTTP": "off",
        "LOG_FORMAT": "json",
    }
    done = pintu(*words.split(), settings=settings)
    everything = done.stderr.decode()
    assert "Traceback" not in everything
    assert "geheim" not in everything
    return done.returncode, everything.splitlines()[-1]


@pytest.mark.parametrize("part", ["router", "escalations", "all"])
async def test_no_part_starts_on_a_store_that_it_cannot_trust(
    part: str, place: Place, amqp_url: str, tmp_path: Path
) -> None:
    await refusal(place, "expired")
    url = place.met["expired"][1]
    code, line = await asyncio.to_thread(ran, f"run {part}", url, amqp_url, tmp_path)
    assert (code, all(words in line for words in SAYS["expired"])) == (os.EX_CONFIG, True), line


async def test_who_is_trusted_is_let_in(place: Place) -> None:
    """Without this the tests above would say nothing."""
    place.server.show(place.good)
    for url in place.let_in:
        await opened(url)


async def test_a_user_that_is_not_let_in_is_told_so(
    place: Place, amqp_url: str, tmp_path: Path
) -> None:
    place.server.show(place.good)
    for url in place.wrong_login:
        with pytest.raises(StoreLoginRefused, match="PINTU_DATABASE_URL") as refused:
            await opened(url)
        assert "geheim" not in str(refused.value)
    url = place.wrong_login[0]
    for words in ("run cases", "case list"):
        code, line = await asyncio.to_thread(ran, words, url, amqp_url, tmp_path)
        assert (code, "does not let this user in" in line) == (os.EX_NOPERM, True), line
