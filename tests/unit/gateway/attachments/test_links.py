"""Links are signed, end, and name one file of one complaint."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from gateway.attachments.links import Links, Named, named_by

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
FILE = Named(UUID(int=7), b"d" * 32)
LINKS = Links(b"l" * 32, "https://lapor.example.go.id/pintu/")


def state(url: str, now: datetime = NOW, links: Links = LINKS, named: Named | None = None) -> str:
    query = parse_qs(urlsplit(url).query)
    found = named or named_by(url)
    assert found is not None
    return links.state(found, query["until"][0], query["signature"][0], now)


def test_a_link_is_good_until_its_moment() -> None:
    url = LINKS.link(FILE, "image/jpeg", NOW + timedelta(hours=1))
    assert url.startswith(f"https://lapor.example.go.id/pintu/v1/attachments/{FILE.complaint}/")
    assert named_by(url) == FILE
    assert state(url) == "good"
    assert state(url, NOW + timedelta(hours=1)) == "expired"


def test_a_link_that_was_tampered_with_is_none() -> None:
    url = LINKS.link(FILE, "image/jpeg", NOW + timedelta(hours=1))
    until = int((NOW + timedelta(hours=1)).timestamp())
    assert state(url.replace(str(until), str(until + 60))) == "wrong"
    assert state(url, named=Named(UUID(int=8), FILE.digest)) == "wrong"
    assert state(url, named=Named(FILE.complaint, b"e" * 32)) == "wrong"
    assert state(url, links=Links(b"k" * 32, "")) == "wrong"
    assert state(url[:-1]) == "wrong"
    for until_ in ("", "-1", "1e9", "९", "9" * 13):
        assert LINKS.state(FILE, until_, "", NOW) == "wrong"
    assert LINKS.state(FILE, "1", "é", NOW) == "wrong"


@pytest.mark.parametrize(
    "url",
    [
        None,
        7,
        "",
        "https://elsewhere.example/1.jpg",
        "https://[",
        "/v1/attachments/x/y",
        f"/v1/attachments/{FILE.complaint}/{'d' * 63}",
        f"/v1/attachments/{'-' * 36}/{'d' * 64}",
        f"/v1/attachments/{FILE.complaint}/../{'d' * 64}",
    ],
)
def test_an_address_elsewhere_names_no_file_of_ours(url: object) -> None:
    assert named_by(url) is None


def test_only_links_of_the_case_itself_are_made_anew() -> None:
    old = LINKS.link(FILE, "image/jpeg", NOW)
    elsewhere = {"url": "https://a.example/1.jpg", "sensitive": True}
    given = [{"url": old, "media_type": "image/jpeg", "size": 5, "sensitive": True}, elsewhere, 7]
    first, second = LINKS.shown(given, FILE.complaint, NOW + timedelta(days=1))
    assert state(str(first["url"])) == "good"
    assert (first["size"], first["sensitive"], second) == (5, True, elsewhere)
    (foreign,) = LINKS.shown(given[:1], UUID(int=8), NOW + timedelta(days=1))
    assert foreign["url"] == old
    assert LINKS.shown(None, FILE.complaint, NOW) == LINKS.shown("x", FILE.complaint, NOW) == []
