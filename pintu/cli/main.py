"""All commands of ``pintu`` under one roof; errors of ours become a line and an exit code."""

import errno
import os
import sys
from typing import NoReturn

import typer

from broker.errors import (
    BadConfiguration,
    LoginRefused,
    NotInstalled,
    NotPermitted,
    PintuError,
    StoreLoginRefused,
    StoreTrustRefused,
    TrustRefused,
    Unavailable,
)
from config.broker_sentences import told
from config.spelling import refuse_misspelt
from gateway.text.printable import printable
from pintu.cli import (
    access,
    audit,
    case,
    check,
    clock,
    contract,
    key,
    mail,
    node,
    parked,
    rules,
    run,
    store,
    topology,
    triage,
    user,
    webhook,
)
from pintu.cli.agency import agency
from pintu.cli.demo import demo
from pintu.cli.doctor import doctor
from pintu.cli.due import due
from pintu.cli.exit_codes import NOT_ALL
from pintu.cli.misuse import in_own_words
from pintu.cli.publish import publish
from pintu.cli.report import report
from pintu.cli.route import route
from pintu.cli.spoken import speak, spoken

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)

app = typer.Typer(
    name="pintu",
    help="Routes citizens' complaints on RabbitMQ to the agency that is answerable.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(run.app, name="run")
app.add_typer(rules.app, name="rules")
app.add_typer(topology.app, name="topology")
app.add_typer(parked.app, name="parked")
app.add_typer(case.app, name="case")
app.add_typer(triage.app, name="triage")
app.add_typer(clock.app, name="clock")
app.add_typer(check.app, name="check")
app.add_typer(key.app, name="key")
app.add_typer(user.app, name="user")
app.add_typer(mail.app, name="mail")
app.add_typer(webhook.app, name="webhook")
app.add_typer(node.app, name="node")
app.add_typer(store.app, name="store")
app.add_typer(access.app, name="access")
app.add_typer(audit.app, name="audit")
app.add_typer(contract.app, name="contract")
app.command("demo")(demo)
app.command("publish")(publish)
app.command("route")(route)
app.command("due")(due)
app.command("report")(report)
app.command("agency")(agency)
app.command("doctor")(doctor)


@app.callback()
def _every_command(context: typer.Context) -> None:
    # `pintu doctor` tells of a misspelt name itself, beside all that is wrong.
    if context.invoked_subcommand != "doctor" and not {"-h", "--help"} & {*sys.argv}:
        refuse_misspelt()


def main() -> None:
    """Entry point. Exit codes: 0 done, 1 a comparison found differences, 2 wrong use,
    69 something needed is not installed, 70 any other failure of ours, 75 RabbitMQ or the
    store is away (try again), 77 RabbitMQ or the store refuses this user, 78 the configuration is
    wrong, or TLS is."""
    speak()
    try:
        _run()
    except PintuError as error:
        _leave(error)
    except ExceptionGroup as group:
        # Parts that run side by side fail as a group; ours has one cause to tell.
        ours, others = group.split(PintuError)
        if ours is None or others is not None:
            raise
        _leave(_first(ours))
    except SystemExit as leaving:
        # Typer makes 1 of a pipe that nobody reads, which would say that something differs.
        if isinstance(leaving.__context__, BrokenPipeError):
            _leave_unwritten(os.EX_OK)
        raise
    except BrokenPipeError:
        # The reader of our output went away (| head): not an error worth a traceback.
        _leave_unwritten(os.EX_OK)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        sys.stderr.write(printable(f"pintu: {error}\n", lines=True))
        _leave_unwritten(os.EX_SOFTWARE)


def _run() -> NoReturn:
    command = spoken(app)
    try:
        code = command.main(standalone_mode=False)
    except typer.TyperException as error:
        from typer.rich_utils import rich_format_error

        rich_format_error(in_own_words(error))  # type: ignore[arg-type]  # of typer's own kind
        sys.exit(error.exit_code)
    except typer.Abort:
        from typer.rich_utils import rich_abort_error

        rich_abort_error()
        sys.exit(NOT_ALL)
    sys.exit(code if isinstance(code, int) else os.EX_OK)


def _leave_unwritten(code: int) -> NoReturn:
    # Python would try to write the rest to descriptor 1 at its end, and fail again.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(code)


def _leave(error: PintuError) -> NoReturn:
    sys.stderr.write(printable(f"pintu: {told(error)}\n", lines=True))
    sys.exit(exit_code(error))


def _first(group: ExceptionGroup[PintuError]) -> PintuError:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, ExceptionGroup) else error


def exit_code(error: PintuError) -> int:
    """The code of sysexits.h that a script may act on."""
    if isinstance(error, BadConfiguration | TrustRefused | StoreTrustRefused):
        return os.EX_CONFIG
    if isinstance(error, NotInstalled):
        return os.EX_UNAVAILABLE
    if isinstance(error, NotPermitted | LoginRefused | StoreLoginRefused):
        return os.EX_NOPERM
    if isinstance(error, Unavailable):
        return os.EX_TEMPFAIL
    return os.EX_SOFTWARE
