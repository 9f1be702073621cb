"""``pintu contract``: what others build against, as files."""

from pathlib import Path
from typing import Annotated

import typer

from config.foreign import told
from config.language import worded
from gateway.text.printable import printable, say
from pintu.cli.exit_codes import BAD_USE
from pintu.cli.options import Config

app = typer.Typer(
    no_args_is_help=True,
    help="What adapters, agencies and the desk build against, as files.\n\n"
    "Example: pintu contract export contract/",
)


@app.callback()
def _contract() -> None:
    """A group, though it has one command yet."""


@app.command()
def export(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder that is not there yet, or empty.")
    ],
    config: Config = None,
) -> None:
    """Write the contract of this installation into a folder, to be passed on as it is.

    A page to read (index.html), an AsyncAPI 3 document, JSON Schemas of every message, the
    directories of agencies, topics, regions and channels, and test vectors of tracking codes. No
    broker is asked; nothing in it is secret.

    Exit code 2 where the folder is in use or cannot be written: nothing is replaced.

    Example: pintu contract export contract/
    """
    from pintu.app import program_version, rules_of
    from pintu.contract import ExportRefused, contract_files, export_contract

    files = contract_files(rules_of(config), program_version())
    try:
        export_contract(folder, files)
    except ExportRefused as why:
        say(worded("error: {why}", why=why), err=True)
        raise typer.Exit(BAD_USE) from None
    except OSError as error:
        where = printable(str(error.filename or folder))
        say(
            worded(
                "error: {where}: {strerror}. Name a folder that you may write to",
                where=where,
                strerror=told(error.strerror),
            ),
            err=True,
        )
        raise typer.Exit(BAD_USE) from None
    page = folder / "index.html"
    say(
        worded(
            "{files} files in {printable}; open {printable2}",
            files=len(files),
            printable=printable(str(folder)),
            printable2=printable(str(page)),
        )
    )
