"""`pintu rules check`: every error of a configuration at once."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape

from broker.domain.routing.rules import Rules
from config.language import worded, worded_many
from config.loading import Problem, check_rules
from config.loading.clocks import check_clocks
from gateway.text.console import Console
from gateway.text.printable import say_json
from pintu.cli.exit_codes import NOT_ALL
from pintu.cli.options import Config


def check(
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Validate all rules: every error at once with its file and place; exit code 1 if any.

    Example: pintu rules check --config my-regency/
    """
    checked = check_rules(config)
    clocks = check_clocks(config)
    errors = list(dict.fromkeys((*checked.errors, *clocks.errors)))
    warnings = [*checked.warnings, *clocks.warnings]
    summary = _summary(checked.rules) if checked.rules and not errors else None
    if as_json:
        _print_json(errors, warnings, summary)
    else:
        _print(errors, warnings, summary)
    if errors:
        raise typer.Exit(NOT_ALL)


def _summary(rules: Rules) -> dict[str, object]:
    phrases = sum(len(t.phrases) + len(t.strong) + len(t.weak) for t in rules.topics)
    return {
        "tenant": rules.tenant,
        "name": rules.name,
        "version": rules.version,
        "region": rules.region,
        "agencies": len(rules.agencies),
        "unconfirmed": sum(not agency.confirmed for agency in rules.agencies.values()),
        "topics": len(rules.topics),
        "phrases": phrases,
        "lapor_ids": sum(len(topic.lapor) for topic in rules.topics),
        "places": len(rules.gazetteer.areas),
        "roads": len(rules.roads),
        "landmarks": len(rules.landmarks),
        "channels": len(rules.channels),
        "contacts": len(rules.contacts.all),
        "contacts_filled_in": len(rules.contacts.usable),
    }


def _print_json(
    errors: Sequence[Problem], warnings: Sequence[Problem], summary: dict[str, object] | None
) -> None:
    answer = {
        "ok": not errors,
        "errors": [asdict(problem) for problem in errors],
        "warnings": [asdict(problem) for problem in warnings],
        "summary": summary,
    }
    say_json(answer)


def _print(
    errors: Sequence[Problem], warnings: Sequence[Problem], summary: dict[str, object] | None
) -> None:
    console = Console(soft_wrap=True, highlight=False)
    for problem in errors:
        console.print(worded("[red]error[/]   {problem}", problem=escape(str(problem))))
    for problem in warnings:
        console.print(worded("[yellow]warning[/] {problem}", problem=escape(str(problem))))
    if summary is None:
        console.print(f"[red]{_errors(len(errors))}[/], {_warnings(len(warnings))}")
        return
    console.print(
        worded(
            "[green]ok[/] {name}, version {version}: {agencies} agencies "
            "({unconfirmed} unconfirmed), {topics} topics with {phrases} phrases and "
            "{lapor_ids} SP4N-LAPOR! ids, {places} places, {roads} roads, "
            "{channels} channels, {contacts} contacts ({filled_in} filled in); "
            "{warnings}",
            name=escape(str(summary["name"])),
            version=summary["version"],
            agencies=summary["agencies"],
            unconfirmed=summary["unconfirmed"],
            topics=summary["topics"],
            phrases=summary["phrases"],
            lapor_ids=summary["lapor_ids"],
            places=summary["places"],
            roads=summary["roads"],
            channels=summary["channels"],
            contacts=summary["contacts"],
            filled_in=summary["contacts_filled_in"],
            warnings=_warnings(len(warnings)),
        )
    )


def _errors(many: int) -> str:
    return worded_many("{n} error", "{n} errors", many)


def _warnings(many: int) -> str:
    return worded_many("{n} warning", "{n} warnings", many)
