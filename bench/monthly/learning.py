"""Learns one model: ``python -m bench.monthly.learning HISTORY.csv CONFIG [--without-phrases]``.

Beside CONFIG it leaves the entries of the topics that seem to be the desk's discretion.
"""

import argparse
import os
from contextlib import nullcontext
from pathlib import Path
from unittest import mock

from bench.monthly.models import DOUBTFUL
from pintu.rules.evaluating.discretion_report import entries
from pintu.rules.learning import learn as learning

_NICE = 5


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("history", type=Path)
    arguments.add_argument("config", type=Path)
    arguments.add_argument("--without-phrases", action="store_true")
    given = arguments.parse_args()
    os.nice(_NICE)
    deaf = mock.patch.object(learning, "hints_of", _no_phrase)
    with deaf if given.without_phrases else nullcontext():
        found = learning.learn(
            given.history, given.config, precision=0.90, name=None, say=lambda _: None
        )
    text = "\n".join(entries(found.doubtful, found.rules))
    (given.config.parent / DOUBTFUL).write_text(text, "utf-8")


def _no_phrase(*_: object) -> dict[str, int]:
    """As if no phrase were in any complaint."""
    return {}


if __name__ == "__main__":
    main()
