"""How much structure JSON has: of a body before it is read, of a value after."""

import math
from typing import Any, Final, NamedTuple

from schemas.limits import STRINGS

_CONTAINERS: Final = (dict, list)


class Size(NamedTuple):
    """What a value of JSON holds: ``values`` on all levels below it, in lists and objects that are
    ``levels`` deep; whether all numbers are finite."""

    values: int
    levels: int
    finite: bool


def size_of(value: Any, *, values: int, levels: int) -> Size:
    """The size of a value, as far as the limits: counting ends where one is passed."""
    counted = depth = 0
    finite = True
    containers = [value] if isinstance(value, _CONTAINERS) else []
    while containers:
        depth += 1
        for item in containers:
            counted += len(item)
        if depth > levels or counted > values:
            break
        inner: list[Any] = []
        for item in containers:
            for part in item.values() if isinstance(item, dict) else item:
                if isinstance(part, _CONTAINERS):
                    inner.append(part)
                elif isinstance(part, float) and not math.isfinite(part):
                    finite = False
        containers = inner
    return Size(counted, depth, finite)


def has_more_containers(body: bytes, most: int) -> bool:
    """Whether a body of JSON has more than ``most`` objects and lists, or too many strings to say.

    In time that is linear, and without building any of them. Brackets inside of strings do not
    count. Of a body that is no JSON, either answer may come out.
    """
    if len(body) <= most or body.count(b"[") + body.count(b"{") <= most:
        return False
    bare = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    if bare.count(b'"') > 2 * STRINGS:
        return True
    outside = b"".join(bare.split(b'"')[::2])
    return outside.count(b"[") + outside.count(b"{") > most
