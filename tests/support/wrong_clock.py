"""The program on a machine whose clock is wrong, as ``python -m tests.support.wrong_clock FILE …``.

The file holds by how many seconds the clock is ahead; it may change while the program runs, as if
somebody set the clock. What a machine counts of seconds since its start is never wrong.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from consumers.runtime.clock import SystemClock
from pintu.cli.main import main


def _wrong(file: Path) -> None:
    def now(_: SystemClock) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(file.read_text()))

    setattr(SystemClock, "now", now)  # noqa: B010 -- the type checker would not let it be


if __name__ == "__main__":
    _wrong(Path(sys.argv.pop(1)))
    sys.argv[0] = "pintu"
    main()
