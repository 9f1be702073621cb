"""Lists of cases as they are read: lines on a terminal, tab-separated in a pipe, or JSON."""

import sys
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING

from config.language import gettext, spoken_in, worded
from gateway.text.printable import JsonList, say

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without the store
    from rich.text import Text

    from broker.domain.case import Case, CaseFilter, Said
    from gateway.desk.session import DeskSession

    Lines = Callable[[Case, "Said | None", DeskSession, int], list[Text]]
    Row = Callable[[Case, DeskSession], Sequence[str]]
    Record = Callable[[Case, "Said | None", DeskSession], dict[str, object]]


async def print_cases(
    wanted: "CaseFilter",
    here: "DeskSession",
    limit: int,
    *,
    lines: "Lines",
    row: "Row",
    record: "Record | None",
) -> None:
    """Print what is wanted, one by one, then say how many more there are.

    ``record``: of a case as JSON, where that is asked for.
    """
    from gateway.desk.searching import wanted_cases

    cases, count = wanted_cases(here.store, wanted, most=limit), 0
    if record is not None:
        with JsonList() as printed:
            async for case in cases:
                printed.item(record(case, await _last(case, here), here))
                count += 1
    elif _is_terminal():
        count = await _on_terminal(cases, here, lines)
    else:
        async for case in cases:
            with spoken_in("en"):  # for programs
                cells = row(case, here)
            say("\t".join(cells))
            count += 1
    if count == limit and (more := await here.store.how_many(wanted) - count) > 0:
        say(worded("{more:,} more (--limit)", more=more), err=True)


async def _on_terminal(cases: "AsyncIterator[Case]", here: "DeskSession", lines: "Lines") -> int:
    from gateway.text.console import Console

    console, count = Console(highlight=False, markup=False), 0
    async for case in cases:
        for line in lines(case, await _last(case, here), here, console.width):
            console.print(line, no_wrap=True, overflow="ignore", crop=False)
        count += 1
    if not count:
        say(gettext("no case"), err=True)
    return count


async def _last(case: "Case", here: "DeskSession") -> "Said | None":
    """The newest that was said in it."""
    said = await here.store.conversation(case.complaint_id, 1)
    return said[0] if said else None


def _is_terminal() -> bool:
    return sys.stdout.isatty()
