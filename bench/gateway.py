"""The doors over HTTP: complaints a second, look-ups a second, and what one costs.

    python -m bench.gateway [--complaints N] [--lookups N] [--clients C] [--at RATE]
        [--seconds S] [--rounds R] [--beside TREE] [--json FILE]

RabbitMQ, ``pintu run router``, ``run cases`` and one ``run gateway`` on SQLite, and whoever asks,
share this machine. ``submit``: POST /v1/complaints, each confirmed, each with an Idempotency-Key;
``paced``: the same at ``--at`` a second, 50 if nothing else is said; ``by key``: GET of a case that
an agency has answered, by its channel; ``by pin``: by its reporter. CPU is that of the gateway's
process. ``--beside``: another checkout, with a ``.venv`` of its own, in turns with this one.
``--json``: every figure into a file (``-``: standard output). Nothing is asserted.
"""

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final
from uuid import uuid4

import orjson
import uvloop

from bench.support.http_load import Load, flat_out, paced, rendered
from bench.support.node import a_node
from bench.support.program import Program, free_port
from broker.amqp.session import RabbitBroker
from broker.messaging import names
from broker.messaging.messages import Outgoing
from schemas.envelope import envelope, event_type

HERE: Final = Path(__file__).parents[1]
_TEXT: Final = (
    "Sampah menumpuk di TPS samping lapangan Toboali, sudah seminggu tidak diangkut, bau sekali"
)
_SAID: Final = ("acknowledged", "responded", "resolved")
_WARM: Final = 200
Figures = dict[str, dict[str, float]]
"""Kind of request → rate, p50 and p99 in ms, CPU in µs, how many were not taken."""


class Door:
    """One gateway with a key of its own, and whoever asks it."""

    def __init__(self, gateway: Program, port: int, key: str) -> None:
        self._gateway = gateway
        self._port = port
        self._bearer = {"Authorization": f"Bearer {key}"}

    def submission(self, number: int) -> bytes:
        """A complaint under an id of its own, of about 350 bytes."""
        body = {
            "text": f"{_TEXT} ({number})",
            "title": "Laporan warga",
            "location": {"district": "Toboali", "village": "Rias"},
            "reporter": {"name": "Warga", "phone": "0800-000-0000"},
        }
        headers = {**self._bearer, "Idempotency-Key": uuid4().hex}
        return rendered("POST", "/v1/complaints", headers, orjson.dumps(body))

    def by_key(self, path: str) -> bytes:
        return rendered("GET", path, self._bearer)

    @staticmethod
    def by_pin(path: str, pin: str) -> bytes:
        # As a proxy would name them: one address may not ask so often.
        return rendered("GET", f"{path}?pin={pin}", {})

    async def asked(self, request: bytes) -> Load:
        return await flat_out(self._port, lambda _: request, 1, 1)

    async def submits(self, many: int, clients: int) -> dict[str, float]:
        return await self._measured(lambda: flat_out(self._port, self.submission, many, clients))

    async def looks_up(self, request: bytes, many: int, clients: int) -> dict[str, float]:
        return await self._measured(lambda: flat_out(self._port, lambda _: request, many, clients))

    async def keeps_pace(self, rate: float, seconds: float) -> dict[str, float]:
        return await self._measured(lambda: paced(self._port, self.submission, rate, seconds))

    async def _measured(self, load: Callable[[], Awaitable[Load]]) -> dict[str, float]:
        before = await self._gateway.cpu()
        done = await load()
        cpu = (await self._gateway.cpu() - before) / len(done.took) * 1e6
        refused = sum(n for status, n in done.statuses.items() if status not in (200, 202))
        return {
            "rate": done.rate,
            "p50_ms": done.within(0.5),
            "p99_ms": done.within(0.99),
            "cpu_us": cpu,
            "refused": refused,
        }


