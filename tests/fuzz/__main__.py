"""`make fuzz`: try inputs, show how many a second, keep what does harm."""

import argparse
import sys

from tests.fuzz.running import Result, fuzz
from tests.fuzz.targets import targets


def main() -> int:
    """Exit code 1 where something was found."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=60.0)
    asked.add_argument("--inputs", type=int, default=0)
    asked.add_argument("--jobs", type=int)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("targets", nargs="*")
    given = asked.parse_args()
    chosen = [t for t in targets() if not given.targets or t.name in given.targets]
    print(f"seed {given.seed}, {len(chosen)} targets", flush=True)
    result = fuzz(
        chosen,
        seconds=given.seconds,
        inputs=given.inputs,
        jobs=given.jobs,
        seed=given.seed,
        tell=_progress,
    )
    for target in chosen:
        found = [f for f in result.findings if f.target == target.name]
        print(f"{target.name:18}{result.inputs[target.name]:>12,}{len(found):>6}")
    for finding in result.findings:
        print(f"{finding.save()}: {finding.kind}: {finding.what}")
    print(f"{result.inputs.total():,} inputs, {len(result.findings)} findings")
    return 1 if result.findings else 0


def _progress(result: Result, seconds: float) -> None:
    rates = ", ".join(f"{name} {n / seconds:,.0f}/s" for name, n in sorted(result.inputs.items()))
    print(f"{seconds:.0f} s: {result.inputs.total():,} inputs; {rates}", flush=True)


sys.exit(main())
