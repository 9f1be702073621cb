"""`make audit`: known weaknesses, or how old the lock files are."""

import json
from datetime import timedelta

import pytest

from scripts import audit


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "known_weaknesses", lambda _: None)


@pytest.mark.usefixtures("unreachable")
def test_without_the_data_old_lock_files_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    written = [audit.changed(name) for name in audit.LOCKS]
    assert audit.main(min(written) + audit.OLDEST) == 0
    assert audit.main(max(written) + audit.OLDEST + timedelta(days=1)) == 1
    told = capsys.readouterr().out
    assert all(name in told for name in audit.LOCKS)
    assert "make lock" in told


def test_a_known_weakness_is_a_line_and_a_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    weak = {"id": "PYSEC-1", "fix_versions": ["1.1"]}
    report = {"dependencies": [{"name": "a", "version": "1.0", "vulns": [weak]}]}
    lines = list(audit.read_report(json.dumps(report)))
    assert lines == ["a 1.0: PYSEC-1, mended in 1.1"]
    for found, code in ((lines, 1), ([], 0)):
        monkeypatch.setattr(audit, "known_weaknesses", lambda _, found=found: found)
        assert audit.main(audit.changed(audit.LOCKS[0])) == code
    assert "PYSEC-1" in capsys.readouterr().out


def test_what_is_no_report_is_none() -> None:
    with pytest.raises(ValueError, match="Expecting"):
        audit.read_report("ERROR: no network")


def test_a_library_of_which_nothing_is_known_is_not_called_sound() -> None:
    """As where a mirror serves the packages, and no data about them."""
    skipped = {"name": "a", "skip_reason": "Dependency not found on PyPI"}
    with pytest.raises(ValueError, match="not audited: a"):
        audit.read_report(json.dumps({"dependencies": [skipped]}))
