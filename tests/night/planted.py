"""The program with a fault in it, as ``python -m tests.night.planted …``: the router fails on a
complaint that says so."""

import sys
from typing import Any

from broker.domain.intake import decide_intake
from consumers.router import handler
from pintu.cli.main import main


def _fails(message: Any, *args: Any, **known: Any) -> Any:
    if b"planted" in message.body:
        raise KeyError("a fault of this program")
    return decide_intake(message, *args, **known)


if __name__ == "__main__":
    setattr(handler, "decide_intake", _fails)  # noqa: B010 -- the type checker would not let it be
    sys.argv[0] = "pintu"
    main()
