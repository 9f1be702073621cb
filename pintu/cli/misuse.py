"""What typer says of a wrong use, in the language of whoever typed it.

typer makes these sentences itself, in English. They are recognised by their form; a form that is
not known is said as it is.
"""

import re
from functools import cache
from typing import Final

import typer

from config.language import gettext, language, marked

FORMS: Final = (
    marked("Invalid value for {where}: {why}"),
    marked("Invalid value: {why}"),
    marked("Value error, {why}"),
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
    marked("Input should be a valid integer, unable to parse string as an integer"),
    marked("Input should be a valid number, unable to parse string as a number"),
    marked("Input should be a finite number"),
    marked("Input should be greater than or equal to {least}"),
    marked("Input should be greater than {least}"),
    marked("Input should be less than or equal to {most}"),
    marked("Input should be less than {most}"),
)


def in_own_words(error: typer.TyperException) -> typer.TyperException:
    """The same refusal in the language in use."""
    if language() == "en" or not error.format_message():
        return error  # help that was asked for by giving nothing has no message
    again = typer.BadParameter(told(error.format_message()), ctx=getattr(error, "ctx", None))
    again.format_message = lambda: again.message  # type: ignore[method-assign]
    return again


def told(sentence: str) -> str:
    """A sentence of typer's in the language in use; what it quotes stays."""
    for form in FORMS:
        found = _form(form).fullmatch(sentence)
        if found:
            parts = found.groupdict()
            if "why" in parts:
                parts["why"] = told(parts["why"])
            return gettext(form).format(**parts)
    return gettext(sentence)


@cache
def _form(form: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(form)), re.DOTALL)
