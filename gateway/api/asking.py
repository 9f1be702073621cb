"""Updates on their way to the cases, and the receipt that comes back."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from datetime import datetime
from typing import Final, Literal

from broker.errors import BrokerUnavailable, Unroutable
from broker.messaging import names
from broker.ports import Client
from gateway.api.traces import trace_here
from schemas.envelope import CONTENT_TYPE, envelope, event_type
from schemas.receipt import ReceivedData, read_receipt

HEARD_WITHIN: Final = 8.0
"""Seconds that a request waits for its receipt."""


_ROOMS: Final = {"agency": "agencies", "channel": "channels", "desk": "desk"}


class Updates:
    """One connection that publishes updates, opened when it is first wanted and again when lost."""

    def __init__(self, connect: Callable[[], AbstractAsyncContextManager[Client]]) -> None:
        self._connect = connect
        self._client: Client | None = None
        self._stack = AsyncExitStack()
        self._turn = asyncio.Lock()

    async def say(
        self,
        who: Literal["agency", "channel", "desk"],
        code: str,
        verb: str,
        *,
        id: str,
        subject: str,
        at: datetime,
        data: Mapping[str, object],
        person: str | None = None,
    ) -> ReceivedData | None:
        """Publish one as ``agency.<code>``, ``channel.<code>`` or ``desk.<name>``; its receipt,
        None where none came in time: it is in the queue all the same. ``person``: who of the agency
        speaks, for the history and the audit trail.

        Raises:
            BrokerUnavailable: it was not confirmed.
        """
        source = f"/{_ROOMS[who]}/{code}"
        if who == "agency" and person is not None:
            source = f"{source}/people/{person}"
        body = envelope(
            id=id, type=event_type(verb), source=source, subject=subject, time=at, data=data
        )
        client = await self._connected()
        try:
            answer = await client.request(
                names.UPDATES,
                names.update_key(who, code, verb),
                body,
                content_type=CONTENT_TYPE,
                headers=trace_here(),
                message_id=id,
                within=HEARD_WITHIN,
            )
        except Unroutable as why:
            raise BrokerUnavailable(str(why)) from why
        except BrokerUnavailable:
            await self._lose(client)
            raise
        return None if answer is None else read_receipt(answer.body)

    async def close(self) -> None:
        """Disconnect."""
        async with self._turn:
            await self._close()

    async def _connected(self) -> Client:
        async with self._turn:
            if self._client is None:
                self._client = await self._stack.enter_async_context(self._connect())
            return self._client

    async def _lose(self, client: Client) -> None:
        async with self._turn:
            if self._client is client:
                await self._close()

    async def _close(self) -> None:
        self._client = None
        with suppress(BrokerUnavailable):
            await self._stack.aclose()
        self._stack = AsyncExitStack()
