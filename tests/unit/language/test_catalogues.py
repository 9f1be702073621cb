"""The catalogues hold every sentence of the code and no other, each in Indonesian."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import typer
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from scripts.catalogues import (
    LIBRARY,
    LOCALE,
    Differs,
    compiled,
    kept,
    of_library,
    sentences,
    unsaid,
)

WANTED = sentences()
KEPT = {area: kept(area) for area in WANTED}
AGAIN = "run: python -m scripts.catalogues"


def test_every_sentence_of_the_code_is_in_the_catalogue_of_its_room() -> None:
    lacking = {
        area: [key for key in _keys(wanted) if KEPT[area].get(*key) is None]
        for area, wanted in WANTED.items()
    }
    assert {area: keys for area, keys in lacking.items() if keys} == {}, AGAIN


def test_no_catalogue_holds_a_sentence_that_nobody_says_any_more() -> None:
    obsolete = {
        area: [key for key in _keys(KEPT[area]) if wanted.get(*key) is None]
        for area, wanted in WANTED.items()
    }
    assert {area: keys for area, keys in obsolete.items() if keys} == {}, AGAIN
    assert {path.stem for path in LOCALE.glob("*.po")} <= set(WANTED), AGAIN


def test_every_sentence_has_its_indonesian() -> None:
    assert unsaid(KEPT) == []


def test_what_the_program_reads_is_made_of_the_catalogues() -> None:
    assert (LOCALE / "pintu.mo").read_bytes() == compiled(KEPT), AGAIN
    assert LIBRARY.with_suffix(".mo").read_bytes() == of_library(), AGAIN


@pytest.mark.parametrize("area", sorted(KEPT))
def test_both_languages_fill_in_the_same_values(area: str) -> None:
    differing = [
        message.id
        for message in KEPT[area]
        if message.id and {frozenset(_places(text)) for text in _texts(message)} != {_own(message)}
    ]
    assert differing == []


@pytest.mark.parametrize("area", sorted(KEPT))
def test_both_languages_begin_and_end_alike(area: str) -> None:
    """A blank or a line feed at an end joins what stands beside it."""
    differing = [
        message.id
        for message in KEPT[area]
        if message.id
        for said in _texts(message)
        if _ends(said) != _ends(_texts_of(message)[0])
    ]
    assert differing == []


def test_the_same_english_said_in_two_ways_is_refused_with_both_places() -> None:
    one, other = Catalog(locale="id"), Catalog(locale="id")
    one.add("agency", "perangkat daerah", [("gateway/staff/a.py", 1)])
    other.add("agency", "instansi", [("gateway/web/b.py", 1)])
    with pytest.raises(Differs) as refused:
        compiled({"cases": one, "inbox": other})
    said = str(refused.value)
    assert "cases.po: 'perangkat daerah'" in said
    assert "inbox.po: 'instansi'  (gateway/web/b.py)" in said
    assert "write the same in both files" in said


def test_what_typer_looks_up_is_in_its_catalogue_and_nothing_else() -> None:
    folder = Path(typer.__file__).parent
    looked_up = set()
    for path in (folder / "core.py", folder / "rich_utils.py"):
        found = extract("python", BytesIO(path.read_bytes()), {"_": None})
        looked_up |= {str(said) for _, said, _, _ in found}
    with LIBRARY.open("rb") as file:
        there = {key for key, _ in _keys(read_po(file, locale="id"))}
    assert there == looked_up


def _keys(catalog: Catalog) -> Iterator[tuple[str, str | None]]:
    for message in catalog:
        if message.id:
            yield _texts_of(message)[0], message.context


def _texts_of(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _texts(message: Message) -> tuple[str, ...]:
    said = message.string
    return (said,) if isinstance(said, str) else tuple(said or ())


def _own(message: Message) -> frozenset[str]:
    return frozenset(_places(_texts_of(message)[-1]))


def _places(text: str) -> Iterator[str]:
    yield from re.findall(r"%\((\w+)\)", text)
    yield from re.findall(r"(?<!\{)\{([\w.\[\]]*[!:]?[^{}]*)\}(?!\})", text)


def _ends(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()
