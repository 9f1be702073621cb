"""A question with a deadline: whatever becomes of it is a value."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from broker.errors import PintuError
from config.broker_sentences import told
from config.language import worded
from pintu.doctor.finding import NotSeen, NotThere, Seen, seen, unseen

T = TypeVar("T")


async def ask(question: Callable[[], Awaitable[T]], what: str, within: float) -> Seen[T]:
    """What the question gives, or why it gave nothing in time.

    A fault of this program is said by its type alone, so that nothing else fails for it.
    """
    try:
        async with asyncio.timeout(within):
            return seen(await question())
    except (NotSeen, NotThere) as why:
        return Seen(None, why)
    except PintuError as why:
        return unseen(told(why))
    except TimeoutError:
        return unseen(worded("{what}: no answer within {within:g} s", what=what, within=within))
    except Exception as why:  # one probe that fails must not hide what the others saw
        return unseen(
            worded("{what}: the program failed ({name__})", what=what, name__=type(why).__name__)
        )
