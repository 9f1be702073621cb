"""`python -m tests.fuzz`: tries inputs on every target, tells what it found."""

import argparse
import importlib
import os
import sys
from pathlib import Path

from tests.fuzz.campaign import Campaign, Outcome, Plan

FOUND = Path(__file__).with_name("found")
ALL = "tests.fuzz.targets"


def main() -> int:
    """Exit code 1 where something was found."""
    asked = _arguments()
    targets = importlib.import_module(asked.module).targets()
    if asked.targets:
        targets = [target for target in targets if target.name in asked.targets.split(",")]
    if not targets:
        sys.exit(f"no such target: {asked.targets}")
    plan = Plan(asked.seed, asked.workers, asked.inputs, asked.seconds, asked.cpu, asked.hang)
    if (asked.inputs, asked.seconds, asked.cpu) == (None, None, None):
        plan.seconds = 60
    print(f"{len(targets)} targets, {plan.workers} processes, seed {plan.seed}", flush=True)
    outcome = Campaign(targets, plan, asked.found, lambda line: print(line, flush=True)).run()
    print(_table(outcome), flush=True)
    return 1 if outcome.findings else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=float, help="60 where nothing else ends it")
    parser.add_argument("--cpu", type=float, help="seconds of processor time, of all processes")
    parser.add_argument("--inputs", type=int)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--targets", help="some of them, with commas")
    parser.add_argument("--hang", type=float, default=5.0, help="seconds of processor time")
    parser.add_argument("--found", type=Path, default=FOUND, help="where inputs are kept")
    parser.add_argument("--module", default=ALL, help="whose `targets()` gives the targets")
    return parser.parse_args()


def _table(outcome: Outcome) -> str:
    lines = [f"{'target':<18}{'inputs':>12}{'inputs/s':>12}{'slowest ms':>12}{'findings':>10}"]
    for name, tally in outcome.tallies.items():
        rate = tally.inputs / tally.seconds if tally.seconds else 0
        slowest = tally.slowest * 1000
        lines.append(
            f"{name:<18}{tally.inputs:>12,}{rate:>12,.0f}{slowest:>12.1f}{tally.findings:>10}"
        )
    inputs = sum(tally.inputs for tally in outcome.tallies.values())
    rate = inputs / outcome.seconds
    total = f"{inputs:,} inputs in {outcome.seconds:.0f} s ({rate:,.0f}/s)"
    return "\n".join([*lines, f"{total}, {len(outcome.findings)} findings"])


if __name__ == "__main__":
    sys.exit(main())
