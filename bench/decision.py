"""How long a decision takes, and what twenty times the phrases and places add to it.

Run by hand: python -m bench.decision [CONFIG_DIR]. Prints a table; nothing is asserted.
"""

import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

from broker.domain.routing.decision import Place, Query, decide
from broker.domain.routing.rules import Rules, compile_rules
from broker.domain.routing.tables import Agency, Area, Topic
from config.loading import load_rules

ON = date(2026, 11, 2)
ROUNDS = 15
TIMES = 20
VILLAGES, AGENCIES = 83_000, 15_000
TYPICAL = 120  # characters
SYLLABLES = [c + v for c in "bcdghjklmnprstwy" for v in "aiueo"]


def complaints() -> list[str]:
    """The texts written for the demonstration, cut to about `TYPICAL` characters."""
    lines = files("consumers").joinpath("demo", "complaints.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    texts = [row.get("text") or row.get("data", {}).get("text", "") for row in rows]
    return [text[: TYPICAL + 60] for text in texts if len(text) > TYPICAL // 2]


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


def main() -> None:
    rules = load_rules(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    texts = complaints()
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
    mean = sum(map(len, texts)) / len(texts)
    print(
        f"{len(texts)} texts of {mean:.0f} characters on average; µs a decision, best of {ROUNDS}"
    )
    print(f"{'rules':34}{'category':>10}{'text':>10}{'+ fields':>10}{'8,000 ch':>10}{'load s':>10}")
    for name, make in (
        ("as they are", lambda: larger(rules, 1)),
        (f"{TIMES} times phrases and places", lambda: larger(rules, TIMES)),
        (f"{VILLAGES} villages, {AGENCIES} agencies", lambda: larger(rules, 1, VILLAGES, AGENCIES)),
    ):
        start = time.perf_counter()
        some = make()
        loaded = time.perf_counter() - start
        figures = [microseconds(q, some) for q in (by_category, by_text, placed, long)]
        print(f"{name:34}" + "".join(f"{f:10.1f}" for f in figures) + f"{loaded:10.2f}")


if __name__ == "__main__":
    main()
