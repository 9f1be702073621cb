"""`pintu rules init`: a new region's configuration folder, by asking who does what there."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from config.language import gettext, worded
from config.loading.problems import Findings
from gateway.text.printable import say, say_json
from pintu.cli.exit_codes import BAD_USE, NOT_ALL

if TYPE_CHECKING:  # imported where needed: other commands start without it
    from pintu.rules.asking.folder import Plan

_SHOWN = 100  # characters of a sentence in the picture


def init(
    config: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The configuration folder to make or to change."),
    ] = None,
    questions: Annotated[
        bool,
        typer.Option("--questions", help="Print the questionnaire as a file to fill in, and stop."),
    ] = False,
    answers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The questionnaire, filled in; nothing is asked."),
    ] = None,
    places: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="CSV with the places: code,name, or as places.csv."),
    ] = None,
    agencies: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV with the agencies: code,name and if there is any short,kind,level,aliases,"
            "replaces; without it the shipped ones.",
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Write over files that people may have changed; keeps them as NAME~."
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and write nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Who does this here? Make a new region's configuration, or change its answers.

    Asks at a terminal, or takes a file: rules init --questions prints it, --answers reads it. Ends
    with a check of the rules and with sentences of citizens and where each goes now. What people
    wrote in DIR stays.

    Example: pintu rules init --config my-regency/ --places wilayah.csv
    """
    if questions:
        say(_sheet(config))
        return
    if config is None:
        say(gettext("error: say where: --config DIR"), err=True)
        raise typer.Exit(BAD_USE)
    from pintu.cli.rules.init_answers import asked, from_file
    from pintu.rules.asking.folder import WouldOverwrite, carry_out, planned

    if answers is None:
        request, done = asked(config, places, agencies)
    else:
        request, done = from_file(answers, places, agencies), None
    try:
        plan = planned(config, request, force=force)
    except WouldOverwrite as error:
        say(worded("error: {error}", error=error), err=True)
        raise typer.Exit(NOT_ALL) from None
    if not dry_run:
        carry_out(config, plan)
        if done:
            done()
    if as_json:
        say_json(_record(plan, dry_run))
    else:
        _tell(config, plan, dry_run)


def _sheet(config: Path | None) -> str:
    """The questionnaire, with the answers that a folder has."""
    from pintu.cli.rules.init_answers import answers_of
    from pintu.rules.asking.folder import known_agencies
    from pintu.rules.asking.sheet import names_of, sheet

    region, answers = answers_of(config) if config else (None, {})
    known = known_agencies(config, region, None, Findings())
    return sheet(region, answers, names_of(known)).rstrip("\n")


def _record(plan: "Plan", dry_run: bool) -> Mapping[str, object]:
    from pintu.cli.local_day import today
    from pintu.rules.asking.picture import examples

    return {
        "written": not dry_run and not plan.nothing,
        "new": sorted(plan.new),
        "written_over": sorted(plan.written_over),
        "changed": {id: {"from": a, "to": b} for id, (a, b) in plan.changed.items()},
        "unanswered": list(plan.unanswered),
        "warnings": [str(problem) for problem in plan.warnings],
        "examples": [
            {"question": e.question, "text": e.text, "agency": e.agency}
            for e in examples(plan.rules, today(None))
        ],
    }


def _tell(config: Path, plan: "Plan", dry_run: bool) -> None:
    from pintu.cli.local_day import today
    from pintu.rules.asking.picture import examples
    from pintu.rules.asking.sheet import shown

    if dry_run:
        say(gettext("nothing is written (--dry-run)"))
    for name in sorted(plan.written_over):
        say(worded("changed: {name}", name=name))
    if plan.new:
        say(worded("{config}: {n} new files", config=config, n=len(plan.new)))
    if plan.nothing:
        say(worded("{config} says so already: nothing to change", config=config))
    for id, (before, after) in plan.changed.items():
        if before is not None:
            say(f"{id}: {shown(before)} → {shown(after)}")
    if plan.changed and not plan.new:
        say(gettext("give rules.toml another version: every decision bears it"))
    if plan.unanswered:
        say(
            worded(
                "not answered, so as the topics say: {questions}",
                questions=", ".join(plan.unanswered),
            )
        )
    for problem in plan.warnings:
        say(worded("warning: {problem}", problem=problem), err=True)
    rules = plan.rules
    say(
        worded(
            "ok: {name}, {agencies} agencies, {places} places, {topics} topics",
            name=rules.name,
            agencies=len(rules.agencies),
            places=len(rules.gazetteer.areas),
            topics=len(rules.topics),
        )
    )
    if len(rules.gazetteer.areas) == 1:
        say(
            gettext(
                "without places, what goes to @village or @district waits at the desk: add them "
                "with --places"
            )
        )
    say("")
    say(gettext("Where it goes now:"))
    for example in examples(rules, today(None)):
        to = rules.agency_name(example.agency) if example.agency else gettext("the desk")
        say(f"  {example.text[:_SHOWN]} → {to}")
    say("")
    command = f'PINTU_CONFIG_DIR={config} pintu route "…"'
    say(worded("next: {command}", command=command))
