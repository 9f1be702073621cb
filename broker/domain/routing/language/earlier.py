"""Which earlier complaints a text names by their tracking codes.

Numbers of other systems (SP4N-LAPOR!, a police report) are none: they have no check character.
"""

import re
from typing import Final

from schemas.identifiers import normalise_tracking
from schemas.limits import EXAMINED_CHARS

MOST: Final = 3  # codes that are looked at
_CODE: Final = re.compile(r"(?<![^\W_])[0-9A-Za-z]{4}(?:-[0-9A-Za-z]{4}){2}(?![^\W_])")


def tracking_codes(text: str) -> tuple[str, ...]:
    """The first codes in a text, canonical, each once.

    One of digits alone is a telephone number: of a thousand million codes one has no letter.
    """
    if text.count("-") < 2:  # as with nearly all
        return ()
    found: list[str] = []
    for written in _CODE.finditer(text, 0, EXAMINED_CHARS):
        code = normalise_tracking(written[0])
        if code is not None and code not in found and not code.replace("-", "").isdigit():
            found.append(code)
            if len(found) == MOST:
                break
    return tuple(found)
