"""``pintu doctor``: what is wrong with this installation, and what mends it."""

import asyncio
import logging
import os
from typing import TYPE_CHECKING, Annotated

import typer

from config.language import gettext
from gateway.text.printable import say_json
from pintu.cli.exit_codes import NOT_ALL

if TYPE_CHECKING:  # imported where needed: other commands start without all of this
    from pintu.doctor import Examined

_PROBES = 9


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="What is fine, too.")] = False,
) -> None:
    """Look at everything that an installation needs, and say what is wrong, where, and what mends
    it. Exit code 1 if anything is.

    Environment, state folder, disk, RabbitMQ with its user, TLS, queues and policies, stores,
    PostgreSQL, backup, clocks, rules, holidays, processes. Nothing is changed. What cannot be seen,
    because something is away or this user may not see it, is said with the reason and is no
    finding by itself.

    Example: pintu doctor --verbose
    """
    from pintu.doctor import as_record, findings, print_report

    examined = asyncio.run(_examined())
    if as_json:
        say_json(as_record(examined))
    else:
        print_report(examined, verbose=verbose)
    if findings(examined):
        raise typer.Exit(NOT_ALL)


async def _examined() -> "list[Examined]":
    from config.logging import configure_logging
    from consumers.runtime.clock import agreed_clock
    from pintu.app import program_version
    from pintu.cli.progress import progress_bar
    from pintu.doctor import Probes, examine, read_environment

    environment, settings = read_environment(os.environ)
    configure_logging(settings.log_format, level=logging.CRITICAL)
    done = 0
    with progress_bar(gettext("looking"), _PROBES) as progress:

        def told(_: str) -> None:
            nonlocal done
            done += 1
            progress(done)

        probes = Probes(environment, settings, agreed_clock(), told)
        return examine(await probes.gather(program_version()))
