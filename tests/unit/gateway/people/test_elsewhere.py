"""Signing in with an account elsewhere: a provider that says what it should, and one that lies."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.access.oidc import OidcProvider
from tests.support.openid import OpenId, Person
from tests.unit.gateway.door import BASE, MemoryDoor
from tests.unit.gateway.people.browser import WALL, Browser, add, at, later

BACK = f"{BASE}/masuk/oidc/kembali"


@pytest.fixture
def provider() -> Iterator[OpenId]:
    with OpenId(now=WALL.timestamp()) as running:
        yield running


@pytest.fixture
async def sso(door: MemoryDoor, provider: OpenId) -> MemoryDoor:
    door.world.oidc = OidcProvider(provider.issuer, "pintu", provider.secret, "SSO Pemkab", BACK)
    return door


async def goes(browser: Browser, provider: OpenId, ke: str = "/") -> str:
    """There, and to the address that the provider sends it back to."""
    answer = await browser.get(f"/masuk/oidc?ke={ke}")
    assert answer.status_code == 303, answer.text
    return provider.signs_in(answer.headers["location"]).removeprefix(BASE)


async def test_who_is_linked_signs_in(sso: MemoryDoor, provider: OpenId) -> None:
    await add(sso, "rina", "desk", oidc=f"{provider.issuer} 1001", password=None)
    browser = Browser(sso)
    assert "SSO Pemkab" in await browser.page("/masuk")
    answer = await browser.get(await goes(browser, provider, "/meja/kasus"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/meja/kasus")
    assert "Rina" in await browser.page("/saya")
    [session] = await sso.world.store.people.sessions("rina")
    assert session.factors == {"oidc"}
    [line] = await sso.world.store.people.people_lines(5)
    assert (line.what, line.detail) == ("signed-in", "oidc")


async def test_an_account_that_is_nobodys_makes_nobody(sso: MemoryDoor, provider: OpenId) -> None:
    await add(sso, "rina", "desk", email="rina@basel.test")
    provider.person = Person("1002", "budi@basel.test")
    browser = Browser(sso)
    answer = await browser.get(await goes(browser, provider))
    assert (answer.status_code, browser.session) == (403, "")
    assert "Nobody here has this account" in answer.text
    assert [one.name for one in await sso.world.store.people.people()] == ["rina"]


async def test_a_verified_address_links_once(sso: MemoryDoor, provider: OpenId) -> None:
    await add(sso, "rina", "desk", email="rina@basel.test")
    provider.person = Person("1001", "Rina@Basel.test")
    browser = Browser(sso)
    assert (await browser.get(await goes(browser, provider))).status_code == 303
    kept = await sso.world.store.people.person("rina")
    assert kept is not None
    assert kept.oidc == f"{provider.issuer} 1001"
    provider.person = Person("6666", "rina@basel.test")
    other = Browser(sso)
    assert (await other.get(await goes(other, provider))).status_code == 403


@pytest.mark.parametrize("person", [Person("1", "rina@basel.test", email_verified=False)])
async def test_an_address_that_nobody_verified_links_nobody(
    sso: MemoryDoor, provider: OpenId, person: Person
) -> None:
    await add(sso, "rina", "desk", email="rina@basel.test")
    provider.person = person
    browser = Browser(sso)
    assert (await browser.get(await goes(browser, provider))).status_code == 403


async def test_an_address_that_two_have_links_neither(sso: MemoryDoor, provider: OpenId) -> None:
    await add(sso, "rina", "desk", email="meja@basel.test")
    await add(sso, "budi", "desk", email="meja@basel.test")
    provider.person = Person("1001", "meja@basel.test")
    browser = Browser(sso)
    assert (await browser.get(await goes(browser, provider))).status_code == 403


async def test_who_is_disabled_stays_out(sso: MemoryDoor, provider: OpenId) -> None:
    await add(sso, "rina", "desk", oidc=f"{provider.issuer} 1001", disabled_at=WALL)
    browser = Browser(sso)
    assert (await browser.get(await goes(browser, provider))).status_code == 403


@pytest.mark.parametrize(
    "lie",
    [
        {"claims": {"iss": "https://evil.test"}},
        {"claims": {"aud": "another-client"}},
        {"claims": {"aud": ["another-client"]}},
        {"claims": {"aud": ["pintu", "another"], "azp": "another"}},
        {"claims": {"exp": int(WALL.timestamp()) - 120}},
        {"claims": {"exp": None}},
        {"claims": {"iat": int(WALL.timestamp()) + 3600, "exp": int(WALL.timestamp()) + 7200}},
        {"claims": {"nonce": "another"}},
        {"claims": {"nonce": None}},
        {"claims": {"sub": None}},
        {"claims": {"sub": ""}},
        {"claims": {"sub": 1001}},
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "foreign"},
    ],
    ids=str,
)
async def test_a_token_that_is_no_proof_opens_nothing(
    sso: MemoryDoor, provider: OpenId, lie: dict[str, Any]
) -> None:
    await add(sso, "rina", "desk", oidc=f"{provider.issuer} 1001")
    for name, value in lie.items():
        setattr(provider, name, value)
    browser = Browser(sso)
    answer = await browser.get(await goes(browser, provider))
    assert (answer.status_code, browser.session) == (403, "")
    assert "did not confirm" in answer.text


async def test_what_comes_back_has_to_be_what_this_browser_was_sent_with(
    sso: MemoryDoor, provider: OpenId
) -> None:
    """Else one is signed in as whoever sent the link."""
    await add(sso, "rina", "desk", oidc=f"{provider.issuer} 1001")
    mine, theirs = Browser(sso), Browser(sso)
    back = await goes(theirs, provider)
    await mine.get("/masuk/oidc")
    for browser in (mine, Browser(sso)):
        assert (await browser.get(back)).status_code == 403
        assert browser.session == ""
    for changed in (
        back.replace("state=", "state=0"),
        back.replace("code=", "kode="),
        back.replace("iss=", "iss=https%3A%2F%2Fevil.test%2F"),
    ):
        other = Browser(sso)
        other.cookies = dict(theirs.cookies)
        assert (await other.get(changed)).status_code == 403, changed
    assert (await theirs.get(back)).status_code == 303
    again = Browser(sso)
    again.cookies = {k: v for k, v in theirs.cookies.items() if "oidc" in k}
    assert (await again.get(back)).status_code == 403


async def test_the_way_there_is_open_for_ten_minutes(sso: MemoryDoor, provider: OpenId) -> None:
    await add(sso, "rina", "desk", oidc=f"{provider.issuer} 1001")
    browser = Browser(sso)
    back = await goes(browser, provider)
    later(sso, timedelta(minutes=11))
    provider.now = sso.world.wall().timestamp()
    assert (await browser.get(back)).status_code == 403


async def test_another_process_finishes_what_one_began(sso: MemoryDoor, provider: OpenId) -> None:
    await add(sso, "rina", "desk", oidc=f"{provider.issuer} 1001")
    browser = Browser(sso)
    back = await goes(browser, provider)
    sso.world.oidc = OidcProvider(provider.issuer, "pintu", provider.secret, "SSO", BACK)
    assert (await browser.get(back)).status_code == 303


async def test_a_key_that_the_provider_changed_is_fetched(
    sso: MemoryDoor, provider: OpenId, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(sso, "rina", "desk", oidc=f"{provider.issuer} 1001")
    browser = Browser(sso)
    assert (await browser.get(await goes(browser, provider))).status_code == 303
    provider.new_key()
    other = Browser(sso)
    monkeypatch.setattr("gateway.access.oidc._NEW_KEYS", 0.0)
    assert (await other.get(await goes(other, provider))).status_code == 303


@pytest.mark.parametrize("fault", ["fails", "issuer"])
async def test_a_provider_that_is_away_is_told_and_passwords_go_on(
    sso: MemoryDoor, provider: OpenId, fault: str
) -> None:
    await add(sso, "rina", "desk")
    provider.fails = fault == "fails"
    provider.says_issuer = "https://evil.test" if fault == "issuer" else None
    browser = Browser(sso)
    answer = await browser.get("/masuk/oidc")
    assert (answer.status_code, "does not answer" in answer.text) == (503, True)
    assert (await browser.tries("rina")).status_code == 303


async def test_the_address_that_one_goes_on_to_is_one_of_ours(
    sso: MemoryDoor, provider: OpenId
) -> None:
    await add(sso, "rina", "desk", oidc=f"{provider.issuer} 1001")
    browser = Browser(sso)
    back = await goes(browser, provider, "//evil.test/x")
    assert (await browser.get(back)).headers["location"] == "/meja"


async def test_what_is_asked_for_is_no_more_than_who_it_is(
    sso: MemoryDoor, provider: OpenId
) -> None:
    answer = await Browser(sso).get("/masuk/oidc")
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["scope"] == ["openid email"]
    assert query["redirect_uri"] == [BACK]


async def test_without_a_provider_there_is_no_such_way(door: MemoryDoor) -> None:
    at(door, WALL)
    assert (await Browser(door).get("/masuk/oidc")).status_code == 404
    assert (await Browser(door).get("/masuk/oidc/kembali?state=a&code=b")).status_code == 404
