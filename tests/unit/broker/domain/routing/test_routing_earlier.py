"""An earlier report that a text names by its tracking code."""

from uuid import UUID

import pytest

from broker.domain.routing.language.earlier import names_earlier
from schemas.identifiers import tracking

CODE = tracking(UUID("6f6f2f0a-9c2b-5b0e-9d5a-1d2c3b4a5968"))
WARNING = ("text: menyebut kode laporan terdahulu",)


def test_a_code_is_a_warning_that_quotes_nothing_and_the_matter_still_decides(ask) -> None:
    decision = ask(f"laporan saya {CODE.lower()} soal sampah menumpuk belum ditanggapi")
    assert decision.agency == "dlh"
    assert decision.warnings == WARNING


def test_a_code_in_the_title_counts_too(ask) -> None:
    assert ask("sampah menumpuk", title=f"Susulan {CODE}").warnings == WARNING


def test_a_category_decides_without_a_look_at_the_text(ask) -> None:
    assert not ask(f"susulan {CODE}", category="77").warnings


@pytest.mark.parametrize(
    "text",
    [
        "hubungi 0812-3456-7890",
        "lapor.go.id #5567812",
        "LP/45/2026 tidak ada perkembangan",
        f"kode {CODE[:-1]}{'0' if CODE[-1] != '0' else '1'}",
        f"{CODE}7",
        f"x{CODE}",
        "ABCD-EFGH-JKMN",
        "-" * 50_000,
        "",
    ],
)
def test_what_is_no_code_of_ours_is_no_warning(text: str) -> None:
    assert not names_earlier(text)
