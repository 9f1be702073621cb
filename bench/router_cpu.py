"""What the router itself costs a complaint, without RabbitMQ: µs of CPU, stage by stage.

    python -m bench.router_cpu [--model CONFIG_DIR] [--rounds R] [--beside TREE]

Batches of complaints go through the router's handler, its counts and its log, with a journal in
SQLite; what would be published is dropped. ``category``: complaints that name one, ``alike``: the
same in a flood about a few things, ``text``: without a category, ``learned``: decided by the model
of a configuration. ``prepare`` is reading, deciding and making events, ``record`` the journal,
``observe`` counts and log lines.

``--beside``: another checkout, with a ``.venv`` of its own, measured in turns with this one.
Nothing is asserted.
"""

import argparse
import gc
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import cycle, islice
from pathlib import Path
from statistics import fmean, median
from typing import Any

import orjson
import uvloop
from prometheus_client import CollectorRegistry

from bench.decision import complaints, invented
from broker.domain.routing.rules import Rules
from broker.messaging import names
from broker.messaging.messages import Incoming
from broker.store.journal import open_journal
from config.loading import load_rules
from config.loading.clocks import load_clocks
from config.logging import configure_logging
from consumers.router import RouterHandler
from consumers.router.observing import RouterCounts, log_batch
from consumers.runtime.clock import SystemClock
from consumers.runtime.metrics import CommonMetrics, RouterMetrics
from schemas.complaint import SUBMITTED
from schemas.properties import Properties

BATCH, BATCHES = 200, 24
STREETS = 2_000
WARM = 4  # batches before the first that counts
STAGES = ("prepare", "record", "observe")
Figures = dict[str, dict[str, float]]
"""Kind → stage → µs of CPU a complaint."""
_PLACES = (("Toboali", "Rias"), ("Airgegas", "Nyelanding"), ("Payung", "Malik"))


def messages(categories: Sequence[str], *, alike: bool = False) -> Iterator[Incoming]:
    """Without end; each id once in a run. Each at one of many streets, or many of them ``alike``:
    a dozen and more of the same words at the same place."""
    rng = random.Random(53)
    streets = cycle([f" Jalan {invented(rng, 2)} no {n}" for n in range(1 if alike else STREETS)])
    texts, places, kinds = cycle(complaints()), cycle(_PLACES), cycle(categories or [""])
    for number in range(1 << 40):
        (district, village), category = next(places), next(kinds)
        event_id = f"bench-{number:09d}"
        body = orjson.dumps(
            {
                "specversion": "1.0",
                "id": event_id,
                "source": "/channels/web",
                "type": SUBMITTED,
                "time": "2026-11-24T01:02:03Z",
                "datacontenttype": "application/json",
                "data": {
                    "text": next(texts) + next(streets),
                    "title": "Laporan warga",
                    **({"category": category} if category else {}),
                    "location": {"district": district, "village": village},
                    "reporter": {"name": "Warga", "phone": "0800-000-0000"},
                    "extra": {"form": "v3", "agent": "bench", "session": "x" * 160},
                },
            }
        )
        properties = Properties(
            content_type="application/cloudevents+json",
            delivery_mode=2,
            message_id=event_id,
            type=SUBMITTED,
        )
        yield Incoming(body, names.INTAKE, "web", properties, False, number + 1)


async def made_with(journal: Any) -> dict[str, Any]:
    """What a router of this checkout is made with beside the rest; one of an older is not."""
    if not hasattr(journal, "fingerprints"):
        return {}
    similar: Any = import_module("broker.domain.similar")
    return {"recent": similar.RecentComplaints(await journal.fingerprints.key())}


