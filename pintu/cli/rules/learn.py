"""`pintu rules learn`: a configuration from labelled history."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from broker.errors import BadConfiguration, NotInstalled
from gateway.text.printable import say
from pintu.cli.exit_codes import BAD_USE

_NAMED = 3  # lines of bad rows that are shown for each kind


def learn(
    history: Annotated[
        Path,
        typer.Argument(
            metavar="HISTORY.csv",
            help="Columns text and agency; optional address, district, village, topic, "
            "reported_at.",
        ),
    ],
    config: Annotated[
        Path,
        typer.Option(
            metavar="DIR",
            help="The configuration folder to make or to update.",
        ),
    ],
    precision: Annotated[
        float,
        typer.Option(
            min=0.5, max=0.999, help="Part of what is routed without a person that must be right."
        ),
    ] = 0.90,
    name: Annotated[
        str | None, typer.Option(help="What a new configuration is called; DIR's name by default.")
    ] = None,
) -> None:
    """Learn from complaints that were dealt with: agencies, places, topics and who answers.

    Makes DIR or adds the folder learned/ to it; what people wrote there stays.

    Example: pintu rules learn history.csv --config my-regency/
    """
    try:
        from pintu.rules.learning.learn import learn as learned
    except ImportError as error:
        raise NotInstalled(
            f"learning needs {error.name}, which is not installed: pip install 'pintu[learn]'"
        ) from None

    def tell(what: str) -> None:
        say(f"{what} ...", err=True)

    try:
        result = learned(history, config, precision=precision, name=name, say=tell)
    except BadConfiguration as error:
        _fail(f"{error}\n{config} is as it was")
    for wrong, lines in sorted(result.history.bad.items()):
        say(f"left out: {len(lines)} rows: {wrong} ({_places(lines)})", err=True)
    if untimed := result.history.untimed:
        say(
            f"warning: {len(untimed)} rows ({_places(untimed)}) have no reported_at in ISO 8601: "
            "rows to try it on were drawn evenly and not the latest, so the figures may flatter",
            err=True,
        )
    for problem in result.named.problems:
        say(f"warning: {problem}", err=True)
    say(_summary(result.validation, config, result.topics, len(result.named.areas)))


def _places(lines: Sequence[int]) -> str:
    return f"line {', '.join(map(str, lines[:_NAMED]))}{', …' if lines[_NAMED:] else ''}"


def _summary(found: dict[str, object], config: Path, topics: int, places: int) -> str:
    def part(name: str) -> str:
        value = found[name]
        return f"{value:.1%}" if isinstance(value, float) and not math.isnan(value) else "none"

    order = "the latest" if found["in_order_of_time"] else "drawn evenly"
    lines = [
        f"{config}: learned from {found['rows']} rows"
        + (f", {found['from']} to {found['to']}" if found["from"] else "")
        + f"; {topics} topics and {places} places beside what people wrote",
        f"tried on {found['held_back']} rows held back ({order}): {part('accuracy')} right; "
        f"routed by itself {part('coverage')}, of those right {part('precision')} "
        f"(asked: {found['asked_precision']:.1%})",
    ]
    if found["auto"] is None:
        lines.append("no threshold gives that precision: everything goes to a person")
    else:
        lines.append(f"routes from a confidence of {found['auto']}")
    return "\n".join([*lines, f"next: PINTU_CONFIG_DIR={config} pintu rules check"])


def _fail(message: str) -> NoReturn:
    say(f"error: {message}", err=True)
    raise typer.Exit(BAD_USE)
