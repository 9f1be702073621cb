"""What typer says of a wrong use, in the language of whoever typed it."""

from typing import Final

import typer

from config import foreign
from config.language import language, marked

FORMS: Final = (
    marked("Invalid value for {where}: {why}"),
    marked("Invalid value: {why}"),
    marked("Missing argument {where}. {why}"),
    marked("Missing argument {where}."),
    marked("Missing option {where}. {why}"),
    marked("Missing option {where}."),
    marked("Choose from:\n\t{choices}"),
    marked("No such option: {name} (Possible options: {near})"),
    marked("No such option: {name}"),
    marked("Got unexpected extra argument(s) ({given})"),
    marked("Option {name} requires an argument."),
    marked("Option {name} requires {n} arguments."),
    marked("Option {name} does not take a value."),
    marked("{why}. Did you mean {near}?"),
    marked("No such command {name}"),
    marked("Could not open file {name}: {reason}"),
    marked("Path {name} does not exist."),
    marked("File {name} does not exist."),
    marked("Directory {name} does not exist."),
    marked("File {name} is a directory."),
    marked("Directory {name} is a file."),
    marked("Path {name} is not readable."),
    marked("File {name} is not readable."),
    marked("Directory {name} is not readable."),
    marked("{given} is not one of {choices}."),
    marked("{given} is not in the range {range}."),
    *foreign.FORMS,
)


def in_own_words(error: typer.TyperException) -> typer.TyperException:
    """The same refusal in the language in use."""
    if language() == "en" or not error.format_message():
        return error  # help that was asked for by giving nothing has no message
    again = typer.BadParameter(
        foreign.told(error.format_message(), FORMS), ctx=getattr(error, "ctx", None)
    )
    again.format_message = lambda: again.message  # type: ignore[method-assign]  # it is told already
    return again
