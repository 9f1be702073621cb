"""``pintu node``: the private RabbitMQ node of this state folder."""

from typing import Annotated

import typer

from broker.node.seen import SeenNode
from config.language import gettext, marked, worded
from gateway.text.printable import printable, say, say_json
from pintu.cli.exit_codes import NOT_ALL

_STATES = {
    "ready": marked("ready"),
    "starting": marked("starting"),
    "stopped": marked("stopped"),
}

app = typer.Typer(
    no_args_is_help=True,
    help="The private RabbitMQ node of this state folder, which runs where PINTU_AMQP_URL is unset."
    "\n\nExample: pintu node status",
)


@app.command()
def url() -> None:
    """Print its AMQP URL, with the password. Exit code 1 where it does not run.

    Example: pintu node url
    """
    seen = _seen()
    if seen.state != "ready" or seen.url is None:
        say(_why(seen), err=True)
        raise typer.Exit(NOT_ALL)
    typer.echo(seen.url)


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Whether it runs, where, and which process started it. Exit code 1 where it does not run.

    Example: pintu node status --json
    """
    seen = _seen()
    if as_json:
        say_json(
            {
                "state": seen.state,
                "folder": str(seen.folder),
                "amqp": _without_password(seen.url),
                "management": _without_password(seen.management_url),
                "pid": seen.pid,
                "started_by": seen.owner,
            }
        )
    else:
        rows = [
            (gettext("state"), gettext(_STATES.get(seen.state, seen.state))),
            (gettext("folder"), printable(str(seen.folder))),
            ("amqp", _without_password(seen.url) or "-"),
            (gettext("management"), _without_password(seen.management_url) or "-"),
            ("pid", str(seen.pid or "-")),
            (gettext("started by"), str(seen.owner or "-")),
        ]
        for name, value in rows:
            say(f"{name:<12}{value}")
    if seen.state == "stopped":
        raise typer.Exit(NOT_ALL)


@app.command()
def stop() -> None:
    """Stop it in good order. Whatever uses it loses RabbitMQ; what is in its queues stays on disk.

    The process that started it stops it by itself when it leaves: end that one instead, where it
    still runs. Exit code 1 where no node runs.

    Example: pintu node stop
    """
    from broker.node.seen import stop as end

    seen = _seen()
    if seen.owner is not None:
        say(worded("process {owner} started it and loses RabbitMQ now", owner=seen.owner), err=True)
    if not end(seen.folder.parent):
        say(_why(seen), err=True)
        raise typer.Exit(NOT_ALL)
    say(gettext("stopped"))


def _seen() -> SeenNode:
    from broker.node.seen import look
    from config.settings import load_settings

    settings = load_settings()
    if settings.amqp_url is not None:
        say(
            gettext("note: PINTU_AMQP_URL is set, so that no command uses a private node"), err=True
        )
    return look(settings.state_dir)


def _why(seen: SeenNode) -> str:
    if seen.state == "starting":
        return worded(
            "the node in {printable} is starting; try again in a moment",
            printable=printable(str(seen.folder)),
        )
    return worded(
        "no private node runs in {printable}; `pintu run all` starts one where "
        "PINTU_AMQP_URL is unset",
        printable=printable(str(seen.folder)),
    )


def _without_password(url: str | None) -> str | None:
    from broker.amqp.address import shown

    if url is None:
        return None
    return shown(url) if url.startswith("amqp") else url.replace(url.split("@")[0] + "@", "http://")
