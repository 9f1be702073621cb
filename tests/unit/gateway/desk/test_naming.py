"""Agencies as people name them."""

from dataclasses import replace
from datetime import date

import pytest

from broker.domain.routing.directory import AgencyDirectory, directory_of
from broker.domain.routing.tables import Agency
from gateway.desk.naming import NotAnAgency, agency_named
from tests.unit.broker.domain.case.story import RULES

ON = date(2026, 2, 2)


def refusal(text: str, directory: AgencyDirectory = RULES) -> str:
    with pytest.raises(NotAnAgency) as refused:
        agency_named(text, directory, ON)
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("dpupr", "dpupr"),
        (" DPUPR ", "dpupr"),
        ("Dinas PU", "dpupr"),
        ("dinas pekerjaan umum dan penataan ruang", "dpupr"),
        ("PT PLN (Persero)", "pln"),
    ],
)
def test_an_agency_is_named_by_code_name_or_alias(text: str, code: str) -> None:
    assert agency_named(text, RULES, ON) == code


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("dishup", "dishub (Dinas Perhubungan)"),
        ("Dinas Perhubngan", "dishub (Dinas Perhubungan)"),
        ("perhubungan", "dishub (Dinas Perhubungan)"),
    ],
)
def test_a_near_miss_is_asked_about(text: str, near: str) -> None:
    said = refusal(text)
    assert said.startswith(f"no agency has the code, name or alias '{text}'; did you mean ")
    assert near in said


def test_what_is_like_nobody_is_refused_without_a_guess() -> None:
    for text in ("zzzzzz", "", "???"):
        assert "did you mean" not in refusal(text)


def test_an_agency_that_ended_names_its_successor() -> None:
    said = refusal("tata kota")
    assert "dinas-lama (Dinas Tata Kota) does not exist any more" in said
    assert "its successor is dpupr" in said
    assert agency_named("tata kota", RULES, ON, ended=True) == "dinas-lama"
    assert "no successor" in refusal("badan-bubar")


def test_a_name_of_two_is_refused_with_both() -> None:
    one = Agency("dinas-a", "Dinas A", aliases=("kebersihan",))
    other = Agency("dinas-b", "Kebersihan")
    said = refusal("KEBERSIHAN", directory_of([one, other], []))
    assert said == "'KEBERSIHAN' may be dinas-a (Dinas A), dinas-b (Kebersihan): give the code"
    ended = replace(other, valid_until=date(2020, 1, 1))
    assert agency_named("kebersihan", directory_of([one, ended], []), ON) == "dinas-a"


def test_a_code_is_no_name_of_another() -> None:
    one, other = Agency("dlh", "Dinas Lingkungan"), Agency("blh", "Badan", aliases=("DLH",))
    assert agency_named("Dlh", directory_of([one, other], []), ON) == "dlh"


def test_what_a_terminal_would_act_on_is_escaped() -> None:
    assert r"'\x1b[31m'" in refusal("\x1b[31m")
