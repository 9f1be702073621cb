"""`pintu rules new-services`: what the desk assigns again and again and the rules do not know."""

import asyncio
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from config.language import gettext, worded, worded_many
from gateway.text.printable import say, say_json, say_sections
from pintu.cli.exit_codes import NOT_ALL

if TYPE_CHECKING:  # imported where needed: other commands start without the store
    from config.loading.problems import Problem
    from gateway.desk.services.finding import Found, Service

_DAYS = 60


def new_services(
    days: Annotated[
        int, typer.Option(min=1, max=366, help="Look at what came in so many days before now.")
    ] = _DAYS,
    most: Annotated[
        int, typer.Option(min=1, help="Look at so many cases at most, the newest.")
    ] = 20_000,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """What the desk assigned again and again, unlike anything that the rules know.

    Groups of three complaints or more for one agency that are like one another; the rules would
    leave each of them to the desk, and would hardly think of that agency. Of each group the cases,
    phrases that tell of it, and a topic ready to be pasted into a file of topics/, checked. Look at
    the cases first: words that several people wrote are no rule yet.

    No text is printed; confidential complaints are not looked at; names, numbers and places are
    left out of the phrases. A closed case counts as long as its words are kept.

    Tab-separated in a pipe: agency, number of cases, first and last day, phrases, tracking codes
    (both with commas). Exit code 0, whether or not there are any; 1 where a proposed topic would
    not stand in the rules.

    Example: pintu rules new-services

    Example: pintu rules new-services --days 30 --json
    """
    found, blocks = asyncio.run(_found(timedelta(days=days), most))
    if as_json:
        say_json(_record(found, [block for block, _ in blocks]))
    elif sys.stdout.isatty():
        say_sections(_sections(found, [block for block, _ in blocks]))
    else:
        for service in found.services:
            say("\t".join(_row(service)))
    _tell(found)
    problems = [problem for _, these in blocks for problem in these]
    for problem in problems:
        say(worded("error: {message}", message=problem), err=True)
    if problems:
        raise typer.Exit(NOT_ALL)


async def _found(period: timedelta, most: int) -> "tuple[Found, list[tuple[str, list[Problem]]]]":
    """What there is, and of each the topic with what would be wrong with it."""
    from config.loading.proposed import check_topics
    from config.settings import load_settings
    from gateway.desk.services.finding import new_services as find
    from gateway.desk.services.topic_block import topic_block
    from pintu.app import open_desk

    folder = load_settings().config_dir
    async with open_desk() as here:
        rules = here.rules
        found = await find(here.store, rules, here.clocks.calendar, here.now(), period, most)
    blocks = [topic_block(service, rules) for service in found.services]
    return found, [(block, check_topics(folder, block)) for block in blocks]


def _row(service: "Service") -> tuple[str, ...]:
    return (
        service.agency,
        str(len(service.cases)),
        service.first.isoformat(),
        service.last.isoformat(),
        ",".join(service.phrases),
        ",".join(service.cases),
    )


def _record(found: "Found", blocks: list[str]) -> dict[str, object]:
    return {
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "looked_at": found.looked,
        "unknown": found.unknown,
        "whole": found.whole,
        "services": [
            {
                "agency": service.agency,
                "cases": list(service.cases),
                "first": service.first.isoformat(),
                "last": service.last.isoformat(),
                "phrases": list(service.phrases),
                "topic": block,
            }
            for service, block in zip(found.services, blocks, strict=True)
        ],
    }


def _sections(found: "Found", blocks: list[str]) -> Iterator[tuple[str, list[str]]]:
    for service, block in zip(found.services, blocks, strict=True):
        heading = worded_many(
            "{agency}: {n} case, {first} to {last}",
            "{agency}: {n} cases, {first} to {last}",
            len(service.cases),
            agency=service.agency,
            first=service.first,
            last=service.last,
        )
        yield heading, [" ".join(service.cases), "", *block.splitlines()]


def _tell(found: "Found") -> None:
    said = worded_many(
        "{n} group in {looked:,} cases from {since} to {until}; the desk assigned "
        "{unknown:,} that are unlike anything known",
        "{n} groups in {looked:,} cases from {since} to {until}; the desk assigned "
        "{unknown:,} that are unlike anything known",
        len(found.services),
        looked=found.looked,
        since=found.since,
        until=found.until,
        unknown=found.unknown,
    )
    say(said if found.whole else f"{said} {gettext('(only the newest: --most)')}", err=True)
