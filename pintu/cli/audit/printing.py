"""Rows of the audit trail on standard output."""

import sys
from datetime import tzinfo
from typing import TYPE_CHECKING, Final

from gateway.text.printable import say, say_json

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without a broker's client
    from gateway.desk.trail import Row

_WIDTHS: Final = (8, 25, 6, 34, 14, 22)


def print_row(row: "Row", zone: tzinfo, *, as_json: bool) -> None:
    """A line: in columns on a terminal, tab-separated in a pipe, or one of JSON."""
    if as_json:
        say_json(row.plain(), indent=None, ascii=True)
        return
    *cells, last = row.cells(zone)
    if sys.stdout.isatty():
        say("  ".join([*(cell.ljust(w) for cell, w in zip(cells, _WIDTHS, strict=True)), last]))
    else:
        say("\t".join([*cells, last]))
