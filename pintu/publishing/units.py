"""What is counted in a file: lines, rows or items."""

from config.language import ngettext


def units(unit: str, count: int) -> str:
    """What the numbers of lines count, of so many."""
    match unit:
        case "row":
            return ngettext("row", "rows", count)
        case "item":
            return ngettext("item", "items", count)
        case _:
            return ngettext("line", "lines", count)
