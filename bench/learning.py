"""Learning from history, and deciding with what was learned.

    python -m bench.learning HISTORY.csv [--precision 0.90] [--keep DIR]
    python -m bench.learning HISTORY.csv --monthly [--months 6] [--keep DIR] [--json]

Learns from the oldest 80 % of the rows with `pintu rules learn` and routes the newest 20 % with
`pintu route --file`, as a user would; then loads the configuration and decides in batches.

With `--monthly`, an office that learns anew each month: every one of the last months is decided by
what was learned from all before it, and compared with learning once, without the phrases as
features, without correcting typing errors, and with the topics left to the desk that learning
suggests before the first of them. Each model takes half a minute of CPU; models in the folder of
`--keep` are used again: give another where learning has changed.
"""

import argparse
import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from importlib import import_module
from pathlib import Path
from statistics import median

from bench.monthly.running import run
from broker.domain.routing.decide import Place, Query, decide
from broker.domain.routing.directory import agency_key
from broker.domain.routing.rules import Rules
from config.loading import load_rules

LEARNED = 0.8
BATCH = 100
ON = date(2026, 1, 15)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("history", type=Path)
    arguments.add_argument("--precision", default="0.90")
    arguments.add_argument("--keep", type=Path, help="where to leave the configuration")
    arguments.add_argument("--monthly", action="store_true", help="learn anew each month")
    arguments.add_argument("--months", type=int, default=6, help="with --monthly: the last so many")
    arguments.add_argument("--json", action="store_true", help="with --monthly: for programs")
    given = arguments.parse_args()
    if given.monthly:
        run(given.history, given.months, given.keep, given.json)
        return
    with tempfile.TemporaryDirectory(prefix="pintu-learning-") as temporary:
        work = Path(temporary)
        learned, tried = split(given.history, work)
        config = given.keep or work / "config"
        learn(work / "learned.csv", config, given.precision, learned)
        rules = loaded(config)
        scored(work / "tried.csv", work / "routed.csv", config, rules)
        decided(tried, rules)


def split(history: Path, work: Path) -> tuple[int, list[dict[str, str]]]:
    """`learned.csv` and `tried.csv`; rows in the first, and the rows of the second."""
    with history.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if "reported_at" in rows[0]:
        rows.sort(key=lambda row: row["reported_at"])
    mark = int(len(rows) * LEARNED)
    for name, part in (("learned.csv", rows[:mark]), ("tried.csv", rows[mark:])):
        with (work / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(part)
    return mark, rows[mark:]


def learn(history: Path, config: Path, precision: str, rows: int) -> None:
    command = [sys.executable, "-m", "pintu", "rules", "learn", str(history)]
    start = time.monotonic()
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([*command, "--config", str(config), "--precision", precision], check=True)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"learning {rows} rows: {wall:.0f} s ({after.ru_utime - used:.0f} s of processors), "
        f"at most {after.ru_maxrss / 1024:.0f} MiB"
    )


def loaded(config: Path) -> Rules:
    import_module("numpy")  # its import is not the model's loading

    start = time.perf_counter()
    rules = load_rules(config)
    wall = time.perf_counter() - start
    size = (config / "learned" / "model.bin").stat().st_size
    print(f"loading the configuration: {wall:.2f} s; the model file has {size / 1e6:.1f} MB")
    return rules


def scored(tried: Path, routed: Path, config: Path, rules: Rules) -> None:
    command = [sys.executable, "-m", "pintu", "route", "--file", str(tried)]
    env = {**os.environ, "PINTU_CONFIG_DIR": str(config)}
    subprocess.run([*command, "--out", str(routed)], check=True, env=env)
    with routed.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    wanted, found, auto = header.index("agency"), header.index("confidence") - 1, len(header) - 1
    right = [
        rules.agency_index.get(row[wanted]) == row[found]
        or rules.agency_index.get(agency_key(row[wanted])) == row[found]
        for row in rows
    ]
    sure = [good for row, good in zip(rows, right, strict=True) if row[auto] == "true"]
    print(
        f"{len(rows)} later rows: {sum(right) / len(rows):.1%} right; "
        f"{len(sure) / len(rows):.1%} routed by itself, "
        f"{sum(sure) / max(len(sure), 1):.1%} of those right"
    )


def decided(rows: list[dict[str, str]], rules: Rules) -> None:
    queries = [
        Query(
            row["text"],
            place=Place(
                district=row.get("district") or None,
                village=row.get("village") or None,
                address=row.get("address") or None,
            ),
        )
        for row in rows
    ]
    took = []
    for start in range(0, len(queries) - BATCH + 1, BATCH):
        began = time.perf_counter()
        for query in queries[start : start + BATCH]:
            decide(query, rules, on=ON)
        took.append((time.perf_counter() - began) / BATCH * 1e6)
    length = sum(len(row["text"]) for row in rows) / len(rows)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"deciding, batches of {BATCH}, {length:.0f} characters on average: "
        f"median {median(took):.0f} µs a complaint, slowest batch {max(took):.0f} µs; "
        f"at most {memory:.0f} MiB"
    )


if __name__ == "__main__":
    main()
