"""Internal notes: said for agencies and the desk, and never passed on with an update's data.

A slip of the pen (``internalNote``), or a ``conversation`` that somebody sends back, must not tell
the reporter what was not for them: whatever is nearly called so is taken out, at every depth.
"""

from collections.abc import Mapping
from typing import Final

INTERNAL: Final = "internal_note"
_LONGEST_NAME: Final = 40
"""Of a name that may be meant for it."""


def without_internal(
    data: Mapping[str, object], *, by_channel: bool
) -> tuple[dict[str, object], object, list[str]]:
    """The data without internal notes, the one that was said, as it was written, and warnings.

    A channel writes none. How many values and levels there are was looked at before
    (``UPDATE_VALUES``, ``DEEPEST``).
    """
    warnings: list[str] = []
    note = data.get(INTERNAL)
    for name in filter(_nearly, data):
        if note is None:
            note = data[name]
            warnings.append(f"{INTERNAL}: was spelt in another way")
        else:
            warnings.append(f"{INTERNAL}: was there twice; the other spelling left out")
    if by_channel and note is not None:
        note = None
        warnings = [f"{INTERNAL}: not for a channel to write; left out"]
    rest = {name: value for name, value in data.items() if not _is_internal(name)}
    kept, inside = _kept(rest)
    if inside:
        warnings.append(f"{INTERNAL}: inside of another field; left out")
    return kept, note, warnings


def _kept(data: dict[str, object]) -> tuple[dict[str, object], bool]:
    """Without what is internal on any level, and whether there was such a thing."""
    found = False

    def kept(value: object) -> object:
        nonlocal found
        if isinstance(value, list):
            return [kept(item) for item in value]
        if not isinstance(value, dict):
            return value
        rest = [name for name in value if not _is_internal(name)]
        found = found or len(rest) < len(value)
        return {name: kept(value[name]) for name in rest}

    return {name: kept(value) for name, value in data.items()}, found


def _is_internal(name: str) -> bool:
    return name == INTERNAL or _nearly(name)


def _nearly(name: str) -> bool:
    if name == INTERNAL or len(name) > _LONGEST_NAME:
        return False
    letters = "".join(character for character in name.casefold() if character.isalpha())
    return letters in ("internalnote", "internalnotes")
