"""docs/reference/exit-codes.md: what a command ends with, from the errors themselves."""

import os
from collections.abc import Iterator

from broker import errors
from pintu.cli.main import exit_code
from scripts.documents.writing import items, page, paragraph

COMMON = {
    0: "done; also where a reader of the output left early (`| head`).",
    1: "a comparison found differences, a file or the rules have faults, there is no such case or"
    " message, an update was refused, nobody said yes, or nothing could be scored: the command says"
    " which.",
    2: "wrong use: an unknown option, an argument or a file that cannot be read.",
}
_WORDS = {
    69: "a program or an optional package is missing; the message names it.",
    70: "something else is in the way; the message says what. With a traceback it is a fault of"
    " this program.",
    75: "RabbitMQ or the database is away: try again.",
    77: "RabbitMQ refuses the user, the vhost or what the user wants to do; or the database refuses"
    " the user.",
    78: "settings or rules are wrong, every error is listed with its place; or TLS with RabbitMQ or"
    " the database is refused, and the message says which part of the URL to change.",
}


def codes() -> dict[int, list[str]]:
    """Exit codes of the project's own errors, each with the errors that lead to it."""
    found: dict[int, list[str]] = {}
    for kind in sorted(_errors(), key=lambda kind: kind.__name__):
        found.setdefault(exit_code(kind.__new__(kind)), []).append(kind.__name__)
    return dict(sorted(found.items()))


def exit_codes_page() -> str:
    """The page: codes with the names of sysexits.h, and the errors behind them."""
    names = {number: name for name in dir(os) if (number := _number(name)) is not None}
    told = [f"`{number}`: {words}" for number, words in COMMON.items()]
    for number, behind in codes().items():
        shown = ", ".join(f"`{name}`" for name in behind)
        told.append(f"`{number}` ({names[number]}): {_WORDS[number]} Errors: {shown}.")
    told.append(
        "`130` (SIGINT, Ctrl-C), `143` (SIGTERM): a command was interrupted. `pintu run` ends with"
        " 0 after one signal; after a second one it leaves at once with this code."
    )
    intro = (
        "The same for every command. 0 to 2 are the command's own; the others are those of"
        " `sysexits.h`. The reason is one line on standard error, never a traceback."
    )
    return page("Exit codes", paragraph(intro), items(told))


def _errors() -> Iterator[type[errors.PintuError]]:
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.PintuError):
            yield kind


def _number(name: str) -> int | None:
    number = getattr(os, name)
    return number if name.startswith("EX_") and isinstance(number, int) and number else None
