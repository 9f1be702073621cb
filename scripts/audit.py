"""Known weaknesses of the locked libraries: ``make audit``.

`pip-audit` asks a database of the net. Where that is not to be had, the ages of the lock files say
how long nobody has looked for newer versions.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
LOCKS: Final = ("requirements.lock", "requirements-build.lock", "requirements-uv.lock")
OLDEST: Final = timedelta(days=90)
_WITHIN: Final = 300


def main(now: datetime) -> int:
    """Exit code: 1 where something is to be done."""
    told = [known_weaknesses(name) for name in LOCKS]
    if None not in told:
        found = [line for lines in told if lines for line in lines]
        print("\n".join(found) or "pip-audit knows of no weakness in what is locked")
        return 1 if found else 0
    print("the data of pip-audit cannot be reached (or it is not installed: pip install pip-audit)")
    ages = [(name, now - changed(name)) for name in LOCKS]
    for name, age in ages:
        print(f"{name}: {age.days} days old")
    if old := [name for name, age in ages if age > OLDEST]:
        print(f"older than {OLDEST.days} days: {', '.join(old)}: make lock, then make test")
    return 1 if old else 0


def known_weaknesses(lock: str) -> list[str] | None:
    """A line for each; None where it cannot be told."""
    program = shutil.which("pip-audit")
    if program is None:
        return None
    options = ("--requirement", lock, "--no-deps", "--disable-pip", "--format", "json")
    try:
        done = subprocess.run(
            [program, *options, "--progress-spinner", "off"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=_WITHIN,
            check=False,
        )
        return list(read_report(done.stdout))
    except (ValueError, KeyError, subprocess.TimeoutExpired):
        return None


def read_report(report: str) -> Iterable[str]:
    """Raises ValueError, KeyError where it is none, or of a library nothing could be found out."""
    dependencies = json.loads(report)["dependencies"]
    if skipped := [one["name"] for one in dependencies if "skip_reason" in one]:
        raise ValueError(f"not audited: {', '.join(skipped)}")
    return [
        f"{one['name']} {one['version']}: {weakness['id']}, mended in"
        f" {', '.join(weakness['fix_versions']) or 'no version yet'}"
        for one in dependencies
        for weakness in one.get("vulns", ())
    ]


def changed(lock: str) -> datetime:
    """When it was written last: of the commit, or of the file where there is no git."""
    words = ["git", "log", "-1", "--format=%ct", "--", lock]
    git = shutil.which("git")
    said = ""
    if git is not None:
        done = subprocess.run(
            [git, *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False
        )
        said = done.stdout.strip()
    seconds = int(said) if re.fullmatch(r"\d+", said) else (ROOT / lock).stat().st_mtime
    return datetime.fromtimestamp(seconds, tz=UTC)


if __name__ == "__main__":
    sys.exit(main(datetime.now(UTC)))  # noqa: TID251 -- this is the clock
