"""What has become of the lines so far, and the sentences that tell it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from config.language import worded, worded_many
from pintu.publishing.complaints import Ready
from pintu.publishing.records import Place, Skipped
from pintu.publishing.units import units

_MOST_LINES: Final = 10
_MOST_CHANNELS: Final = 6
_MOST_KINDS: Final = 20
_OTHERS: Final = "others"


@dataclass(slots=True)
class Lines:
    """How many, and the first of them."""

    count: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, line: int) -> None:
        self.count += 1
        if len(self.first) < _MOST_LINES:
            self.first.append(line)


@dataclass(slots=True)
class Tally:
    """``go_on`` is the first line of which it is not known that RabbitMQ has it; ``unit`` is what
    the numbers of lines count."""

    go_on: int = 1
    read: int = 0
    """Bytes of the file behind which everything is confirmed."""
    published: int = 0
    channels: Counter[str] = field(default_factory=Counter)
    skipped: dict[str, Lines] = field(default_factory=dict)
    warned: int = 0
    warnings: dict[str, Lines] = field(default_factory=dict)
    """By what they say."""
    unit: str = "line"

    def confirmed(self, item: Ready) -> None:
        self.published += 1
        self.channels[item.message.routing_key] += 1
        if item.warnings:
            self.warned += 1
            for warning in dict.fromkeys(item.warnings):
                _counted(self.warnings, warning, item.place.line)
        self._passed(item.place)

    def left_out(self, item: Skipped) -> None:
        _counted(self.skipped, item.reason, item.place.line)
        self._passed(item.place)

    def _passed(self, place: Place) -> None:
        self.go_on = place.last + 1
        self.read = place.end

    def summary(self, seconds: float) -> str:
        """For people; lines of text without a line feed at the end."""
        rate = (
            worded(", {published:,.0f} a second", published=self.published / seconds)
            if seconds > 0
            else ""
        )
        said = [
            worded(
                "published  {complaints} in {seconds:.1f} s{rate}",
                complaints=worded_many("{n:,} complaint", "{n:,} complaints", self.published),
                seconds=seconds,
                rate=rate,
            )
        ]
        if self.channels:
            said.append(worded("channels   {channels}", channels=_listed(self.channels)))
        count = sum(lines.count for lines in self.skipped.values())
        said.append(
            worded("skipped    {count:,} {units}", count=count, units=units(self.unit, count))
        )
        said += self._by_kind(self.skipped)
        if self.warned:
            said.append(
                worded(
                    "warnings   {count:,} {units}",
                    count=self.warned,
                    units=units(self.unit, self.warned),
                )
            )
            said += self._by_kind(self.warnings)
        return "\n".join(said)

    def _by_kind(self, kinds: Mapping[str, Lines]) -> list[str]:
        return [
            f"           {kind}: {units(self.unit, lines.count)} {_lines(lines)}"
            for kind, lines in kinds.items()
        ]


def _counted(kinds: dict[str, Lines], kind: str, line: int) -> None:
    if kind not in kinds and len(kinds) >= _MOST_KINDS:
        kind = _OTHERS
    kinds.setdefault(kind, Lines()).add(line)


def _listed(channels: Counter[str]) -> str:
    first = [f"{code} {_number(count)}" for code, count in channels.most_common(_MOST_CHANNELS)]
    rest = len(channels) - _MOST_CHANNELS
    return ", ".join(first) + (worded(" and {rest} more", rest=rest) if rest > 0 else "")


def _lines(which: Lines) -> str:
    rest = which.count - len(which.first)
    return ", ".join(map(str, which.first)) + (
        worded(" and {rest:,} more", rest=rest) if rest > 0 else ""
    )


def _number(count: int) -> str:
    return worded("{n:,}", n=count)
