"""`python -m tests.fuzz.guided TARGET`: the same targets led by coverage, where there is atheris.

    pip install atheris
    python -m tests.fuzz.guided mask -max_total_time=600

What follows the target's name goes to libFuzzer. Ends with exit code 1 at the first finding, which
is kept beside the others.
"""

import hashlib
import importlib
import os
import sys
from pathlib import Path
from random import Random
from typing import Any, Final

from tests.fuzz.measuring import Cost, alone, judged, run
from tests.fuzz.mutating import LARGEST, Maker

FOUND: Final = Path(__file__).with_name("found")
_OWN: Final = 0.3
"""How often an input is made as without coverage; else libFuzzer changes one that it knows."""


def main() -> None:
    """Never returns: libFuzzer ends the process."""
    try:
        atheris: Any = importlib.import_module("atheris")  # optional, and has no types
    except ImportError:
        sys.exit("atheris is not installed (pip install atheris); make fuzz needs none")
    with atheris.instrument_imports(include=["schemas", "broker", "consumers", "gateway", "pintu"]):
        from tests.fuzz.targets import targets  # noqa: PLC0415  # now they are instrumented
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    known = {target.name: target for target in targets()}
    if name not in known:
        sys.exit(f"which target? {', '.join(known)}")
    target = known[name]
    maker = Maker(Random())

    def one(data: bytes) -> None:
        seconds, error = run(target, data)
        if judged(target, Cost(seconds, 0.0, error), len(data)) is None:
            return
        if finding := alone(target, data):
            path = FOUND / f"{name}-{hashlib.sha256(data).hexdigest()[:16]}"
            path.write_bytes(data)
            print(f"FOUND {name}: {finding.kind}: {finding.detail}\n      {path}", flush=True)
            os._exit(1)

    def change(data: bytes, most: int, seed: int) -> Any:
        maker.begin(seed)
        if maker.random.random() < _OWN or not data:
            return target.make(maker)[:most]
        return atheris.Mutate(data, most)

    options = [f"-max_len={LARGEST}", "-rss_limit_mb=4096", "-timeout=60", *sys.argv[2:]]
    atheris.Setup([sys.argv[0], *options], one, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
