"""Wait for something to become true, and fail with words when it does not."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar, overload

Found = TypeVar("Found")
_PAUSE = 0.05
PATIENCE: Final = 60.0
"""Seconds after which a test gives up. It says nothing of how quick anything should be: a test that
passes has waited as long as it took, and on a busy machine that is long."""


def eventually(
    predicate: Callable[[], Found | None], within: float = PATIENCE, saying: str | None = None
) -> Found:
    """Call `predicate` until it gives something true, and return that.

    An AssertionError inside it counts as "not yet". After `within` seconds the last one is
    raised, or one with `saying` and the last answer.
    """
    until = time.monotonic() + within
    while True:
        failed: AssertionError | None = None
        found: Found | None = None
        try:
            found = predicate()
        except AssertionError as error:
            failed = error
        if found:
            return found
        if time.monotonic() >= until:
            raise _too_late(found, failed, within, saying)
        time.sleep(_PAUSE)


@overload
async def eventually_async(
    predicate: Callable[[], Awaitable[Found | None]],
    within: float = PATIENCE,
    saying: str | None = None,
) -> Found: ...


@overload
async def eventually_async(
    predicate: Callable[[], Found | None], within: float = PATIENCE, saying: str | None = None
) -> Found: ...


async def eventually_async(
    predicate: Callable[[], object], within: float = PATIENCE, saying: str | None = None
) -> object:
    """The same in an event loop; `predicate` is a plain function or a coroutine function."""
    until = time.monotonic() + within
    while True:
        failed: AssertionError | None = None
        found: object = None
        try:
            found = predicate()
            if inspect.isawaitable(found):
                found = await found
        except AssertionError as error:
            failed, found = error, None
        if found:
            return found
        if time.monotonic() >= until:
            raise _too_late(found, failed, within, saying)
        await asyncio.sleep(_PAUSE)


def _too_late(
    found: object, failed: AssertionError | None, within: float, saying: str | None
) -> AssertionError:
    words = saying or "it did not become true"
    detail = str(failed) if failed else f"the last answer was {found!r}"
    late = AssertionError(f"{words} within {within:g} s: {detail}")
    late.__cause__ = failed
    return late
