"""docs/topology.md says what is declared for the shipped configuration."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]


def test_the_document_is_the_generated_one() -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PINTU_")}
    done = subprocess.run(
        [sys.executable, "-m", "pintu", "topology", "show", "--markdown"],
        capture_output=True,
        text=True,
        check=True,
        env=clean,
        cwd=ROOT,
    )
    assert (ROOT / "docs" / "topology.md").read_text("utf-8") == done.stdout, "run: make docs"
