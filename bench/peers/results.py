"""What was measured, as it is kept: docs/explanation/figures/bench-peers.json."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

FIGURES: Final = Path(__file__).parents[2] / "docs" / "explanation" / "figures"
KEPT: Final = FIGURES / "bench-peers.json"
RATES: Final = (50, 500)
"""Complaints a second at which the latency is measured."""

Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Milliseconds(_Value):
    """From submitted to delivered in an agency's queue."""

    p50: Positive
    p99: Positive


class Round(_Value):
    """One program, once."""

    rate: Positive
    """Messages a second, flat out."""
    client_cpu_us: NotNegative
    """CPU microseconds of the program a message; the system counts in hundredths of a second."""
    rabbitmq_cpu_us: NotNegative
    resident_mib: Positive
    """After the messages."""
    latency_ms: Mapping[str, Milliseconds]
    """By complaints a second."""


class Measurement(_Value):
    """All rounds of a program, and their medians."""

    name: str
    title: str
    rounds: Annotated[Sequence[Round], Field(min_length=1)]
    median: Round

    @classmethod
    def of(cls, name: str, title: str, rounds: Sequence[Round]) -> Self:
        return cls(name=name, title=title, rounds=rounds, median=_median(rounds))

    @model_validator(mode="after")
    def _is_the_median(self) -> Self:
        if self.median != _median(self.rounds):
            raise ValueError(f"{self.name}: the median is not that of the rounds")
        return self


class LeftOut(_Value):
    """A program that could not be measured here, and why."""

    name: str
    title: str
    why: str


class Settings(_Value):
    """With what it was run."""

    complaints: int
    rounds: int
    seconds: int
    """At each rate."""


class Results(_Value):
    """One run."""

    date: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    machine: Mapping[str, str]
    """Cores and versions: nothing that names the machine."""
    settings: Settings
    measurements: Sequence[Measurement]
    left_out: Sequence[LeftOut]

    def of(self, name: str) -> Measurement | None:
        """The measurement of a program."""
        return next((found for found in self.measurements if found.name == name), None)


def _median(rounds: Sequence[Round]) -> Round:
    """Each figure's own."""

    def of(values: Sequence[float]) -> float:
        return round(median(values), 3)

    return Round(
        rate=of([one.rate for one in rounds]),
        client_cpu_us=of([one.client_cpu_us for one in rounds]),
        rabbitmq_cpu_us=of([one.rabbitmq_cpu_us for one in rounds]),
        resident_mib=of([one.resident_mib for one in rounds]),
        latency_ms={
            rate: Milliseconds(
                p50=of([one.latency_ms[rate].p50 for one in rounds]),
                p99=of([one.latency_ms[rate].p99 for one in rounds]),
            )
            for rate in rounds[0].latency_ms
        },
    )


def read(file: Path = KEPT) -> Results:
    """Raises pydantic's ValidationError when it is not of this form."""
    return Results.model_validate_json(file.read_bytes())
