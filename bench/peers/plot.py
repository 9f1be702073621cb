"""Draw a run as SVG: ``plot.py JSON SVG FINGERPRINT``. Needs matplotlib and nothing of ours."""

import json
import sys
from typing import Any

from matplotlib import rcParams
from matplotlib.figure import Figure

PINTU, OTHERS, RABBITMQ, TAIL = "#0b6e4f", "#8d99ae", "#e07a5f", "#c9d1dc"


def main(source: str, target: str, fingerprint: str) -> None:
    with open(source, encoding="utf-8") as file:
        run = json.load(file)
    ordered = sorted(run["measurements"], key=lambda one: one["median"]["rate"])
    titles = [one["title"] for one in ordered]
    colours = [PINTU if one["name"].startswith("router") else OTHERS for one in ordered]
    medians = [one["median"] for one in ordered]
    rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "pintu", "font.size": 9})
    figure = Figure(figsize=(11, 0.42 * len(ordered) + 1.2), layout="constrained")
    rates, costs, tails = figure.subplots(1, 3, sharey=True)
    _bars(rates, titles, [one["rate"] for one in medians], colours, "{:,.0f}")
    rates.set_title("complaints a second, flat out", fontsize=9)
    own = [one["client_cpu_us"] for one in medians]
    costs.barh(titles, own, color=colours)
    _bars(costs, titles, [m["rabbitmq_cpu_us"] for m in medians], RABBITMQ, "{:.0f}", left=own)
    costs.set_title("CPU µs a complaint: own + RabbitMQ", fontsize=9)
    slow = [one["latency_ms"]["500"] for one in medians]
    _bars(tails, titles, [one["p99"] for one in slow], TAIL, "{:.1f}")
    tails.barh(titles, [one["p50"] for one in slow], color=colours)
    tails.set_title("ms at 500 a second: median, p99", fontsize=9)
    if slow and max(one["p99"] for one in slow) > 50 * min(one["p99"] for one in slow):
        tails.set_xscale("log")
    metadata = {"Date": None, "Creator": "python -m bench.peers", "Description": fingerprint}
    figure.savefig(target, format="svg", metadata=metadata)


def _bars(
    axis: Any, titles: list[str], values: list[float], colour: Any, form: str, left: Any = None
) -> None:
    """Horizontal bars with their values at the end; those behind ``left`` show the sum's parts."""
    bars = axis.barh(titles, values, left=left, color=colour)
    labels = [form.format(value) for value in values]
    if left is not None:
        labels = [f"{own:.0f} + {label}" for own, label in zip(left, labels, strict=True)]
    axis.bar_label(bars, labels, padding=3)
    axis.margins(x=0.22)
    axis.spines[["top", "right"]].set_visible(False)


if __name__ == "__main__":
    main(*sys.argv[1:])
