"""What has become of the lines so far, and the sentences that tell it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from pintu.publishing.complaints import Ready
from pintu.publishing.records import Place, Skipped

_MOST_LINES: Final = 10
_MOST_CHANNELS: Final = 6


@dataclass(slots=True)
class Tally:
    """``go_on`` is the first line of which it is not known that RabbitMQ has it."""

    go_on: int = 1
    read: int = 0
    """Bytes of the file behind which everything is confirmed."""
    published: int = 0
    channels: Counter[str] = field(default_factory=Counter)
    skipped: dict[str, list[int]] = field(default_factory=dict)
    warned: int = 0
    first_warning: str | None = None

    def confirmed(self, item: Ready) -> None:
        self.published += 1
        self.channels[item.message.routing_key] += 1
        if item.warnings:
            self.warned += 1
            self.first_warning = self.first_warning or f"line {item.place.line}: {item.warnings[0]}"
        self._passed(item.place)

    def left_out(self, item: Skipped) -> None:
        self.skipped.setdefault(item.reason, []).append(item.place.line)
        self._passed(item.place)

    def _passed(self, place: Place) -> None:
        self.go_on = place.last + 1
        self.read = place.end

    def summary(self, seconds: float) -> str:
        """For people; lines of text without a line feed at the end."""
        rate = f", {self.published / seconds:,.0f} a second" if seconds > 0 else ""
        what = "complaint" if self.published == 1 else "complaints"
        said = [f"published  {self.published:,} {what} in {seconds:.1f} s{rate}"]
        if self.channels:
            said.append(f"channels   {_listed(self.channels)}")
        count = sum(map(len, self.skipped.values()))
        said.append(f"skipped    {count:,} {'line' if count == 1 else 'lines'}")
        said += [f"           {reason}: {_lines(which)}" for reason, which in self.skipped.items()]
        if self.warned:
            said.append(
                f"warnings   {self.warned:,}: the router leaves a field out; {self.first_warning}"
            )
        return "\n".join(said)


def _listed(channels: Counter[str]) -> str:
    first = [f"{code} {count:,}" for code, count in channels.most_common(_MOST_CHANNELS)]
    rest = len(channels) - _MOST_CHANNELS
    return ", ".join(first) + (f" and {rest} more" if rest > 0 else "")


def _lines(which: list[int]) -> str:
    first = ", ".join(map(str, which[:_MOST_LINES]))
    rest = len(which) - _MOST_LINES
    return f"{'line' if len(which) == 1 else 'lines'} {first}" + (
        f" and {rest:,} more" if rest > 0 else ""
    )
