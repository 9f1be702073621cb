"""Watches, beside the work, whether a store can be written; the health is told."""

import asyncio
from functools import partial
from typing import Final, Protocol

from broker.errors import StoreUnavailable
from consumers.runtime.health import Health
from consumers.runtime.service import Service

_WATCH_EVERY: Final = 4.0
"""Seconds from the end of a check to the next."""
_CHECK_WITHIN: Final = 9.0
"""Seconds. A check has deadlines of its own, which are shorter."""


class Checked(Protocol):
    """A journal or a case store."""

    async def check(self) -> None:
        """Raises StoreUnavailable unless it can be written now."""


async def watch_store(service: Service, store: Checked) -> None:
    """Say in the health whether the store can be written, until the process is told to stop.

    Work waits a minute for whoever has the store in hand, longer than anybody may take it for
    ready; and work of which there is none notices nothing.
    """
    await service.every(_WATCH_EVERY, partial(_look_at, store, service.health))


async def _look_at(store: Checked, health: Health) -> None:
    try:
        async with asyncio.timeout(_CHECK_WITHIN):
            await store.check()
    except TimeoutError:
        why = f"no answer from the store within {_CHECK_WITHIN:g} s"
        health.fails("store", why)
        raise StoreUnavailable(why) from None
    except StoreUnavailable as why:
        health.fails("store", str(why))
        raise
    except Exception:
        health.fails("store", "the program failed; its log says where")
        raise
    health.holds("store")
