"""The table and the plot of a run: in the page on performance, both as the kept JSON has them.

Run: ``python -m bench.peers.figures``: writes both anew from the JSON.
"""

import subprocess
import textwrap
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from bench.peers.programs import C_RELAY, ENVIRONMENT, PEERS, ROOT, ROUTER
from bench.peers.results import FIGURES, KEPT, RATES, Measurement, Results, read

PAGE: Final = ROOT / "docs" / "explanation" / "performance.md"
PLOT: Final = FIGURES / "bench-peers.svg"
_BEGIN: Final = "<!-- bench-peers: written by `python -m bench.peers`; do not edit -->"
_END: Final = "<!-- bench-peers: end -->"
_HEADINGS: Final = (
    "program",
    "flat out",
    "to C",
    "to Pintu",
    "its CPU",
    "RabbitMQ's",
    *(f"at {rate}/s: p50, p99" for rate in RATES),
    "resident",
)


def table(results: Results) -> str:
    """Medians, the fastest first; what was left out; on what machine."""
    rows = [_HEADINGS, ("---",) * len(_HEADINGS), *_rows(results)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    for left_out in results.left_out:
        lines += ["", f"Left out: {left_out.title}: {left_out.why}."]
    given = results.settings
    facts = ", ".join(f"{name} {value}" for name, value in results.machine.items())
    says = (
        f"Medians of {given.rounds} rounds of {given.complaints:,} complaints, and of"
        f" {given.seconds} s at each of the two rates; {results.date}; {facts}."
    )
    lines += ["", *textwrap.wrap(says, 118)]
    return "\n".join(lines)


def _rows(results: Results) -> Iterator[tuple[str, ...]]:
    ordered = sorted(results.measurements, key=lambda one: -one.median.rate)
    for one in ordered:
        found = one.median
        yield (
            one.title,
            f"{found.rate:,.0f}/s",
            _times(one, results.of(C_RELAY)),
            _times(one, results.of(ROUTER)),
            f"{found.client_cpu_us:.0f} µs",
            f"{found.rabbitmq_cpu_us:.0f} µs",
            *(
                f"{found.latency_ms[str(rate)].p50:.1f}, {found.latency_ms[str(rate)].p99:.1f} ms"
                for rate in RATES
            ),
            f"{found.resident_mib:.0f} MiB",
        )


def _times(one: Measurement, other: Measurement | None) -> str:
    return f"{one.median.rate / other.median.rate:.2f}" if other else "-"


def shown() -> str:
    """What the page shows between the marks."""
    return PAGE.read_text("utf-8").split(_BEGIN)[1].split(_END)[0].strip()


def write_table(results: Results) -> None:
    """Put it between the marks of the page."""
    before, rest = PAGE.read_text("utf-8").split(_BEGIN)
    after = rest.split(_END)[1]
    PAGE.write_text(f"{before}{_BEGIN}\n\n{table(results)}\n\n{_END}{after}", "utf-8")


def fingerprint(file: Path = KEPT) -> str:
    """Of the JSON; the plot bears it, so that nobody keeps a plot of other figures."""
    return sha256(file.read_bytes()).hexdigest()


def write_plot(file: Path = KEPT, plot: Path = PLOT) -> str | None:
    """Draw it with the matplotlib of the peers' environment; gives why not, where it cannot."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        return "matplotlib is not installed (it needs PyPI)"
    command = [str(python), str(PEERS / "plot.py"), str(file), str(plot), fingerprint(file)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.stderr[-400:] if done.returncode else None


def main() -> None:
    write_table(read())
    if why := write_plot():
        raise SystemExit(why)


if __name__ == "__main__":
    main()
