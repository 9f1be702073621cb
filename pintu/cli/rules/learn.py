"""`pintu rules learn`: a configuration from labelled history."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from broker.errors import BadConfiguration, NotInstalled
from config.language import gettext, worded
from gateway.text.printable import say
from pintu.cli.exit_codes import BAD_USE
from pintu.cli.rules.said_names import Aliases, AliasFile, Apart, refuse, said_of

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
    alias: Aliases = None,
    aliases: AliasFile = None,
    keep_apart: Apart = None,
) -> None:
    """Learn from complaints that were dealt with: agencies, places, topics and who answers.

    Makes DIR or adds the folder learned/ to it; what people wrote there stays. Where a name of the
    history may be an agency that DIR has already, nothing is learned until somebody says which it
    is (exit code 78).

    Example: pintu rules learn history.csv --config my-regency/
    """
    try:
        from pintu.rules.learning.learn import learn as learned
        from pintu.rules.learning.twins import LikelyTwins
    except ImportError as error:
        raise NotInstalled(
            worded(
                "learning needs {name}, which is not installed: pip install 'pintu[learn]'",
                name=error.name,
            )
        ) from None

    def tell(what: str) -> None:
        say(f"{what} ...", err=True)

    try:
        said = said_of(config, alias, aliases, keep_apart)
        result = learned(history, config, precision=precision, name=name, say=tell, said=said)
    except LikelyTwins as error:
        refuse(error, config)
    except BadConfiguration as error:
        _fail(worded("{error}\n{config} is as it was", error=error, config=config))
    for wrong, lines in sorted(result.history.bad.items()):
        say(
            worded(
                "left out: {lines} rows: {wrong} ({places})",
                lines=len(lines),
                wrong=wrong,
                places=_places(lines),
            ),
            err=True,
        )
    if untimed := result.history.untimed:
        say(
            worded(
                "warning: {untimed} rows ({places}) have no reported_at in ISO 8601: "
                "rows to try it on were drawn evenly and not the latest, so the figures "
                "may flatter",
                untimed=len(untimed),
                places=_places(untimed),
            ),
            err=True,
        )
    for problem in result.named.problems:
        say(worded("warning: {problem}", problem=problem), err=True)
    say(_summary(result.validation, config, result.topics, len(result.named.areas)))


def _places(lines: Sequence[int]) -> str:
    some = ", ".join(map(str, lines[:_NAMED])) + (", …" if lines[_NAMED:] else "")
    return worded("line {lines}", lines=some)


def _summary(found: dict[str, object], config: Path, topics: int, places: int) -> str:
    def part(name: str) -> str:
        value = found[name]
        known = isinstance(value, float) and not math.isnan(value)
        return worded("{value:.1%}", value=value) if known else gettext("none")

    order = gettext("the latest") if found["in_order_of_time"] else gettext("drawn evenly")
    lines = [
        worded("{config}: learned from {found} rows", config=config, found=found["rows"])
        + (
            worded(", {start} to {end}", start=found["from"], end=found["to"])
            if found["from"]
            else ""
        )
        + worded(
            "; {topics} topics and {places} places beside what people wrote",
            topics=topics,
            places=places,
        ),
        worded(
            "tried on {found} rows held back ({order}): {part} right; routed by "
            "itself {part2}, of those right {part3} (asked: {found2:.1%})",
            found=found["held_back"],
            order=order,
            part=part("accuracy"),
            part2=part("coverage"),
            part3=part("precision"),
            found2=found["asked_precision"],
        ),
    ]
    if found["auto"] is None:
        lines.append(gettext("no threshold gives that precision: everything goes to a person"))
    else:
        lines.append(worded("routes from a confidence of {found}", found=found["auto"]))
    return "\n".join(
        [*lines, worded("next: PINTU_CONFIG_DIR={config} pintu rules check", config=config)]
    )


def _fail(message: str) -> NoReturn:
    say(worded("error: {message}", message=message), err=True)
    raise typer.Exit(BAD_USE)