async def measured(url: str, tree: Path, state: Path, given: argparse.Namespace) -> Figures:
    """One run over the code of a checkout."""
    port = free_port()
    settings = {"GATEWAY": f"127.0.0.1:{port}"}
    programs = [Program(name, url, state, tree) for name in ("router", "cases")]
    gateway = Program("gateway", url, state, tree, **settings)
    async with programs[0].running(), programs[1].running(), gateway.running():
        key = await gateway.command("key", "add", "web")
        door = Door(gateway, port, key.strip())
        await door.submits(_WARM, given.clients)
        path, pin = await _answered_case(url, door)
        key_request, pin_request = door.by_key(path), door.by_pin(path, pin)
        for request in (key_request, pin_request):
            await door.looks_up(request, _WARM, given.clients)
        return {
            "submit": await door.submits(given.complaints, given.clients),
            "paced": await door.keeps_pace(given.at, given.seconds),
            "by key": await door.looks_up(key_request, given.lookups, given.clients),
            "by pin": await door.looks_up(pin_request, given.lookups, given.clients),
        }


async def _answered_case(url: str, door: Door) -> tuple[str, str]:
    """The path and the pin of a case in which the agency has spoken."""
    filed = orjson.loads((await door.asked(door.submission(0))).last)
    path = f"/v1/complaints/{filed['tracking']}"
    case: dict[str, Any] = {}
    async with RabbitBroker(url, name="bench agency").session(names.PARKED_QUEUE, 1) as session:
        while case.get("state") != "resolved":
            case = orjson.loads((await door.asked(door.by_key(path))).last)
            if case.get("state") == "routed":
                code = case["agency"]["code"]
                await session.publish([_said(code, verb, filed) for verb in _SAID])
            await asyncio.sleep(0.2)
    return path, str(filed["pin"])


def _said(code: str, verb: str, filed: dict[str, str]) -> Outgoing:
    id, type = f"{filed['tracking']}-{verb}", event_type(verb)
    body = envelope(
        id=id,
        type=type,
        source=f"/agencies/{code}",
        subject=filed["complaint_id"],
        time=datetime.now(UTC),
        data={"note": "Petugas kami ke lokasi besok pagi."},
    )
    return Outgoing(names.UPDATES, names.update_key("agency", code, verb), body, id, type)


def table(title: str, runs: Sequence[Figures]) -> Figures:
    """Print the medians of some runs of a checkout."""
    found: Figures = {}
    for kind in runs[0]:
        one = {name: median(run[kind][name] for run in runs) for name in runs[0][kind]}
        found[kind] = one
        print(
            f"| {title} | {kind} | {one['rate']:,.0f}/s | {one['p50_ms']:.1f} ms"
            f" | {one['p99_ms']:.1f} ms | {one['cpu_us']:,.0f} µs | {one['refused']:.0f} |"
        )
    return found


async def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--complaints", type=int, default=6_000)
    arguments.add_argument("--lookups", type=int, default=6_000)
    arguments.add_argument("--clients", type=int, default=50)
    arguments.add_argument("--at", type=float, default=50.0, metavar="RATE")
    arguments.add_argument("--seconds", type=float, default=20.0)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--beside", type=Path, metavar="TREE", help="another checkout")
    arguments.add_argument("--json", metavar="FILE")
    given = arguments.parse_args()
    trees = [*([given.beside.absolute()] if given.beside else []), HERE]
    runs: dict[Path, list[Figures]] = {tree: [] for tree in trees}
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        for number in range(given.rounds):
            for tree in trees if number % 2 == 0 else reversed(trees):
                state = Path(folder) / f"{tree.name}-{number}"
                async with a_node(state / "node") as url:
                    runs[tree].append(await measured(url, tree, state, given))
    print(f"load before: {load:.1f}; {given.clients} clients, medians of {given.rounds} rounds")
    print("| checkout | request | rate | half within | 99 of 100 within | CPU | not taken |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    found = {tree.name: table(tree.name, runs[tree]) for tree in trees}
    if given.json:
        text = json.dumps({"load": load, "clients": given.clients, "figures": found}, indent=1)
        print(text) if given.json == "-" else Path(given.json).write_text(text + "\n")


if __name__ == "__main__":
    uvloop.run(main())
