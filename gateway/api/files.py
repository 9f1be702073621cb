"""What is made once for a version of the rules and read by many: answered with an ETag."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Generic, TypeVar

from fastapi import Request, Response

from broker.domain.routing.rules import Rules
from gateway.api.world import Gateway

T = TypeVar("T")

FRESH_FOR: Final = 300
"""Seconds for which a reader need not ask again."""


class OfRules(Generic[T]):
    """What ``make`` makes of the rules in force, made again when others are."""

    def __init__(self, make: Callable[[Rules], T]) -> None:
        self._make = make
        self._made: tuple[Rules, T] | None = None

    def now(self, world: Gateway) -> T:
        """Of the rules as they are now."""
        rules = world.config.rules
        if self._made is None or self._made[0] is not rules:
            self._made = rules, self._make(rules)
        return self._made[1]


@dataclass(frozen=True, slots=True)
class File:
    """Bytes with their type; the same bytes have the same tag."""

    content: bytes
    media_type: str
    etag: str


def file_of(content: bytes, media_type: str) -> File:
    """With its tag."""
    return File(content, media_type, f'"{sha256(content).hexdigest()[:32]}"')


def answer_with(request: Request, file: File, more: Mapping[str, str] | None = None) -> Response:
    """The file, or 304 for a reader who has it (RFC 9110, section 13.1.2)."""
    headers = {"ETag": file.etag, "Cache-Control": f"public, max-age={FRESH_FOR}", **(more or {})}
    known = [tag.strip().removeprefix("W/") for tag in _if_none_match(request).split(",")]
    if file.etag in known or known == ["*"]:
        return Response(status_code=304, headers=headers)
    return Response(file.content, 200, headers, file.media_type)


def _if_none_match(request: Request) -> str:
    return request.headers.get("if-none-match", "")[:1000]
