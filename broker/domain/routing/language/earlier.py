"""Whether a text names an earlier complaint by its tracking code.

Numbers of other systems (SP4N-LAPOR!, a police report) are none: they have no check character.
"""

import re
from typing import Final

from schemas.identifiers import normalise_tracking
from schemas.limits import EXAMINED_CHARS

_CODE: Final = re.compile(r"(?<![^\W_])[0-9A-Za-z]{4}(?:-[0-9A-Za-z]{4}){2}(?![^\W_])")
_HYPHENS: Final = 2


def names_earlier(text: str) -> bool:
    """True where a tracking code stands in the text.

    One of digits alone is a telephone number: of a hundred thousand codes one has no letter.
    """
    if text.count("-") < _HYPHENS:  # as with nearly all
        return False
    return any(
        normalise_tracking(written[0]) is not None and not written[0].replace("-", "").isdigit()
        for written in _CODE.finditer(text, 0, EXAMINED_CHARS)
    )
