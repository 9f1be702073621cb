"""``pintu check``: does a foreign adapter, or an agency's system, keep the contract?"""

import asyncio
import logging
from typing import TYPE_CHECKING, Annotated, Final

import typer

from config.language import gettext, worded
from gateway.text.printable import say, say_json
from pintu.cli.exit_codes import NOT_ALL

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without a broker's client
    from pintu.conformance.record import Kind
    from pintu.conformance.rule import Finding
    from pintu.conformance.session import Step

app = typer.Typer(
    no_args_is_help=True,
    help="Watch a foreign system on a test node, and say where it departs from the contract.",
)

_TIMEOUT: Final = 60.0
Timeout = Annotated[
    float, typer.Option(metavar="SECONDS", min=0.1, help="How long each step is waited for.")
]
Steps = Annotated[
    str | None,
    typer.Option(metavar="A,B", help="These steps alone, in this order; --list names them."),
]
Listen = Annotated[
    str,
    typer.Option(metavar="HOST:PORT", help="Where the system connects; port 0 is a free one."),
]
ListSteps = Annotated[bool, typer.Option("--list", help="Name the steps, and leave.")]
AsJson = Annotated[
    bool, typer.Option("--json", help="For programs; the steps are told on standard error.")
]
_ANY_PORT: Final = "127.0.0.1:0"


@app.command()
def adapter(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="Such as web.")] = "web",
    timeout: Timeout = _TIMEOUT,
    steps: Steps = None,
    listen: Listen = _ANY_PORT,
    list_steps: ListSteps = False,
    as_json: AsJson = False,
) -> None:
    """Watch an adapter: how it submits complaints, and what it does with what comes back.

    It connects to the address that is printed, and not to RabbitMQ itself. Step by step it is
    told what is waited for, and what was seen. Exit code 1 where the adapter departs from the
    contract. Without PINTU_AMQP_URL it runs on a private node of its own.

    Example: pintu check adapter web --steps connect,submit,lost-confirm --timeout 20
    """
    from pintu.conformance.adapter.steps import STEPS

    _check("adapter", channel, _chosen(STEPS, steps, list_steps), timeout, listen, as_json)


@app.command()
def agency(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Such as dpupr.")],
    timeout: Timeout = _TIMEOUT,
    steps: Steps = None,
    listen: Listen = _ANY_PORT,
    list_steps: ListSteps = False,
    as_json: AsJson = False,
) -> None:
    """Watch an agency's system: how it takes complaints, and how it answers them.

    It connects to the address that is printed, and not to RabbitMQ itself; it gets complaints
    of nobody, some of them twice, and loses its connection. Exit code 1 where it departs from the
    contract. Without PINTU_AMQP_URL it runs on a private node of its own.

    Example: pintu check agency dishub --listen 127.0.0.1:5673 --json
    """
    from pintu.conformance.agency.steps import STEPS

    _check("agency", code, _chosen(STEPS, steps, list_steps), timeout, listen, as_json)


def _chosen(steps: "tuple[Step, ...]", names: str | None, list_steps: bool) -> "list[Step]":
    if list_steps:
        for step in steps:
            say(f"{step.name:<14} {worded(step.waits, code='CODE', queue=gettext('its queue'))}")
        raise typer.Exit
    if names is None:
        return list(steps)
    known = {step.name: step for step in steps}
    asked = [name.strip() for name in names.split(",")]
    if unknown := [name for name in asked if name not in known]:
        raise typer.BadParameter(
            worded(
                "no step {unknown!r}; there are {known}", unknown=unknown[0], known=", ".join(known)
            ),
            param_hint="--steps",
        )
    return [known[name] for name in asked]


def _check(
    kind: "Kind", code: str, steps: "list[Step]", timeout: float, listen: str, as_json: bool
) -> None:
    from pintu.conformance.rule import Verdict
    from pintu.conformance.telling import report, tell

    host, _, port = listen.rpartition(":")
    if not port.isdecimal() or len(port) > 5 or int(port) > 65535:
        raise typer.BadParameter(
            gettext("host:port, such as 127.0.0.1:5673"), param_hint="--listen"
        )
    where = (host.strip("[]") or "127.0.0.1", int(port))
    found = asyncio.run(_run(kind, code, steps, timeout, where, as_json))
    if as_json:
        say_json(report(kind, code, found))
    else:
        tell(found)
    if any(one.found.verdict is Verdict.FAIL for one in found):
        raise typer.Exit(NOT_ALL)


async def _run(
    kind: "Kind",
    code: str,
    steps: "list[Step]",
    timeout: float,
    listen: tuple[str, int],
    as_json: bool,
) -> "list[Finding]":
    from broker.amqp.address import shown
    from config.logging import configure_logging
    from config.settings import load_settings
    from pintu.conformance.check import check
    from pintu.conformance.stage import configured, no_such, session, stage

    settings = load_settings()
    configure_logging(settings.log_format, level=logging.ERROR)
    config = configured(settings)
    if why := no_such(config, kind, code):
        raise typer.BadParameter(why, param_hint="CHANNEL" if kind == "adapter" else "CODE")
    if settings.amqp_url is None:
        say(gettext("A private RabbitMQ is started, and this system on it ..."), err=as_json)
    async with (
        stage(settings, config) as set_up,
        session(set_up, kind, code, timeout, listen) as running,
    ):
        url = running.relay.url
        # A private node's password is made for this run; another's is not for a terminal.
        told = url if set_up.address.private else shown(url)
        say(
            worded("The {kind} {code} has to connect to {told}\n", kind=kind, code=code, told=told),
            err=as_json,
        )
        return await check(running, steps, lambda how, line: _tell(how, line, as_json))


def _tell(how: str, line: str, err: bool) -> None:
    say(line if how == "waits" else f"    {line}", err=err)
