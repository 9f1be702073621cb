"""The page can be read without a network, and says all that the schemas say."""

import re
from html.parser import HTMLParser
from typing import Final

import pytest

from pintu.contract.fields import fields_of
from pintu.contract.json_schemas import message_schema
from schemas.catalogue import MESSAGES
from tests.unit.pintu.contract.contract import files

PAGE: Final = files()["index.html"]
_VOID: Final = {"meta", "br", "img", "link", "hr", "input"}


class Seen(HTMLParser):
    """Its elements: what they refer to, their names, and those that were not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.names: list[str] = []
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.feed(PAGE)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("href", "src", "action", "data", "poster", "srcset", "background"):
                self.links.append(value or "")
            if name == "id":
                self.names.append(value or "")
            assert not name.startswith("on")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


SEEN: Final = Seen()


def test_nothing_is_fetched_from_anywhere() -> None:
    assert "http:" not in PAGE
    assert "https:" not in PAGE
    assert not re.search(r"//[a-z]|url\(|@import", PAGE)
    assert SEEN.tags.isdisjoint({"script", "link", "img", "iframe", "object", "form", "base"})
    assert "default-src &#39;none&#39;" in PAGE or "default-src 'none'" in PAGE


def test_its_elements_are_closed_and_its_names_unique() -> None:
    assert SEEN.open == []
    assert len(SEEN.names) == len(set(SEEN.names))


def test_every_link_leads_to_a_place_on_it_or_to_a_file_of_the_export() -> None:
    assert SEEN.links
    for link in SEEN.links:
        if link.startswith("#"):
            assert link[1:] in SEEN.names
        else:
            assert link in files()


@pytest.mark.parametrize("message", MESSAGES, ids=[message.name for message in MESSAGES])
def test_every_message_and_field_is_on_it(message: object) -> None:
    found = next(one for one in MESSAGES if one is message)
    section = PAGE.split(f'id="{found.name.replace(".", "-")}"')[1].split("<h3")[0]
    for field in fields_of(message_schema(found)):
        assert f"<code>{field.name}</code>" in section


def test_it_fits_a_telephone() -> None:
    assert "width=device-width" in PAGE
    assert "@media (max-width:640px)" in PAGE
