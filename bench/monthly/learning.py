"""Learns one model: ``python -m bench.monthly.learning HISTORY.csv CONFIG [--without PART]``.

Beside CONFIG it leaves the entries of the topics that seem to be the desk's discretion.
"""

import argparse
import os
from contextlib import nullcontext
from pathlib import Path

from bench.monthly.models import DOUBTFUL
from bench.monthly.switches import without_corrector, without_phrases
from pintu.rules.evaluating.discretion_report import entries
from pintu.rules.learning.learn import learn

_NICE = 5
_PARTS = {"phrases": without_phrases, "corrector": without_corrector}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("history", type=Path)
    arguments.add_argument("config", type=Path)
    arguments.add_argument("--without", choices=sorted(_PARTS))
    given = arguments.parse_args()
    os.nice(_NICE)
    with _PARTS[given.without]() if given.without else nullcontext():
        found = learn(given.history, given.config, precision=0.90, name=None, say=lambda _: None)
    text = "\n".join(entries(found.doubtful, found.rules))
    (given.config.parent / DOUBTFUL).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
