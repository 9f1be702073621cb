"""What is found, as people and programs read it."""

import json
import sys
from dataclasses import replace

import pytest

from pintu.doctor import as_record, examine, print_report
from pintu.doctor.finding import seen, unseen
from tests.unit.pintu.doctor.healthy import HEALTHY, with_broker, with_cases, with_server

LOCKED = replace(with_cases(problem="locked"), clock=unseen("away"), processes=unseen("away"))


def test_for_programs_it_is_one_object() -> None:
    record = json.loads(json.dumps(as_record(examine(LOCKED))))
    assert record["ok"] is False
    (finding,) = record["findings"]
    assert finding.keys() == {"check", "subject", "severity", "where", "what", "mends"}
    assert (finding["check"], finding["severity"]) == ("store-locked", "broken")
    (reason,) = record["not_seen"]
    assert (reason["why"], "clock" in reason["checks"]) == ("away", True)
    assert {"check": "user-tag", "says": ["tags of tata: monitoring"]} in record["fine"]


def test_what_is_broken_comes_before_what_is_a_risk() -> None:
    facts = replace(HEALTHY, database=with_server(version=12, connections=99).database)
    facts = replace(facts, broker=with_broker(publishing=seen("alarm")).broker)
    record = json.loads(json.dumps(as_record(examine(facts))))
    severities = [finding["severity"] for finding in record["findings"]]
    assert severities == ["broken", "broken", "risk"]


def test_in_a_pipe_a_finding_is_a_line_with_what_mends_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_report(examine(LOCKED), verbose=False)
    told = capsys.readouterr()
    assert (
        told.out.splitlines()[0] == "broken: store-locked: store cases: cannot be written: locked"
    )
    assert told.out.splitlines()[1].startswith("  mends: ")
    assert len(told.out.splitlines()) == 2
    assert told.err.startswith("not seen (away): clock")


def test_where_all_is_well_it_says_how_many_looked(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(examine(HEALTHY), verbose=False)
    told = capsys.readouterr()
    assert (told.out[:3], told.err) == ("ok:", "")


def test_on_a_terminal_it_is_a_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "140")
    print_report(examine(LOCKED), verbose=True)
    told = capsys.readouterr().out
    assert "what mends it" in told and "store-locked" in told
    assert "fine: user-tag" in told


def test_nothing_of_it_moves_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("\x1b[2J", "\u202e"):
        print_report(examine(with_cases(problem=text)), verbose=True)
        assert text not in capsys.readouterr().out
