"""A link is good to the last bit, or it is none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.mail.links import Link, address_digest, read_link, signed

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SECRET = b"s" * 32
LINK = Link(
    purpose="answer",
    role="agency",
    complaint=UUID(int=1),
    mail=UUID(int=2),
    agency="dlh",
    address=address_digest("Loket@dlh.test"),
    made_at=NOW,
    expires_at=NOW + timedelta(days=14),
)


@given(
    st.sampled_from(["answer", "read"]),
    st.sampled_from(["agency", "head", "coordinator", "secretary", "inspectorate"]),
    st.uuids(),
    st.from_regex(r"[a-z][a-z0-9-]{0,39}", fullmatch=True),
)
def test_what_is_signed_is_read_back(purpose, role, id, agency) -> None:
    link = replace(LINK, purpose=purpose, role=role, complaint=id, agency=agency)
    assert read_link(signed(link, SECRET), SECRET) == link


@given(st.integers(0, 10_000), st.characters(codec="ascii"))
def test_a_link_in_which_one_character_differs_is_none(place: int, other: str) -> None:
    token = signed(LINK, SECRET)
    place %= len(token)
    if token[place] != other:
        assert read_link(token[:place] + other + token[place + 1 :], SECRET) is None


@given(st.text(max_size=300))
def test_whatever_somebody_types_is_no_link(text: str) -> None:
    assert read_link(text, SECRET) is None


@pytest.mark.parametrize("secret", [b"", b"t" * 32, SECRET[:-1]])
def test_another_secret_reads_nothing(secret: bytes) -> None:
    assert read_link(signed(LINK, SECRET), secret) is None


def test_a_link_cut_short_or_longer_is_none() -> None:
    token = signed(LINK, SECRET)
    for text in (token[:-1], token + "A", token + "=", f"{token} ", token[1:], ""):
        assert read_link(text, SECRET) is None


def test_an_address_is_the_same_in_any_case() -> None:
    assert address_digest("LOKET@DLH.test") == LINK.address


@pytest.mark.parametrize(
    "name", ["case:" + str(UUID(int=1)), "agency:dlh", "mail:" + str(UUID(int=2))]
)
def test_what_was_taken_back_is_over_for_links_made_before(name: str) -> None:
    assert LINK.ended({name: NOW})
    assert not LINK.ended({name: NOW - timedelta(seconds=1)})
    assert not LINK.ended({"agency:dpupr": NOW, "case:x": NOW})
