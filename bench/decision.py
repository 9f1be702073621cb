"""How long a decision takes and what the rules need in memory, and what more of them adds to it.

    python -m bench.decision [CONFIG_DIR] [--history HISTORY.csv]

Where CONFIG_DIR has a learned model, it decides in the larger configurations too; with a history,
its texts are decided instead of those of the demonstration. Each configuration is measured in a
process of its own. Prints a table; nothing is asserted.
"""

import argparse
import csv
import gc
import json
import multiprocessing
import os
import random
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

from broker.domain.routing.decide import Place, Query, decide
from broker.domain.routing.rules import Rules, compile_rules
from broker.domain.routing.tables import Agency, Area, Topic
from config.loading import load_rules

ON = date(2026, 11, 2)
ROUNDS = 15
TIMES = 20
VILLAGES, AGENCIES = 83_000, 15_000
TYPICAL = 120  # characters
SOME = 200  # texts of a history
CONFIGURATIONS = (
    ("as they are", 1, 0, 0),
    (f"{TIMES} times phrases and places", TIMES, 0, 0),
    (f"{VILLAGES} villages, {AGENCIES} agencies", 1, VILLAGES, AGENCIES),
)
SYLLABLES = [c + v for c in "bcdghjklmnprstwy" for v in "aiueo"]


def complaints() -> list[str]:
    """The texts written for the demonstration, cut to about `TYPICAL` characters."""
    lines = files("pintu").joinpath("demo", "complaints.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    texts = [row.get("text") or row.get("data", {}).get("text", "") for row in rows]
    return [text[: TYPICAL + 60] for text in texts if len(text) > TYPICAL // 2]


def of_history(history: Path) -> list[str]:
    """Texts spread evenly over a history, as they are."""
    with history.open(encoding="utf-8-sig", newline="") as file:
        rows = [row["text"] for row in csv.DictReader(file) if row["text"].strip()]
    return rows[:: max(1, len(rows) // SOME)][:SOME]


def invented(rng: random.Random, words: int) -> str:
    """Words that nobody writes, of Indonesian syllables."""
    return " ".join("".join(rng.choices(SYLLABLES, k=rng.randint(3, 5))) for _ in range(words))


def larger(rules: Rules, times: int, villages: int = 0, agencies: int = 0) -> Rules:
    """The rules with `times` as many phrases and places, half of the words those of the rules."""
    rng = random.Random(19)
    known = sorted({w for t in rules.topics for p in t.phrases for w in p.split() if w.isalpha()})

    def phrase() -> str:
        first, second = rng.choice(known), invented(rng, 1)
        return f"{first} + {second}" if rng.random() < 0.2 else f"{first} {second}"

    topics = [
        Topic(
            f"t{n}-{topic.id}"[:60],
            topic.name,
            topic.agency,
            phrases=tuple(phrase() for _ in (*topic.phrases, *topic.strong, *topic.weak)),
        )
        for n in range(times - 1)
        for topic in rules.topics
    ]
    areas = dict(rules.gazetteer.areas)
    districts = [a.code for a in areas.values() if a.level == "kecamatan"]
    for n in range(villages or len(areas) * (times - 1)):
        parent = f"{rules.region}.{50 + n // 9000:02d}" if villages else rng.choice(districts)
        if parent not in areas:
            areas[parent] = Area(parent, "kecamatan", invented(rng, 2), rules.region, (), None)
        code = f"{parent}.{n % 9000:04d}" if villages else f"{parent}.{9000 - n}"
        areas[code] = Area(code, "desa", invented(rng, rng.randint(1, 2)), parent, (), f"desa-x{n}")
    more = [Agency(f"x{n}", invented(rng, 3)) for n in range(agencies)]
    return compile_rules(
        tenant=rules.tenant,
        name=rules.name,
        version=rules.version,
        region=rules.region,
        agencies=[*rules.agencies.values(), *more],
        topics=[*rules.topics, *topics],
        areas=areas.values(),
        attributes=rules.attributes.values(),
        roads=rules.roads,
        landmarks=rules.landmarks,
        outside=rules.outside,
        channels=rules.channels.values(),
        words=rules.words,
        thresholds=rules.thresholds,
        model=rules.model,
    )


def microseconds(queries: Sequence[Query], rules: Rules) -> float:
    """Mean over the queries of each one's best of `ROUNDS` times: neighbours' noise left out."""
    best = [float("inf")] * len(queries)
    for _ in range(ROUNDS):
        for number, query in enumerate(queries):
            start = time.perf_counter()
            decide(query, rules, on=ON)
            best[number] = min(best[number], time.perf_counter() - start)
    return sum(best) / len(queries) * 1e6


def resident() -> float:
    """MiB of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def measured(config: Path | None, texts: list[str], size: Sequence[int]) -> list[float]:
    """µs a decision by category, text, text with fields, and of 8,000 characters; seconds to
    compile; MiB resident in the end."""
    start = time.perf_counter()
    rules = load_rules(config)
    if tuple(size) != (1, 0, 0):
        start = time.perf_counter()
        rules = larger(rules, *size)
    loaded = time.perf_counter() - start
    gc.collect()
    gc.freeze()
    by_text = [Query(text) for text in texts]
    long = [Query(" ".join(texts)[:8_000])]
    ids = sorted(rules.topic_index)
    village = next(a for a in rules.gazetteer.areas.values() if a.level in ("desa", "kelurahan"))
    place = Place(village=village.name, district=rules.gazetteer.areas[village.parent].name)
    by_category = [
        Query(texts[n % len(texts)], category=ids[n % len(ids)], place=place)
        for n in range(len(texts))
    ]
    placed = [replace(query, place=place) for query in by_text]
    figures = [microseconds(q, rules) for q in (by_category, by_text, placed, long)]
    return [*figures, loaded, resident()]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("config", type=Path, nargs="?")
    arguments.add_argument("--history", type=Path, help="texts to decide")
    given = arguments.parse_args()
    texts = of_history(given.history) if given.history else complaints()
    mean = sum(map(len, texts)) / len(texts)
    print(
        f"{len(texts)} texts of {mean:.0f} characters on average; µs a decision, best of {ROUNDS}"
    )
    heads = ("category", "text", "+ fields", "8,000 ch", "load s", "MiB")
    print(f"{'rules':34}" + "".join(f"{head:>10}" for head in heads))
    for name, *size in CONFIGURATIONS:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as own:
            found = own.submit(measured, given.config, texts, size).result()
        *figures, loaded, memory = found
        cells = [f"{f:10.1f}" for f in figures] + [f"{loaded:10.2f}", f"{memory:10.0f}"]
        print(f"{name:34}" + "".join(cells), flush=True)


if __name__ == "__main__":
    main()
