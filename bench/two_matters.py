"""Two matters in one complaint: how often both agencies hear of it, and who hears for nothing.

    python -m bench.two_matters HISTORY.csv [--config DIR] [--rows 2500] [--pairs 300]

Each row by itself is one matter: a second agency that is added counts as false, though some rows do
tell of two. Of rows that are routed by themselves, to different agencies, two are made one text.
"""

import argparse
import csv
import random
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from broker.domain import sentences
from broker.domain.routing.decide import Decision, Place, Query, decide
from broker.domain.routing.rules import Rules
from config.loading import load_rules

ON = date(2026, 1, 15)
BETWEEN = (". ", "\n", ". Selain itu ")
SECOND = sentences.SECOND_MATTER.format(first="", second="")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("history", type=Path)
    arguments.add_argument("--config", type=Path, help="the shipped one without it")
    arguments.add_argument("--rows", type=int, default=2_500)
    arguments.add_argument("--pairs", type=int, default=300)
    arguments.add_argument("--show", type=int, default=0, help="false additions that are printed")
    given = arguments.parse_args()
    with given.history.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["text"].strip()]
    rng = random.Random(19)
    rng.shuffle(rows)
    rules = load_rules(given.config)
    alone = [query(row["text"], row) for row in rows[: given.rows]]
    start = time.process_time()
    found = [decide(one, rules, on=ON) for one in alone]
    took = (time.process_time() - start) / len(alone) * 1e6
    added = [(q, d) for q, d in zip(alone, found, strict=True) if SECOND in d.because]
    print(
        f"{len(alone)} complaints, {took:.0f} µs of CPU each: "
        f"{sum(d.agency is not None for d in found) / len(alone):.1%} routed, "
        f"{len(added)} ({len(added) / len(alone):.2%}) to a second agency too"
    )
    for q, d in added[: given.show]:
        print(f"  {d.agency} + {d.supporting[-1]}: {q.text}\n    {d.because}")
    paired(alone, found, rules, rng, given.pairs)


def query(text: str, row: dict[str, str]) -> Query:
    """A complaint with the fields of a row."""
    district, village, address = (row.get(f) or None for f in ("district", "village", "address"))
    return Query(text, place=Place(None, district, village, address))


def paired(
    alone: Sequence[Query],
    found: Sequence[Decision],
    rules: Rules,
    rng: random.Random,
    most: int,
) -> None:
    """Glues complaints that are routed by themselves and says what becomes of the pairs."""
    routed = [
        (q, d)
        for q, d in zip(alone, found, strict=True)
        if d.agency and not d.oversight and not d.supporting
    ]
    pairs = [
        (one, other)
        for one, other in zip(routed[::2], routed[1::2], strict=False)
        if one[1].agency != other[1].agency
    ][:most]
    both = first = wrong = among = desk = 0
    for (one, its), (other, of_other) in pairs:
        text = one.text + rng.choice(BETWEEN) + other.text
        glued = decide(Query(text, place=one.place), rules, on=ON)
        wanted = {its.agency, of_other.agency}
        told = {glued.agency, *glued.supporting}
        both += wanted <= told
        among += wanted <= told | {a.agency for a in glued.alternatives}
        desk += glued.agency is None
        first += glued.agency == its.agency
        wrong += glued.agency is not None and glued.agency not in wanted
    count = max(1, len(pairs))
    print(
        f"{len(pairs)} pairs: both agencies told {both / count:.1%}, among the candidates "
        f"{among / count:.1%}; the first leads {first / count:.1%}, "
        f"to the desk {desk / count:.1%}, led by neither {wrong / count:.1%}"
    )


if __name__ == "__main__":
    main()
