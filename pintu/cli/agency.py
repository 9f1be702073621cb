"""``pintu agency``: what an agency gets, as it comes; or an agency that answers."""

import asyncio
import logging
import signal
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from config.language import gettext, worded
from gateway.text.printable import printable, say, say_json

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without a broker's client
    from pintu.reference_agency.reference import Behaviour

_PAUSE = 2.0
Share = Annotated[float, typer.Option(min=0, metavar="SHARE")]
_TOLD = ("note", "reason", "suggest", "to", "rung", "clock", "detail")


def agency(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Such as dpupr.")],
    simulated: Annotated[
        bool,
        typer.Option(
            "--simulate",
            help="Be that agency: take from its queue, and answer. For trials, never beside the"
            " agency's own system.",
        ),
    ] = False,
    seconds: Annotated[
        float | None,
        typer.Option("--for", metavar="SECONDS", min=0, help="Leave then; by default at Ctrl-C."),
    ] = None,
    answers: Share = 0.7,
    returns: Share = 0.2,
    silent: Share = 0.1,
    seed: Annotated[
        int, typer.Option(metavar="N", help="Another one chooses other complaints.")
    ] = 0,
    suggest: Annotated[
        str | None, typer.Option(metavar="CODE", help="Whose it is, it says of what it hands back.")
    ] = None,
    speed: Annotated[
        float, typer.Option(metavar="X", min=0.01, help="Steps are 2/X seconds apart.")
    ] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", help="Whole events, one a line.")] = False,
) -> None:
    """Watch what goes to an agency; with --simulate, be that agency.

    Watching takes nothing out of the agency's queue: it gets copies of what passes from now on.
    The simulated agency is the example for those who write one
    (pintu/reference_agency/reference.py): of the complaints it answers some, hands some back
    and ignores some, in these shares.

    Example: pintu agency dpupr --simulate --for 60 --answers 3 --returns 1 --silent 0
    """
    from pintu.reference_agency.reference import Behaviour

    if simulated and answers + returns + silent == 0:
        raise typer.BadParameter(
            gettext("one of --answers, --returns and --silent must be above 0")
        )
    behaviour = Behaviour(
        answers, returns, silent, pause=_PAUSE / speed, seed=seed, suggests=suggest
    )

    def tell(verb: str, event: Mapping[str, Any]) -> None:
        if as_json:
            say_json(event, indent=None)
        else:
            say(_line(verb, event))
        sys.stdout.flush()

    asyncio.run(_run(code, behaviour if simulated else None, seconds, tell))


async def _run(code: str, behaviour: "Behaviour | None", seconds: float | None, tell: Any) -> None:
    from config.logging import configure_logging
    from config.settings import load_settings
    from gateway.desk.session import objection
    from pintu.app import directory_of, reached, time_alone
    from pintu.cli.local_day import today
    from pintu.reference_agency.reference import simulate
    from pintu.reference_agency.watching import watch

    settings = load_settings()
    configure_logging(settings.log_format, level=logging.ERROR)
    directory = directory_of(settings.config_dir)
    if why := objection(code, directory, today(settings.config_dir)):
        raise typer.BadParameter(why, param_hint="CODE")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with (
        reached(settings) as outside,
        outside.client(f"agency {code}") as connected,
        time_alone(settings) as clock,
    ):
        if seconds is not None:
            loop.call_later(seconds, stop.set)
        if behaviour is not None:
            await simulate(connected, code, behaviour, stop, clock.now, tell)
        else:
            waiting, _ = await connected.waiting(f"agency.{code}")
            words = worded(
                "{waiting} wait in agency.{code}; what comes from now on:",
                waiting=waiting,
                code=code,
            )
            await watch(connected, code, stop, tell, lambda: say(words, err=True))


def _line(verb: str, event: Mapping[str, Any]) -> str:
    """One line: what came (a tracking code first) or what was said (an arrow first)."""
    data = event["data"]
    said = str(event["source"]).startswith("/agencies/")
    told = [str(data[name]) for name in _TOLD if data.get(name)]
    if verb == "routed":
        told = [" ".join(str(data["complaint"]["text"]).split())]
    who = data.get("tracking") or event.get("subject") or "-"
    return printable(f"{'  →' if said else '  '} {verb:<13} {who}  {' · '.join(told)}".rstrip())
