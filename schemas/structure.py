"""How much structure JSON has: of a body before it is read, of a value after."""

import math
from typing import Any, NamedTuple

from schemas.limits import STRINGS


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
    level: list[Any] = [value]
    while True:
        containers = [item for item in level if isinstance(item, dict | list)]
        finite = finite and not any(_is_infinite(item) for item in level)
        if not containers:
            return Size(counted, depth, finite)
        depth += 1
        counted += sum(map(len, containers))
        if depth > levels or counted > values:
            return Size(counted, depth, finite)
        level = [
            part
            for item in containers
            for part in (item.values() if isinstance(item, dict) else item)
        ]


def _is_infinite(item: object) -> bool:
    return isinstance(item, float) and not math.isfinite(item)


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
