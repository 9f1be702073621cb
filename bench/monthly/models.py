"""Models of every month and variant, each learned once, in a process of its own, and kept."""

import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.monthly.splits import Split, write

REGIME, DISCRETION = "regime", "discretion"
WITHOUT_PHRASES, WITHOUT_CORRECTOR = "without-phrases", "without-corrector"
_WHAT: Mapping[str, tuple[str, ...]] = {
    REGIME: (),
    WITHOUT_PHRASES: ("--without", "phrases"),
    WITHOUT_CORRECTOR: ("--without", "corrector"),
    DISCRETION: (),
}
DONE, DOUBTFUL = "done", "doubtful.toml"


@dataclass(frozen=True, slots=True)
class Models:
    """`keep`: where they are, and stay: what is there already is used as it is."""

    keep: Path

    def folder(self, variant: str, split: Split, suggested: str = "") -> Path:
        """The configuration folder, learned where it was not. `suggested`: entries of the topics
        that the variant DISCRETION leaves to the desk."""
        place = self.keep / variant / split.month
        config = place / "config"
        if not (place / DONE).exists():
            place.mkdir(parents=True, exist_ok=True)
            if variant == DISCRETION:
                _mark(config, suggested)
            self._learn(variant, split, place, config)
            (place / DONE).touch()
        return config

    def doubtful(self, split: Split) -> str:
        """The topics that learning from before a month names as the desk's discretion, as TOML."""
        self.folder(REGIME, split)
        return (self.keep / REGIME / split.month / DOUBTFUL).read_text("utf-8")

    def _learn(self, variant: str, split: Split, place: Path, config: Path) -> None:
        history = place / "history.csv"
        write(history, split.before)
        command = [sys.executable, "-m", "bench.monthly.learning", str(history), str(config)]
        start = time.monotonic()
        print(f"{variant}, before {split.month}: {len(split.before)} rows ...", file=sys.stderr)
        subprocess.run([*command, *_WHAT[variant]], check=True, stdout=sys.stderr)
        print(f"  learned in {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
        history.unlink()


def _mark(config: Path, entries: str) -> None:
    """As people do who follow what learning suggests."""
    (config / "topics").mkdir(parents=True, exist_ok=True)
    (config / "topics" / "desk.toml").write_text(entries, "utf-8")
