"""The curve of precision over coverage as SVG: what another threshold would bring."""

from collections.abc import Sequence
from html import escape
from typing import Final

from pintu.rules.evaluating.scoring import At, Tally

_WIDE, _HIGH = 640, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 22, 22, 54
_TICKS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_FEW = 25
"""Rows below which a share jumps about and is not drawn."""


def curve(tally: Tally) -> str:
    """An `<svg>`; x: the part routed by itself, y: the part of it that is right."""
    points = [at for at in tally.curve() if at.routed >= min(_FEW, max(tally.rows, 1))]
    now = tally.at([tally.auto])[0]
    lowest = min([at.right / at.routed for at in (*points, now) if at.routed] or [0.0])
    bottom = max(0.0, min(0.8, int(lowest * 10) / 10))
    frame = _Frame(tally.rows, bottom)
    parts = [frame.grid()]
    if len(points) > 1:
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(frame.place, points))
        first, last = frame.place(points[0])[0], frame.place(points[-1])[0]
        base = _HIGH - _BOTTOM
        area = f"{first:.1f},{base} {line} {last:.1f},{base}"
        parts += [
            f'<polygon class="area" points="{area}"/>',
            f'<polyline class="line" points="{line}"/>',
        ]
    if now.routed:
        parts.append(_mark(frame, now, tally.rows))
    label = "Curve: share of complaints routed by themselves against share of those that is right"
    return (
        f'<svg viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-label="{escape(label)}">'
        f"{''.join(parts)}</svg>"
    )


class _Frame:
    """Where a share lies in the picture."""

    def __init__(self, rows: int, bottom: float) -> None:
        self._rows = max(rows, 1)
        self._bottom = bottom

    def x(self, share: float) -> float:
        return _LEFT + share * (_WIDE - _LEFT - _RIGHT)

    def y(self, share: float) -> float:
        part = (share - self._bottom) / (1 - self._bottom)
        return _HIGH - _BOTTOM - part * (_HIGH - _TOP - _BOTTOM)

    def place(self, at: At) -> tuple[float, float]:
        return self.x(at.routed / self._rows), self.y(at.right / at.routed)

    def grid(self) -> str:
        parts = []
        for tick in _TICKS:
            x = self.x(tick)
            parts.append(_text(x, _HIGH - _BOTTOM + 20, f"{tick:.0%}", "middle"))
            parts.append(_line(x, _TOP, x, _HIGH - _BOTTOM))
        for tick in _levels(self._bottom):
            y = self.y(tick)
            parts.append(_text(_LEFT - 10, y + 4, f"{tick:.0%}", "end"))
            parts.append(_line(_LEFT, y, _WIDE - _RIGHT, y))
        middle = (_TOP + _HIGH - _BOTTOM) / 2
        parts.append(
            _text((_LEFT + _WIDE - _RIGHT) / 2, _HIGH - 12, "routed by themselves", "middle")
        )
        parts.append(
            f'<text class="tick" text-anchor="middle" transform="translate(16 {middle:.0f}) '
            'rotate(-90)">of these to the right agency</text>'
        )
        return "".join(parts)


def _levels(bottom: float) -> Sequence[float]:
    step = 0.05 if bottom >= 0.7 else 0.1 if bottom >= 0.4 else 0.2
    count = round((1 - bottom) / step)
    return [1 - step * n for n in range(count + 1)]


def _mark(frame: _Frame, now: At, rows: int) -> str:
    x, y = frame.place(now)
    words = f"threshold {now.threshold:.2f}: {now.routed / rows:.0%} routed, "
    words += f"{now.right / now.routed:.0%} of them rightly"
    left = x < _WIDE / 2
    base = _HIGH - _BOTTOM
    # Below the curve where there is room, above it otherwise.
    at = y + 30 if y + 40 < base else y - 16
    return (
        f'<line class="now" x1="{x:.1f}" y1="{y:.1f}" x2="{x:.1f}" y2="{base}"/>'
        f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="6"/>'
        f'<text class="label" x="{x + (12 if left else -12):.1f}" y="{at:.1f}" '
        f'text-anchor="{"start" if left else "end"}">{escape(words)}</text>'
    )


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return (
        f'<text class="tick" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
    )


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="grid" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'
