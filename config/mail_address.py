"""The form of a mail address: one, with nothing beside it that could end a header."""

import re
from typing import Final

_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
"""As HTML has it (https://html.spec.whatwg.org/#valid-e-mail-address), with a dot in the host."""
_LONGEST: Final = 254


def is_address(text: str) -> bool:
    """Whether that is the form of a mail address that every server takes."""
    return len(text) <= _LONGEST and _ADDRESS.fullmatch(text) is not None