async def spent(rules: Rules, arriving: Iterator[Incoming], journal_url: str) -> dict[str, float]:
    """Stage → µs a complaint, of the quickest quarter of the batches: neighbours left out."""
    clock, registry = SystemClock(), CollectorRegistry()
    metrics = RouterMetrics(registry, rules.channels)
    counts = RouterCounts(metrics, CommonMetrics(registry), clock)
    journal = await open_journal(journal_url)
    beside = await made_with(journal)
    handler = RouterHandler(rules, load_clocks(), journal, clock, new_id=str, **beside)
    taken: dict[str, list[float]] = {stage: [] for stage in STAGES}
    try:
        for number in range(WARM + BATCHES):
            batch = list(islice(arriving, BATCH))
            gc.collect()
            began = time.process_time()
            prepared = await handler.prepare(batch)
            decided = time.process_time()
            async with handler.transaction(prepared) as outgoing:
                assert len(outgoing) >= BATCH
            recorded = time.process_time()
            counts(prepared)
            log_batch(prepared)
            ended = time.process_time()
            if number >= WARM:
                for stage, seconds in zip(
                    STAGES, (decided - began, recorded - decided, ended - recorded), strict=True
                ):
                    taken[stage].append(seconds / BATCH * 1e6)
    finally:
        await journal.close()
    return {stage: fmean(sorted(figures)[: BATCHES // 4]) for stage, figures in taken.items()}


def measured(model: Path | None) -> Figures:
    """One run in this process; log lines go to a file."""
    found: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with (place / "log").open("w", buffering=1, encoding="utf-8") as log:
            told, sys.stderr = sys.stderr, log
            try:
                configure_logging("json")
                kinds: list[tuple[str, Path | None, bool]]
                kinds = [("category", None, True), ("alike", None, True), ("text", None, False)]
                kinds += [("learned", model, False)] if model else []
                for kind, config, named in kinds:
                    rules = load_rules(config)
                    topics = sorted(rules.topic_index) if named else []
                    arriving = messages(topics, alike=kind == "alike")
                    gc.collect()
                    gc.freeze()
                    url = f"sqlite:///{place}/{kind}.db"
                    found[kind] = uvloop.run(spent(rules, arriving, url))
            finally:
                sys.stderr = told
    return found


def in_tree(tree: Path, model: Path | None) -> Figures:
    """One run of this very file over the code of another checkout."""
    command = [str(tree / ".venv/bin/python"), __file__, "--once"]
    command += ["--model", str(model)] if model else []
    environment = os.environ | {"PYTHONPATH": str(tree)}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, check=True)
    result: Figures = json.loads(done.stdout)
    return result


def table(title: str, runs: Sequence[Figures]) -> dict[str, float]:
    """Print the medians of some runs; gives the sums by kind."""
    sums: dict[str, float] = {}
    for kind in runs[0]:
        stages = [median(run[kind][stage] for run in runs) for stage in STAGES]
        sums[kind] = median(sum(run[kind].values()) for run in runs)
        print(f"{title:24}{kind:10}{sums[kind]:8.1f}" + "".join(f"{s:10.1f}" for s in stages))
    return sums


def main() -> None:
    arguments: Any = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--model", type=Path, help="a configuration with a learned model")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--beside", type=Path, metavar="TREE", help="another checkout")
    arguments.add_argument("--once", action="store_true", help="one run, as JSON")
    given = arguments.parse_args()
    if given.once:
        print(json.dumps(measured(given.model)))
        return
    here = Path(__file__).parents[1]
    trees = [*([given.beside.absolute()] if given.beside else []), here]
    runs: dict[Path, list[Figures]] = {tree: [] for tree in trees}
    for number in range(given.rounds):
        for tree in trees if number % 2 == 0 else reversed(trees):
            runs[tree].append(in_tree(tree, given.model))
    print(f"{'µs of CPU a complaint':24}{'':10}{'all':>8}" + "".join(f"{s:>10}" for s in STAGES))
    sums = [table(tree.name, runs[tree]) for tree in trees]
    if given.beside:
        for kind in sums[0]:
            print(f"{kind}: {sums[0][kind] / sums[1][kind]:.2f} times cheaper here")


if __name__ == "__main__":
    main()
