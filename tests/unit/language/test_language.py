"""Which language is spoken, and how numbers are written in it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from broker.errors import BadConfiguration
from config.exact_moments import exact
from config.language import (
    Language,
    gettext,
    language,
    language_of,
    looked_up,
    spoken_in,
    use,
    use_in_process,
    worded,
    worded_many,
)
from config.moments import moment
from config.settings import load_settings
from gateway.web.words import word
from pintu.cli.main import app


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({}, "id"),
        ({"LANG": "C.UTF-8"}, "id"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "id_ID.UTF-8"}, "id"),
        ({"LANG": "de_DE.UTF-8"}, "id"),
        ({"LC_MESSAGES": "id_ID", "LANG": "en_US"}, "id"),
        ({"LC_ALL": "en_US", "LC_MESSAGES": "id_ID"}, "en"),
        ({"PINTU_LANGUAGE": "id", "LC_ALL": "en_US"}, "id"),
        ({"PINTU_LANGUAGE": " en ", "LANG": "id_ID"}, "en"),
        ({"PINTU_LANGUAGE": "english", "LANG": "id_ID"}, "id"),
    ],
)
def test_the_setting_comes_first_then_the_locale_then_indonesian(
    environment: dict[str, str], spoken: str
) -> None:
    assert language_of(environment) == spoken


@pytest.mark.parametrize("value", ["english", "EN", "id_ID", "de"])
def test_another_language_is_a_wrong_setting(value: str) -> None:
    with pytest.raises(
        BadConfiguration, match=r"^PINTU_LANGUAGE: id \(Indonesian\) or en \(English\)$"
    ):
        load_settings({"PINTU_LANGUAGE": value})


def test_a_command_that_needs_no_setting_refuses_it_too() -> None:
    command = ["due", "2025-02-04T16:00", "3"]
    done = CliRunner().invoke(app, command, env={"PINTU_LANGUAGE": "english"})
    assert isinstance(done.exception, BadConfiguration)


def test_numbers_are_written_as_the_language_writes_them() -> None:
    sentence = "{n:,} of {all} ({share:.1%}), {name}"
    with spoken_in("id"):
        assert worded(sentence, n=12345, all=5, share=0.4625, name="a,b.c") == (
            "12.345 of 5 (46,2%), a,b.c"
        )
    with spoken_in("en"):
        assert worded(sentence, n=12345, all=5, share=0.4625, name="x") == "12,345 of 5 (46.2%), x"


def test_dates_are_written_as_the_language_writes_them() -> None:
    at = datetime(2026, 12, 4, 16, tzinfo=UTC)
    sentence = "{at:%Y-%m-%d} {at:%Y-%m-%d %H:%M} {day:%Y-%m-%d}"
    with spoken_in("id"):
        assert worded(sentence, at=at, day=at.date()) == (
            "4 Desember 2026 4 Desember 2026 16.00 4 Desember 2026"
        )
        assert exact(at) == "4 Desember 2026 16.00.00 UTC"
    with spoken_in("en"):
        assert worded(sentence, at=at, day=at.date()) == "2026-12-04 2026-12-04 16:00 2026-12-04"
        assert exact(at) == "2026-12-04T16:00:00+00:00"


def test_a_value_with_braces_stays_what_it_is() -> None:
    assert worded("{a}", a="{b}") == "{b}"


def test_so_many_have_one_form_in_indonesian() -> None:
    with spoken_in("id"):
        assert worded_many("{n:,} case", "{n:,} cases", 1) == "1 kasus"
        assert worded_many("{n:,} case", "{n:,} cases", 1200) == "1.200 kasus"
    assert worded_many("{n:,} case", "{n:,} cases", 1) == "1 case"


def test_the_same_english_of_two_tables_may_be_said_in_two_ways() -> None:
    assert word("text", "id") == "Apa yang terjadi?"
    assert word("text", "en") == "What happened?"
    assert looked_up("web.go_track", "Track a report", "id") == "Lacak laporan"
    assert looked_up("nowhere", "Track a report", "id") == "Track a report"


@pytest.mark.parametrize(
    ("spoken", "written"),
    [("id", "4 Desember 2026 pukul 16.00 WIB"), ("en", "4 December 2026, 16:00 WIB")],
)
def test_a_moment_is_written_as_the_language_writes_it(spoken: Language, written: str) -> None:
    at = datetime(2026, 12, 4, 9, tzinfo=UTC)
    assert moment(at, ZoneInfo("Asia/Jakarta"), spoken) == written


def test_nothing_is_nothing() -> None:
    with spoken_in("id"):
        assert gettext("") == ""


def test_a_thread_speaks_the_language_of_its_process() -> None:
    use_in_process("id")
    try:
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(language).result() == "id"
    finally:
        use_in_process("en")


def test_requests_side_by_side_speak_each_their_own() -> None:
    async def request(spoken: str) -> str:
        use("id" if spoken == "id" else "en")
        await asyncio.sleep(0)
        return language()

    async def both() -> list[str]:
        return await asyncio.gather(*map(request, ("id", "en", "id")))

    assert asyncio.run(both()) == ["id", "en", "id"]
    assert language() == "en"
