"""`pintu run all` that says everything at DEBUG and fails on what asks for it.

The errors quote the whole message, as an error of a library may.
"""

import functools
import logging
import sys
from typing import Any

import config.logging
from consumers.cases import batch
from consumers.router import handler

ROUTER, CASES = "meledaksatu", "meledakdua"
"""Words at which the router and the case consumer fail."""


def failing(work: Any, word: str) -> Any:
    @functools.wraps(work)
    def fails(*given: Any, **named: Any) -> Any:
        if word in (told := repr(given)):
            raise RuntimeError(told)
        return work(*given, **named)

    return fails


def main() -> None:
    for module, name, word in ((handler, "decide_intake", ROUTER), (batch, "apply", CASES)):
        vars(module)[name] = failing(vars(module)[name], word)
    quiet = config.logging.configure_logging

    def loud(form: Any, *, level: int = logging.DEBUG) -> None:
        quiet(form, level=logging.DEBUG)
        for name in ("", *logging.root.manager.loggerDict):
            logging.getLogger(name).setLevel(logging.DEBUG)

    config.logging.configure_logging = loud
    sys.argv[0] = "pintu"
    from pintu.cli import main as pintu  # noqa: PLC0415

    pintu()


if __name__ == "__main__":
    main()
