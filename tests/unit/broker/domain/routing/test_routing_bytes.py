"""The same complaint under the same rules gives the same decision, bit for bit, anywhere."""

import os
import subprocess
import sys
from collections.abc import Mapping
from math import sqrt
from pathlib import Path

import pytest

from broker.domain.routing.confidence import HALF, confidence
from tests.unit.broker.domain.routing.hard.hard_cases import hard_cases

SCRIPT = """
import json, sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from broker.domain.routing.decide import decide
from broker.domain.routing.grounds import grounds
from broker.domain.routing.marking import marks
from config.loading import load_rules
from tests.unit.broker.domain.routing.hard.hard_cases import hard_cases

rules = load_rules(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
on = date(2026, 11, 2)
for case in hard_cases():
    decision = asdict(decide(case.query, rules, on=on))
    decision["confidence"] = decision["confidence"].hex()
    for other in decision["alternatives"]:
        other["confidence"] = other["confidence"].hex()
    shown = list(grounds(case.query, rules, on).items()), marks(case.query.text, rules)
    sys.stdout.buffer.write(json.dumps([decision, shown]).encode() + b"\\n")
"""
ROOT = Path(__file__).parents[5]


def decided(environment: Mapping[str, str], *arguments: str) -> bytes:
    """Decisions, grounds and marks for every hard case, by a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        env={**os.environ, **environment},
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return done.stdout


ENVIRONMENTS = [
    {"PYTHONHASHSEED": "0"},
    {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Pacific/Kiritimati"},
    {"PYTHONHASHSEED": "4294967295", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "0"},
    {"PYTHONHASHSEED": "random", "PYTHONOPTIMIZE": "2", "TZ": "Etc/GMT+12"},
]


def test_the_shipped_rules_decide_alike_under_any_hash_seed_locale_and_time_zone():
    outputs = {decided(environment) for environment in ENVIRONMENTS}
    assert len(outputs) == 1
    assert outputs.pop().count(b"\n") == len(hard_cases())


def test_other_rules_decide_alike_under_any_hash_seed(fixture_folder):
    outputs = {decided(environment, str(fixture_folder)) for environment in ENVIRONMENTS}
    assert len(outputs) == 1


@pytest.mark.parametrize(("score", "rival"), [(1.4, 0.0), (2.6, 1.1), (0.9, 0.85), (3.3, 4.7)])
def test_a_confidence_is_made_of_operations_that_every_machine_rounds_alike(score, rival):
    # IEEE 754 requires +, *, / and the square root to be rounded correctly, but no power.
    ratio = rival / score
    assert confidence(score, rival) == round(score / (score + HALF) / (1 + ratio * sqrt(ratio)), 4)
