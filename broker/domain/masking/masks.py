"""What stands in for what is hidden, and how it gets into a text."""

from collections.abc import Iterable
from typing import Final

from schemas.limits import MASKED_PLACES

PHONE_MASK: Final = "[telepon]"
NIK_MASK: Final = "[NIK]"
EMAIL_MASK: Final = "[surel]"

Place = tuple[int, int, str | None]
"""Start, end and mask of what was found; no mask where it is left as it is."""


def replaced(text: str, places: Iterable[Place]) -> str:
    """The text with the mask of each place; hidden from the first place that is one too many."""
    parts: list[str] = []
    done = 0
    for number, (start, end, mask) in enumerate(places):
        if number == MASKED_PLACES:
            return "".join([*parts, text[done:start], PHONE_MASK])
        if mask is not None:
            parts += [text[done:start], mask]
            done = end
    return "".join([*parts, text[done:]]) if parts else text
