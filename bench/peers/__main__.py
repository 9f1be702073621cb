"""The router beside what one would write with other libraries: ``make bench-peers``.

One RabbitMQ node of its own with the shipped topology; each program takes from router.intake and
publishes to complaints.events, with publisher confirms, persistent, acknowledged after the confirm.
Every program gets the same complaints and publishes under the same routing keys: the relays copy
the message, the router validates, decides, journals, counts, logs and publishes its event. In each
round all programs take turns, beginning with another one: flat out first, then at 50 and at 500 a
second. What is not installed is left out, and said.
"""

import argparse
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import uvloop

from bench.peers.figures import table, write_plot, write_table
from bench.peers.load import from_text, with_category
from bench.peers.machine import facts
from bench.peers.programs import ROOT, peers
from bench.peers.results import FIGURES, KEPT, Measurement, Results, Settings
from bench.peers.rounds import chosen_of, in_turns, say
from bench.peers.turn import Stage
from bench.support.node import a_node
from broker.amqp.topology import broker_version

_CACHE: Final = ROOT / ".cache" / "bench-peers.json"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("--complaints", type=_some, default=20_000, help="flat out, in each turn")
    parser.add_argument("--rounds", type=_some, default=3)
    parser.add_argument("--seconds", type=_some, default=10, help="at each of the two rates")
    parser.add_argument("--programs", help="only these, with commas between them")
    parser.add_argument(
        "--keep",
        action="store_true",
        help=f"put JSON, plot and table into docs/ (otherwise JSON into {_CACHE.name} of .cache/)",
    )
    return parser.parse_args()


def _some(text: str) -> int:
    """A number from 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1")
    return int(text)


async def main() -> None:
    given = arguments()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        chosen, left_out = chosen_of(peers(folder), given.programs)
        async with a_node(folder) as url:
            machine = facts(await broker_version(url))
            stage = Stage(url, folder, with_category(), from_text())
            rounds = await in_turns(
                lambda peer: stage.turn(peer, given.complaints, given.seconds),
                chosen,
                left_out,
                given.rounds,
            )
    results = Results(
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=machine,
        settings=Settings(complaints=given.complaints, rounds=given.rounds, seconds=given.seconds),
        measurements=[
            Measurement.of(peer.name, peer.title, rounds[peer.name])
            for peer in chosen
            if rounds.get(peer.name)
        ],
        left_out=left_out,
    )
    _keep(results, keep=given.keep)
    print(table(results))


def _keep(results: Results, *, keep: bool) -> None:
    file = KEPT if keep else _CACHE
    (FIGURES if keep else _CACHE.parent).mkdir(parents=True, exist_ok=True)
    file.write_text(results.model_dump_json(indent=1) + "\n", "utf-8")
    if keep:
        write_table(results)
        if why := write_plot():
            say(f"no plot: {why}")


if __name__ == "__main__":
    uvloop.run(main())
