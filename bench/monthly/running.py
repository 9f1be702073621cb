"""The whole: every month learned and decided in every way."""

import sys
import tempfile
import tomllib
from contextlib import nullcontext
from pathlib import Path

from bench.monthly.models import DISCRETION, REGIME, WITHOUT_CORRECTOR, WITHOUT_PHRASES, Models
from bench.monthly.report import ONCE, as_json, text
from bench.monthly.scoring import Outcome, scored
from bench.monthly.splits import read, splits
from bench.monthly.switches import without_corrector
from pintu.rules.evaluating.own_topics import key_of


def run(history: Path, months: int, keep: Path | None, as_program: bool) -> None:
    """Print the score of the last `months` months; models stay in `keep`, where it is given."""
    temporary = tempfile.TemporaryDirectory(prefix="pintu-monthly-")
    with nullcontext(str(keep)) if keep else temporary as place:
        found, left = scores(history, months, Models(Path(place)))
    if as_program:
        print(as_json(found, left))
    else:
        print("\n".join(text(found, left)))


def scores(
    history: Path, months: int, models: Models
) -> tuple[dict[str, dict[str, list[Outcome]]], frozenset[str]]:
    """Way → month → its rows; and the topics that learning before the first month suggests to
    leave to the desk."""
    cut = splits(read(history), months)
    if not cut:
        raise SystemExit(f"{history}: no month has rows enough, and others before it")
    first = cut[0]
    suggested = models.doubtful(first)
    topics = tomllib.loads(suggested).get("topic", [])
    ways = [REGIME, ONCE, WITHOUT_PHRASES, WITHOUT_CORRECTOR, *([DISCRETION] if topics else [])]
    found: dict[str, dict[str, list[Outcome]]] = {way: {} for way in ways}
    for split in cut:
        for way in ways:
            if way == ONCE:
                config = models.folder(REGIME, first)
            else:
                config = models.folder(way, split, suggested)
            with without_corrector() if way == WITHOUT_CORRECTOR else nullcontext():
                found[way][split.month] = scored(config, split.rows)
            print(f"  {way}, {split.month}: decided", file=sys.stderr, flush=True)
    return found, frozenset(key_of(topic["name"]) for topic in topics)
