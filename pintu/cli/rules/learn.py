"""`pintu rules learn`: a configuration from labelled history."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from broker.errors import BadConfiguration, NotInstalled
from config.language import gettext, worded
from config.loading.names import Names
from gateway.text.printable import say
from pintu.cli.exit_codes import BAD_USE
from pintu.cli.rules.said_names import Aliases, AliasFile, Apart, refuse, said_of

_NAMED = 3  # lines of bad rows that are shown for each kind


def learn(
    *,
    history: Annotated[
        Path | None,
        typer.Argument(
            metavar="[HISTORY.csv]",
            show_default=False,
            help="Columns text and agency; optional address, district, village, topic, "
            "reported_at.",
        ),
    ] = None,
    from_store: Annotated[
        bool,
        typer.Option(
            "--from-store",
            help="Learn from the cases, and put it in force only where it is better.",
        ),
    ] = False,
    base: Annotated[
        Path | None,
        typer.Option(
            metavar="HISTORY.csv",
            help="With --from-store: earlier complaints as well; PINTU_LEARN_BASE by default.",
        ),
    ] = None,
    config: Annotated[
        Path,
        typer.Option(
            metavar="DIR",
            help="The configuration folder to make or to update.",
        ),
    ],
    precision: Annotated[
        float | None,
        typer.Option(
            min=0.5,
            max=0.999,
            help="Part of what is routed without a person that must be right; 0.9 by default, "
            "with --from-store what was asked the last time.",
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="What a new configuration is called; DIR's name by default.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --from-store: for programs.")
    ] = False,
    alias: Aliases = None,
    aliases: AliasFile = None,
    keep_apart: Apart = None,
    unless_since: Annotated[
        datetime | None,
        typer.Option(hidden=True, formats=["%Y-%m-%dT%H:%M:%S%z"]),  # of `pintu run learner`
    ] = None,
) -> None:
    """Learn from complaints that were dealt with: agencies, places, topics and who answers.

    Makes DIR or adds the folder learned/ to it; what people wrote there stays. Where a name of the
    history may be an agency that DIR has already, nothing is learned until somebody says which it
    is (exit code 78). With --from-store a candidate is learned from the cases without the newest
    rows and tried on these beside what is in force; it replaces that only where it is better.
    `pintu rules learnings` lists what came of it, `pintu rules back` takes it back.

    Example: pintu rules learn history.csv --config my-regency/

    Example: pintu rules learn --from-store --config my-regency/
    """
    if history is not None and from_store:
        _fail(gettext("HISTORY.csv and --from-store: name one of them; --base adds a file"))
    if history is None and not from_store:
        _fail(gettext("nothing to learn from: name HISTORY.csv, or say --from-store"))
    if base is not None and not from_store:
        _fail(gettext("--base goes with --from-store only"))
    _needs_the_extra()

    def said() -> Names:
        return said_of(config, alias, aliases, keep_apart)

    if history is None:
        from pintu.cli.rules.learn_anew import learn_anew

        learn_anew(
            config,
            base,
            precision=precision,
            name=name,
            unless_since=unless_since,
            said_names=said,
            as_json=as_json,
        )
        return
    _learn(history, config, 0.90 if precision is None else precision, name, said)


def _needs_the_extra() -> None:
    try:
        import pintu.rules.learning.learn  # noqa: F401 -- whether it is there
    except ImportError as error:
        raise NotInstalled(
            worded(
                "learning needs {name}, which is not installed: pip install 'pintu[learn]'",
                name=error.name,
            )
        ) from None


def _learn(
    history: Path, config: Path, precision: float, name: str | None, said_names: Callable[[], Names]
) -> None:
    """From a file, whatever is in force."""
    from pintu.rules.evaluating.discretion_report import suggestion
    from pintu.rules.learning.learn import learn as learned
    from pintu.rules.learning.twins import LikelyTwins

    def tell(what: str) -> None:
        say(f"{what} ...", err=True)

    try:
        result = learned(
            history, config, precision=precision, name=name, say=tell, said=said_names()
        )
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
    if seem := suggestion(result.doubtful, result.rules):
        say("")
        say(gettext("Topics that may be the desk's discretion: no text tells who gets them"))
        say("\n".join(seem))


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
    lines.append(worded("another --precision would route: {listed}", listed=_asked(found["asked"])))
    return "\n".join(
        [*lines, worded("next: PINTU_CONFIG_DIR={config} pintu rules check", config=config)]
    )


def _asked(figures: object) -> str:
    """`71.2% at 90%, …`"""
    assert isinstance(figures, list)
    return ", ".join(
        worded("{coverage:.1%} at {asked:.0%}", coverage=coverage, asked=asked)
        for asked, _, coverage, _ in figures
    )


def _fail(message: str) -> NoReturn:
    say(worded("error: {message}", message=message), err=True)
    raise typer.Exit(BAD_USE)
