"""Columns of text, as reports have them."""

from collections.abc import Iterable, Sequence

from config.language import worded

_NAME = 44


def percent(part: int, whole: int) -> str:
    """`87.5 %`; `-` of nothing."""
    return worded("{share:.1%}", share=part / whole).replace("%", " %") if whole else "-"


def clipped(name: str, most: int = _NAME) -> str:
    """A name of bounded width on one line."""
    name = " ".join(name.split())
    return name if len(name) <= most else name[: most - 1] + "…"


def columns(rows: Iterable[Sequence[str]], left: Sequence[int]) -> list[str]:
    """Lines of aligned columns, those of ``left`` to the left, the others to the right."""
    table = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)] if table else []
    return [
        "  "
        + "  ".join(
            cell.ljust(width) if at in left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
