"""The trace of a portal's request (W3C Trace Context), as headers of what is published for it."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from fastapi import Request

from broker.messaging.messages import TRACE_HEADERS

_PARENT, _STATE = TRACE_HEADERS
_FORM: Final = re.compile(
    r"(?!ff)(?P<version>[0-9a-f]{2})-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
    r"(?P<more>-[!-~]*)?"
)
_PRINTABLE: Final = re.compile(r"[ -~]*")
_LONGEST: Final = 512
NO_TRACE: Final[Mapping[str, str]] = MappingProxyType({})


def trace_of(request: Request) -> Mapping[str, str]:
    """Both headers as they came; nothing where there is no usable ``traceparent``.

    Only for callers with a key: whoever chooses the trace also chooses whether it is recorded.
    """
    given = request.headers.getlist(_PARENT)
    if len(given) != 1 or len(given[0]) > _LONGEST:
        return NO_TRACE
    form = _FORM.fullmatch(given[0])
    # Of version 00 all is known; a later one may say more.
    if form is None or (form["more"] and form["version"] == "00"):
        return NO_TRACE
    state = ",".join(request.headers.getlist(_STATE))
    kept = state and len(state) <= _LONGEST and _PRINTABLE.fullmatch(state)
    return {_PARENT: given[0], _STATE: state} if kept else {_PARENT: given[0]}
