"""What a complaint costs the case consumer itself: CPU, stage by stage, without a broker.

Run: ``python -m bench.cases_cpu [--complaints N] [--batch N ...] [--rounds R] [--postgres URL]
[--before FOLDER]``. The case handler, its store and its observers as ``pintu run cases`` has them;
messages come from memory and what is published goes nowhere. SQLite in a folder of its own; with
``--postgres`` also databases of that server, which are made and dropped (``own``: a server of its
own). First ``routed`` events begin cases, then the agencies acknowledge, respond and resolve.

``--before``: another checkout of the project. Both are measured in turn in the same run, each in
processes of their own, and the ratio is that of two neighbours. Nothing is asserted.
"""

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import psutil
import psycopg

STAGES = ("prepare", "enter", "leave", "observe")
PARTS = ("begin", "updates")


class _Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Measured:
    """CPU of this process by stage, its threads included."""

    def __init__(self) -> None:
        self.spent = dict.fromkeys(STAGES, 0.0)
        self._last = time.process_time()

    def begin(self) -> None:
        self._last = time.process_time()

    def ends(self, stage: str) -> None:
        now = time.process_time()
        self.spent[stage] += now - self._last
        self._last = now


async def _child(url: str, complaints: int, batch: int, profile: str | None) -> None:
    """In the checkout that is measured: prints what each stage took, in microseconds a message."""
    from prometheus_client import CollectorRegistry  # noqa: PLC0415 -- of the chosen tree

    # That of this checkout, whichever is measured: the same messages for both.
    sys.path.append(str(Path(__file__).parent / "support"))
    import case_inputs  # type: ignore[import-not-found]  # noqa: PLC0415 -- of the chosen tree

    from broker.store.cases import open_case_store  # noqa: PLC0415 -- of the chosen tree
    from config.loading import load_rules  # noqa: PLC0415 -- of the chosen tree
    from config.loading.clocks import load_clocks  # noqa: PLC0415 -- of the chosen tree
    from config.logging import configure_logging  # noqa: PLC0415 -- of the chosen tree
    from consumers.cases import CaseHandler  # noqa: PLC0415 -- of the chosen tree
    from consumers.cases.observing import CaseCounts, log_batch  # noqa: PLC0415 -- of the chosen tree
    from consumers.cases.watermark import Watermarks  # noqa: PLC0415 -- of the chosen tree
    from consumers.runtime import metrics  # noqa: PLC0415 -- of the chosen tree
    from consumers.runtime.garbage import collect_garbage  # noqa: PLC0415 -- of the chosen tree

    configure_logging("json")
    rules, clocks = load_rules(None), load_clocks()
    registry = CollectorRegistry()
    counts = CaseCounts(
        metrics.CaseMetrics(registry),
        metrics.EscalationMetrics(registry),
        metrics.CommonMetrics(registry),
    )
    store = await open_case_store(url)
    # None of its own comes: a watermark is a message a quarter of a second.
    watermarks = Watermarks("bench", asyncio.get_running_loop().time, every=3600.0)
    handler = CaseHandler(rules, clocks, store, watermarks, _Now())
    await handler.check()
    inputs = case_inputs.Inputs(rules, clocks)
    warm = list(inputs.routed(batch, batch))[:batch]
    routed = list(inputs.routed(batch + complaints, batch))[len(warm) :]
    updates = list(inputs.updates(routed))
    collect_garbage()

    async def over(messages: Sequence[Any], measured: Measured) -> int:
        published = 0
        for start in range(0, len(messages), batch):
            some = messages[start : start + batch]
            measured.begin()
            prepared = await handler.prepare(some)
            measured.ends("prepare")
            async with handler.transaction(prepared) as outgoing:
                measured.ends("enter")
                published += len(outgoing)
            measured.ends("leave")
            counts(prepared)
            log_batch(prepared)
            measured.ends("observe")
        return published

    await over(warm, Measured())
    found = {}
    for part, messages in zip(PARTS, (routed, updates), strict=True):
        measured, began = Measured(), time.perf_counter()
        with _profiled(f"{profile}.{part}" if profile else None):
            published = await over(messages, measured)
        took = time.perf_counter() - began
        if published < len(messages):
            raise SystemExit(f"{len(messages)} messages made {published} events")
        each = 1e6 / len(messages)
        found[part] = {stage: measured.spent[stage] * each for stage in STAGES}
        found[part]["wall"] = took * each
    if url.startswith("postgres"):
        found["server"] = {"cpu": _of_server(url) * 1e6 / (len(routed) + len(updates))}
    await store.close()
    print(json.dumps(found))


