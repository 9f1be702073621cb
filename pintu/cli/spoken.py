"""The command line in the language of whoever types: help texts, usage, what typer says itself.

Help stands in the commands in English, as typer wants it. Before the command line is read, the
tree of commands is walked once and each text is replaced; the catalogues take them from the same
walk, so no text of a command can be outside them.
"""

import gettext as standard
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

import config
from config.language import Language, gettext, language, language_of, marked, use_in_process

Command = TyperCommand | TyperGroup
HELP_NAMES: Final = ["-h", "--help"]
FIXED: Final = (
    marked("Usage: "),
    marked("[OPTIONS]"),
    marked("COMMAND [ARGS]..."),
    marked("Show this message and exit."),
)
"""What typer writes on every page of help."""
EXAMPLE: Final = "Example:"
_LIBRARY: Final = "typer"
"""The catalogue of what typer looks up by the standard library."""


def speak() -> None:
    """From now on this process speaks the language of its environment, typer too.

    With --json it speaks English: what programs read does not depend on who runs them.
    """
    spoken: Language = "en" if "--json" in sys.argv else language_of(os.environ)
    use_in_process(spoken)
    os.environ["LANGUAGE"] = spoken  # where the standard library's gettext looks
    standard.bindtextdomain(_LIBRARY, str(Path(config.__path__[0]) / "locale"))
    standard.textdomain(_LIBRARY)


def spoken(app: typer.Typer) -> TyperGroup:
    """The tree of commands with each text in the language in use; English stays untouched."""
    command = _tree(app)
    if language() != "en":
        _replace(command, gettext)
    return command


def texts(app: typer.Typer) -> Iterator[str]:
    """Every sentence of the help of these commands, as the catalogue has it."""
    command = _tree(app)
    found: list[str] = []

    def note(sentence: str) -> str:
        found.append(sentence)
        return sentence

    _replace(command, note)
    return iter(dict.fromkeys(found))


def _tree(app: typer.Typer) -> TyperGroup:
    command = get_command(app)
    if not isinstance(command, TyperGroup):
        raise TypeError("an app of several commands is a group")
    return command


def _replace(command: Command, say: Callable[[str], str]) -> None:
    command.context_class = _Context
    command.help = _each_paragraph(command.help, say)
    command.short_help = _each_paragraph(command.short_help, say)
    command.epilog = _each_paragraph(command.epilog, say)
    command.options_metavar = say("[OPTIONS]")
    for param in [*command.params, command.get_help_option(_context(command))]:
        if isinstance(param, TyperOption | TyperArgument):
            param.help = _each_paragraph(param.help, say)
            if isinstance(param.show_default, str):
                param.show_default = say(param.show_default)
    if isinstance(command, TyperGroup):
        command.subcommand_metavar = say("COMMAND [ARGS]...")
        for inner in command.commands.values():
            if isinstance(inner, TyperCommand | TyperGroup):
                _replace(inner, say)


def _each_paragraph(text: str | None, say: Callable[[str], str]) -> str | None:
    """Each paragraph is a sentence of the catalogue, on one line if it may be wrapped."""
    if not text:
        return text
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(text))
    return "\n\n".join(_paragraph(one, say) for one in paragraphs)


def _paragraph(text: str, say: Callable[[str], str]) -> str:
    if text.startswith("\b"):
        return "\b" + say(text[1:])
    line = " ".join(text.split())
    if line.startswith(f"{EXAMPLE} "):
        return say(EXAMPLE) + line[len(EXAMPLE) :]  # the command is the same in all languages
    return say(line)


class _Formatter(typer.Context.formatter_class):  # type: ignore[misc,valid-type]  # as click wants it
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, gettext("Usage: ") if prefix is None else prefix)


class _Context(typer.Context):
    formatter_class = _Formatter


def _context(command: Command) -> typer.Context:
    return _Context(command, help_option_names=HELP_NAMES)
