"""The curve of precision over coverage: what another threshold would bring (``curve.svg``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from config.language import worded
from pintu.rules.evaluating.scoring import At, Tally

_WIDE, _HIGH = 640, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 22, 22, 54
_BASE: Final = _HIGH - _BOTTOM
_TICKS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_FEW = 25
"""Rows below which a share jumps about and is not drawn."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid where it lies; ``below``: where its number stands, on the y-axis."""

    share: str
    x: str = ""
    y: str = ""
    below: str = ""


@dataclass(frozen=True, slots=True)
class Now:
    """The threshold of the rules: its point, and the words beside it."""

    x: str
    y: str
    label_x: str
    label_y: str
    anchor: str
    words: str


@dataclass(frozen=True, slots=True)
class Curve:
    """What the picture shows; ``line`` is empty where there is too little to draw one."""

    across: Sequence[Tick]
    upwards: Sequence[Tick]
    line: str
    area: str
    now: Now | None
    wide: int = _WIDE
    high: int = _HIGH
    left: int = _LEFT
    right: int = _WIDE - _RIGHT
    top: int = _TOP
    base: int = _BASE


def curve(tally: Tally) -> Curve:
    """x: the part routed by itself, y: the part of it that is right."""
    points = [at for at in tally.curve() if at.routed >= min(_FEW, max(tally.rows, 1))]
    now = tally.at([tally.auto])[0]
    lowest = min([at.right / at.routed for at in (*points, now) if at.routed] or [0.0])
    bottom = max(0.0, min(0.8, int(lowest * 10) / 10))
    frame = _Frame(tally.rows, bottom)
    line = area = ""
    if len(points) > 1:
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(frame.place, points))
        first, last = frame.place(points[0])[0], frame.place(points[-1])[0]
        area = f"{first:.1f},{_BASE} {line} {last:.1f},{_BASE}"
    return Curve(
        across=[Tick(f"{share:.0%}", x=f"{frame.x(share):.1f}") for share in _TICKS],
        upwards=[_level(frame, share) for share in _levels(bottom)],
        line=line,
        area=area,
        now=_now(frame, now, tally.rows) if now.routed else None,
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
        return _BASE - part * (_BASE - _TOP)

    def place(self, at: At) -> tuple[float, float]:
        return self.x(at.routed / self._rows), self.y(at.right / at.routed)


def _levels(bottom: float) -> Sequence[float]:
    step = 0.05 if bottom >= 0.7 else 0.1 if bottom >= 0.4 else 0.2
    count = round((1 - bottom) / step)
    return [1 - step * n for n in range(count + 1)]


def _level(frame: _Frame, share: float) -> Tick:
    y = frame.y(share)
    return Tick(f"{share:.0%}", y=f"{y:.1f}", below=f"{y + 4:.1f}")


def _now(frame: _Frame, now: At, rows: int) -> Now:
    x, y = frame.place(now)
    words = worded(
        "threshold {threshold:.2f}: {routed:.0%} routed, {right:.0%} of them rightly",
        threshold=now.threshold,
        routed=now.routed / rows,
        right=now.right / now.routed,
    )
    left = x < _WIDE / 2
    # Below the curve where there is room, above it otherwise.
    at = y + 30 if y + 40 < _BASE else y - 16
    return Now(
        x=f"{x:.1f}",
        y=f"{y:.1f}",
        label_x=f"{x + (12 if left else -12):.1f}",
        label_y=f"{at:.1f}",
        anchor="start" if left else "end",
        words=words,
    )
