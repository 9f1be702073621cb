"""Learned decisions in other processes: the same bytes, and nothing imported that is not needed."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.histories import a_history

DECIDE = """
import sys
from datetime import date
from pathlib import Path
from broker.domain.routing.decide import Place, Query, decide
from broker.domain.routing.grounds import grounds
from config.loading import load_rules
rules = load_rules(Path(sys.argv[1]))
on = date(2026, 1, 15)
lines = sys.stdin.buffer.read().decode().splitlines()
if sys.argv[2] == "backwards":
    lines.reverse()
found = []
for line in lines:
    query = Query(line, place=Place(village="Kenanga", address=line[:20]))
    because = sorted(grounds(query, rules, on).items())
    found.append(f"{line}: {decide(query, rules, on=on)!r} {because!r}")
sys.stdout.buffer.write("\\n".join(sorted(found)).encode())
"""
"""`repr` of a float has all of its bits."""

IMPORTED = """
import sys
from datetime import date
from pathlib import Path
import pintu.app, pintu.cli.main
from broker.domain.routing.decide import Query, decide
from config.loading import load_rules
rules = load_rules(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
print(decide(Query("lampu padam gelap"), rules, on=date(2026, 1, 15)).rule)
print(*sorted({"numpy", "scipy", "sklearn", "joblib"} & sys.modules.keys()))
"""


def python(script: str, *arguments: str | Path, given: bytes = b"", **environment: str) -> bytes:
    """What a process of its own prints."""
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        env={**os.environ, **environment},
        input=given,
        capture_output=True,
        check=True,
    ).stdout


def test_a_learned_decision_is_the_same_bit_for_bit_in_any_process(learned_once):
    """Whatever the seed of hashes, the number of threads, the instructions of the processor that
    numpy may use, and what was decided before."""
    rows = a_history(120, seed=11, noise=0.3)
    texts = [f"{row.text} {other.text}" for row, other in zip(rows, rows[7:], strict=False)]
    given = "\n".join(texts).encode()
    plain = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    many = {"OMP_NUM_THREADS": "4", "OPENBLAS_NUM_THREADS": "4", "PYTHONHASHSEED": "1"}
    old = {
        "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512_SKX",
        "OPENBLAS_CORETYPE": "Nehalem",
        "PYTHONHASHSEED": "2",
    }
    first = python(DECIDE, learned_once, "forwards", given=given, **plain)
    assert first.count(b"Decision(") == len(texts)
    assert b"rule='learned/" in first and b"rule='triage/" in first
    for order, environment in (("forwards", many), ("forwards", old), ("backwards", many)):
        assert python(DECIDE, learned_once, order, given=given, **environment) == first


def test_without_a_model_nothing_of_learning_is_imported():
    rule, imported = python(IMPORTED).decode().split("\n")[:2]
    assert rule.startswith("text/")
    assert imported == ""


def test_with_a_model_numpy_alone_is_imported(learned_once):
    rule, imported = python(IMPORTED, learned_once).decode().split("\n")[:2]
    assert rule == "learned/lampu-jalan"
    assert imported == "numpy"