def _of_server(url: str) -> float:
    """Seconds of CPU of the server's processes for that database."""
    query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    with psycopg.connect(url) as connection:
        pids = [pid for (pid,) in connection.execute(query) if pid != connection.info.backend_pid]
    times = [psutil.Process(pid).cpu_times() for pid in pids if psutil.pid_exists(pid)]
    return sum((one.user + one.system for one in times), 0.0)


@contextlib.contextmanager
def _profiled(path: str | None) -> Iterator[None]:
    """The event loop's thread only."""
    if path is None:
        yield
        return
    import cProfile  # noqa: PLC0415 -- of the chosen tree

    profile = cProfile.Profile()
    profile.enable()
    try:
        yield
    finally:
        profile.disable()
        profile.dump_stats(path)


@asynccontextmanager
async def _database(postgres: str | None) -> AsyncIterator[str]:
    """The URL of an empty database."""
    if postgres is None:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/cases.sqlite3"
        return
    name = f"bench_{uuid4().hex[:12]}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield f"{postgres.rsplit('/', 1)[0]}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


async def _once(
    tree: Path, postgres: str | None, given: argparse.Namespace, batch: int
) -> dict[str, Any]:
    async with _database(postgres) as url:
        command = [sys.executable, "-P", __file__, "--child", url]
        command += ["--complaints", str(given.complaints), "--batch", str(batch)]
        if given.profile:
            command += ["--profile", given.profile]
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": str(tree)},
            capture_output=True,
            cwd=tree,
            check=False,
        )
        if done.returncode:
            raise SystemExit(done.stderr.decode()[-3000:])
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def _cpu(found: dict[str, Any], part: str) -> float:
    stages: dict[str, float] = found[part]
    return sum(stages[stage] for stage in STAGES)


def _shown(found: Sequence[dict[str, Any]], part: str) -> str:
    stages = ", ".join(f"{s} {median(one[part][s] for one in found):.0f}" for s in STAGES)
    cpu = [_cpu(one, part) for one in found]
    wall = median(one[part]["wall"] for one in found)
    text = (
        f"CPU {median(cpu):5.0f} µs ({min(cpu):.0f} to {max(cpu):.0f}): {stages}; wall {wall:.0f}"
    )
    if "server" in found[0]:
        server = median(one["server"]["cpu"] for one in found)
        text += f"; server, of any message {server:.0f}"
    return text


async def main(given: argparse.Namespace) -> None:
    here = Path(__file__).resolve().parents[1]
    trees = {"before": Path(given.before).resolve()} if given.before else {}
    trees["now"] = here
    kinds: dict[str, str | None] = {"SQLite": None}
    server = None
    if given.postgres == "own":
        from tests.support.postgres import OwnPostgres  # noqa: PLC0415 -- of the chosen tree

        server = OwnPostgres(fsync="on")
        kinds["PostgreSQL"] = server.url
    elif given.postgres:
        kinds["PostgreSQL"] = given.postgres
    try:
        for batch in given.batch:
            found: dict[tuple[str, str], list[dict[str, Any]]] = {}
            for _ in range(given.rounds):
                for kind, url in kinds.items():
                    for name, tree in trees.items():
                        found.setdefault((kind, name), []).append(
                            await _once(tree, url, given, batch)
                        )
            for part in PARTS:
                for (kind, name), rounds in found.items():
                    print(f"{batch:>5} {part:<8}{kind:<11}{name:<7}{_shown(rounds, part)}")
                _ratios(found, list(kinds), part)
    finally:
        if server is not None:
            server.stop()


def _ratios(
    found: dict[tuple[str, str], list[dict[str, Any]]], kinds: Sequence[str], part: str
) -> None:
    def ratio(first: tuple[str, str], second: tuple[str, str]) -> str:
        pairs = zip(found[first], found[second], strict=True)
        ratios = [_cpu(one, part) / _cpu(other, part) for one, other in pairs]
        return f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"

    for kind in kinds:
        if (kind, "before") in found:
            print(f"      {part}, {kind}: now / before {ratio((kind, 'now'), (kind, 'before'))}")
    if len(kinds) > 1:
        versus = ratio((kinds[1], "now"), (kinds[0], "now"))
        print(f"      {part}: {kinds[1]} / {kinds[0]} {versus}", flush=True)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--complaints", type=int, default=6_000)
    arguments.add_argument("--batch", type=int, nargs="+", default=[500])
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--postgres", metavar="URL", help="or 'own'")
    arguments.add_argument("--before", metavar="FOLDER", help="another checkout")
    arguments.add_argument("--profile", metavar="FILE", help="cProfile of the event loop's thread")
    arguments.add_argument("--child", metavar="URL", help=argparse.SUPPRESS)
    parsed = arguments.parse_args()
    if parsed.child:
        asyncio.run(_child(parsed.child, parsed.complaints, parsed.batch[0], parsed.profile))
    else:
        asyncio.run(main(parsed))
