"""``pintu topology``: declare, compare, print."""

import asyncio
import logging
import re
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from config.broker_sentences import told
from config.language import worded
from gateway.text.printable import say, say_json
from pintu.cli.exit_codes import NOT_ALL

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without a broker's client
    from broker.amqp.topology import Difference, Report
    from broker.domain.routing.rules import Rules
    from config.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    help="Declare the exchanges, queues and bindings of the configuration on RabbitMQ; compare;"
    " print.\n\nExample: pintu topology apply && pintu topology verify",
)

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


@app.command()
def apply() -> None:
    """Declare what is missing. Nothing is deleted or changed; harmless to repeat.

    Exit code 1 where an object stands in the way: it is said which, and what to do.

    Example: pintu topology apply
    """
    from broker.amqp.topology import Kind
    from broker.errors import TopologyConflict

    settings, rules = _configuration()
    try:
        report, where = asyncio.run(_apply(settings, rules))
    except TopologyConflict as conflict:
        say(told(conflict), err=True)
        raise typer.Exit(NOT_ALL) from None
    new = "" if report.created is None else worded(" ({n} new)", n=len(report.created))
    say(
        worded(
            "RabbitMQ {map} at {where}: {exchanges} exchanges, {queues} queues{new}, "
            "{bindings} bindings in {seconds:.1f} s",
            map=".".join(map(str, report.broker_version)),
            where=where,
            exchanges=report.exchanges,
            queues=report.queues,
            new=new,
            bindings=report.bindings,
            seconds=report.seconds,
        )
    )
    for difference in report.differences:
        say(_told(difference), err=True)
    if any(d.kind in (Kind.MISSING, Kind.DIFFERS) for d in report.differences):
        raise typer.Exit(NOT_ALL)


@app.command()
def verify(as_json: AsJson = False) -> None:
    """Compare RabbitMQ with the configuration. Exit code 1 and a list where it differs.

    Also where a queue has fewer members than the cluster could give it, or some offline. Notes, for
    example that the management API cannot be reached and so bindings were not seen, do not count
    as differences.

    Example: pintu topology verify || pintu topology apply
    """
    from broker.amqp.topology import Kind

    found, counted = asyncio.run(_verify(*_configuration()))
    if as_json:
        say_json([_as_json(d) for d in found], ascii=True)
    else:
        for difference in found:
            say(_told(difference), err=difference.kind is Kind.NOTE)
    differs = any(difference.kind is not Kind.NOTE for difference in found)
    if not differs and not as_json:
        say(counted)
    if differs:
        raise typer.Exit(NOT_ALL)


@app.command()
def show(
    broker: Annotated[
        str,
        typer.Option(
            metavar="VERSION", help="As for this version of RabbitMQ; no broker is asked."
        ),
    ] = "4.0",
    as_json: AsJson = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="The page docs/reference/topology.md.")
    ] = False,
) -> None:
    """Print the topology of the configuration: a table, or tab-separated in a pipe.

    The columns are object, name, kind, details; of a binding: queue, exchange, routing key.

    Example: pintu topology show | grep ^queue | cut -f2
    """
    from consumers.runtime.topology import topology_of
    from pintu.cli import topology_page as page

    _, rules = _configuration()
    if as_markdown:
        say(page.markdown(topology_of(rules, page.NEW), topology_of(rules, page.OLD)))
        return
    if re.fullmatch(r"\d+(\.\d+)*", broker) is None:
        raise typer.BadParameter(
            worded("{broker!r} is no version, such as 4.0", broker=broker), param_hint="--broker"
        )
    try:
        wanted = topology_of(rules, tuple(map(int, broker.split("."))))
    except ValueError as why:
        raise typer.BadParameter(told(str(why)), param_hint="--broker") from None
    if as_json:
        say_json(page.as_json(wanted), ascii=True)
    elif sys.stdout.isatty():
        from rich.table import Table

        from gateway.text.console import Console

        table = Table(*page.HEADINGS)
        for row in page.rows(wanted):
            table.add_row(*row)
        Console(highlight=False, markup=False).print(table)
    else:
        for row in page.rows(wanted):
            say("\t".join(row))


def _told(difference: "Difference") -> str:
    """A line for people, in the language in use."""
    remedy = f" ({told(difference.remedy)})" if difference.remedy else ""
    what, says = told(difference.what), told(difference.says)
    return f"{told(difference.kind.value)}: {what}: {says}{remedy}"


def _configuration() -> "tuple[Settings, Rules]":
    from config.logging import configure_logging
    from config.settings import load_settings
    from pintu.app import rules_of

    settings = load_settings()
    configure_logging(settings.log_format, level=logging.ERROR)
    return settings, rules_of(settings.config_dir)


async def _apply(settings: "Settings", rules: "Rules") -> "tuple[Report, str]":
    from broker.amqp.address import shown
    from broker.amqp.topology import apply_topology, broker_version
    from consumers.runtime.broker_address import broker_address
    from consumers.runtime.topology import topology_of

    async with broker_address(settings) as address:
        wanted = topology_of(rules, await broker_version(address.url))
        report = await apply_topology(address.url, wanted, management_url=address.management_url)
        return report, shown(address.url)


async def _verify(settings: "Settings", rules: "Rules") -> "tuple[list[Difference], str]":
    from broker.amqp.address import shown
    from broker.amqp.topology import broker_version, verify_topology
    from consumers.runtime.broker_address import broker_address
    from consumers.runtime.topology import topology_of

    async with broker_address(settings) as address:
        wanted = topology_of(rules, await broker_version(address.url))
        found = await verify_topology(address.url, wanted, address.management_url)
        counted = worded(
            "ok: {exchanges} exchanges, {queues} queues, {bindings} bindings at {shown}",
            exchanges=len(wanted.exchanges),
            queues=len(wanted.queues),
            bindings=len(wanted.bindings),
            shown=shown(address.url),
        )
        return found, counted


def _as_json(difference: "Difference") -> dict[str, object]:
    return {
        "kind": difference.kind.value,
        "what": difference.what,
        "says": difference.says,
        "remedy": difference.remedy,
        "serious": difference.serious,
    }
