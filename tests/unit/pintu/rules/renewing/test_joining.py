"""Where a complaint stands in the base and in the store, the store's word counts."""

from collections.abc import AsyncIterator
from datetime import datetime

from pintu.rules.evaluating.labels import Labelled, Unlabelled
from pintu.rules.learning.history import History, Row
from pintu.rules.renewing.joining import joined

MAY = datetime(2026, 5, 1, 9)


def labelled(id: str, text: str, agency: str = "dlh") -> Labelled:
    moment = "2026-05-02 09:00:00+07:00"
    return Labelled(text, "", "Toboali", "", "", agency, moment, "responded", id)


async def cases(*found: Labelled | Unlabelled) -> AsyncIterator[Labelled | Unlabelled]:
    for one in found:
        yield one


async def test_the_store_wins_by_id() -> None:
    base = History([Row("sampah", "dishub", reported_at=MAY, id="a")], timed=True)
    found = await joined(cases(labelled("a", "sampah menumpuk")), base)
    assert [(row.text, row.agency) for row in found.rows] == [("sampah menumpuk", "dlh")]
    assert found.timed


async def test_what_was_handed_back_meanwhile_is_no_label_any_more() -> None:
    base = History([Row("sampah", "dishub", reported_at=MAY, id="a")], timed=True)
    assert not (await joined(cases(Unlabelled("a", "no-label")), base)).rows


async def test_where_the_base_has_no_ids_the_text_tells() -> None:
    base = History([Row("Sampah  menumpuk", "dishub"), Row("lampu padam", "dishub")])
    found = await joined(cases(labelled("a", "sampah menumpuk")), base)
    assert [(row.text, row.agency) for row in found.rows] == [
        ("lampu padam", "dishub"),
        ("sampah menumpuk", "dlh"),
    ]
    assert not found.timed


async def test_the_same_words_in_another_case_are_another_complaint() -> None:
    base = History([Row("lampu padam", "dishub", reported_at=MAY, id="b")], timed=True)
    found = await joined(cases(labelled("a", "lampu padam", "pln")), base)
    assert [row.agency for row in found.rows] == ["dishub", "pln"]


async def test_a_moment_is_local_and_an_empty_cell_is_none() -> None:
    (row,) = (await joined(cases(labelled("a", "sampah")), None)).rows
    assert row.reported_at == datetime(2026, 5, 2, 9)
    assert (row.address, row.district, row.topic, row.id) == (None, "Toboali", None, "a")


async def test_of_two_files_the_first_is_surer() -> None:
    collected = History([Row("sampah", "dlh", reported_at=MAY, id="a")], timed=True)
    base = History([Row("Sampah", "dishub"), Row("lampu", "dishub", id="b"), Row("got", "pu")])
    found = await joined(cases(labelled("b", "lampu padam", "pln")), collected, None, base)
    assert [(row.text, row.agency) for row in found.rows] == [
        ("got", "pu"),
        ("sampah", "dlh"),
        ("lampu padam", "pln"),
    ]
