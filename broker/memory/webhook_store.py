"""The store of the webhooks in memory, for tests; it passes the same tests as the real one."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from broker.ports.webhooks import (
    Backlog,
    Delivery,
    Endpoint,
    EndpointState,
    Taken,
    Tried,
    Wanted,
)

_LOST_ACKNOWLEDGEMENT: Final = timedelta(hours=1)
_LONGEST: Final = 200


class MemoryWebhookStore:
    """Implements the port ``WebhookStore``."""

    def __init__(self) -> None:
        self._endpoints: dict[str, Endpoint] = {}
        self._deliveries: dict[int, Delivery] = {}
        self._ids = count(1)

    async def add(self, endpoint: Endpoint) -> bool:
        """See the port."""
        return self._endpoints.setdefault(endpoint.name, endpoint) is endpoint

    async def endpoint(self, name: str) -> Endpoint | None:
        """See the port."""
        return self._endpoints.get(name)

    async def endpoints(self) -> list[Endpoint]:
        """See the port."""
        return [self._endpoints[name] for name in sorted(self._endpoints)]

    async def move(self, name: str, url: str) -> bool:
        """See the port."""
        return self._change(name, url=url)

    async def pause(self, name: str, state: EndpointState, why: str, at: datetime) -> bool:
        """See the port."""
        one = self._endpoints.get(name)
        if one is None or one.state != "active":
            return False
        return self._change(name, state=state, why=why[:_LONGEST], since=at)

    async def resume(self, name: str, at: datetime) -> bool:
        """See the port."""
        if not self._change(name, state="active", why=None, since=at):
            return False
        for one in self._waiting(name):
            self._deliveries[one.id] = replace(one, due=at, tries=0, first_tried=None)
        return True

    async def rotate(self, name: str, secret: bytes, old_until: datetime) -> bool:
        """See the port."""
        one = self._endpoints.get(name)
        old = None if one is None else one.secret
        return self._change(name, secret=secret, old_secret=old, old_until=old_until)

    async def end_old(self, name: str) -> bool:
        """See the port."""
        one = self._endpoints.get(name)
        if one is None or one.old_secret is None:
            return False
        return self._change(name, old_secret=None, old_until=None)

    async def remove(self, name: str) -> int | None:
        """See the port."""
        if name not in self._endpoints:
            return None
        if many := len(self._waiting(name)):
            return many
        del self._endpoints[name]
        for one in [each for each in self._deliveries.values() if each.endpoint == name]:
            del self._deliveries[one.id]
        return 0

    async def acquire(self, name: str, holder: str, beat: int) -> bool:
        """See the port."""
        one = self._endpoints.get(name)
        if one is None or one.state != "active" or one.beat != beat:
            return False
        return self._change(name, holder=holder, beat=beat + 1)

    async def renew(self, holder: str, names: Collection[str]) -> set[str]:
        """See the port."""
        mine = set(self._held(holder, names))
        for name in mine:
            self._change(name, beat=self._endpoints[name].beat + 1)
        return mine

    async def release(self, holder: str, names: Collection[str]) -> None:
        """See the port."""
        for name in list(self._held(holder, names)):
            self._change(name, holder=None, beat=self._endpoints[name].beat + 1)

    async def take(
        self, name: str, holder: str, events: Sequence[Taken], at: datetime
    ) -> int | None:
        """See the port."""
        if not list(self._held(holder, [name])):
            return None
        for event in events:
            if self._is_news(name, event, at):
                one = Delivery(
                    id=next(self._ids),
                    endpoint=name,
                    event_id=event.event_id,
                    case=event.case,
                    type=event.type,
                    taken_at=at,
                    body=event.body,
                    properties=event.properties,
                    due=at,
                )
                self._deliveries[one.id] = one
        return len(self._waiting(name))

    async def due(
        self, name: str, now: datetime, most: int, under_way: Collection[str] = ()
    ) -> list[Delivery]:
        """See the port."""
        heads: dict[str, Delivery] = {}
        for one in self._waiting(name):
            heads.setdefault(one.case, one)
        ready = [
            one
            for one in heads.values()
            if one.due is not None and one.due <= now and one.case not in under_way
        ]
        return sorted(ready, key=lambda one: (one.due, one.id))[:most]

    async def tried(self, tried: Tried) -> bool:
        """See the port."""
        one = self._deliveries.get(tried.id)
        if one is None or one.state != "waiting":
            return False
        self._deliveries[one.id] = replace(
            one,
            state=tried.state,
            tries=one.tries + 1,
            first_tried=one.first_tried or tried.at,
            tried_at=tried.at,
            answer=tried.answer[:_LONGEST],
            due=tried.due,
            done_at=None if tried.state == "waiting" else tried.at,
            body=None if tried.state == "parked" else one.body,
        )
        return True

    async def give_back(self, ids: Sequence[int]) -> int:
        """See the port."""
        mine = [id for id in ids if self._state(id) == "waiting"]
        for id in mine:
            del self._deliveries[id]
        return len(mine)

    async def backlog(self) -> list[Backlog]:
        """See the port."""
        found = []
        for name in sorted({one.endpoint for one in self._deliveries.values()}):
            if waiting := self._waiting(name):
                oldest = min(one.taken_at for one in waiting)
                due = min(one.due for one in waiting if one.due is not None)
                found.append(Backlog(name, len(waiting), oldest, due))
        return found

    async def deliveries(
        self, wanted: Wanted, most: int, *, bodies: bool = False, oldest: bool = False
    ) -> list[Delivery]:
        """See the port."""
        found = sorted(self._those(wanted), key=lambda one: one.id, reverse=not oldest)[:most]
        return found if bodies else [replace(one, body=None) for one in found]

    async def replay(self, wanted: Wanted, now: datetime) -> int:
        """See the port."""
        there = [
            one for one in self._those(wanted) if one.state == "delivered" and one.body is not None
        ]
        for one in there:
            self._deliveries[one.id] = replace(
                one, state="waiting", due=now, tries=0, first_tried=None, done_at=None
            )
        return len(there)

    async def forget_case(self, case: str, without_person: Callable[[bytes], bytes]) -> int:
        """See the port."""
        mine = [
            one for one in self._deliveries.values() if one.case == case and one.body is not None
        ]
        for one in mine:
            body = without_person(one.body or b"") if one.state == "waiting" else None
            self._deliveries[one.id] = replace(one, body=body, properties="{}")
        return len(mine)

    async def vacuum(self) -> str | None:
        """See the port."""
        return None

    async def forget(self, before: datetime, most: int) -> int:
        """See the port."""
        old = [
            (one.done_at, one.id)
            for one in self._deliveries.values()
            if one.done_at is not None and one.done_at < before
        ]
        for _, id in sorted(old)[:most]:
            del self._deliveries[id]
        return len(old[:most])

    async def check(self) -> None:
        """See the port."""

    async def close(self) -> None:
        """See the port."""

    def _change(self, name: str, **fields: object) -> bool:
        if name not in self._endpoints:
            return False
        self._endpoints[name] = replace(self._endpoints[name], **fields)  # type: ignore[arg-type]
        return True

    def _held(self, holder: str, names: Collection[str]) -> Iterator[str]:
        for name in names:
            one = self._endpoints.get(name)
            if one is not None and one.holder == holder:
                yield name

    def _waiting(self, name: str) -> list[Delivery]:
        mine = [
            one
            for one in self._deliveries.values()
            if one.endpoint == name and one.state == "waiting"
        ]
        return sorted(mine, key=lambda one: one.id)

    def _those(self, wanted: Wanted) -> Iterator[Delivery]:
        for one in self._deliveries.values():
            if (
                wanted.endpoint in (None, one.endpoint)
                and wanted.state in (None, one.state)
                and wanted.event_id in (None, one.event_id)
                and (wanted.since is None or one.taken_at >= wanted.since)
            ):
                yield one

    def _state(self, id: int) -> str | None:
        one = self._deliveries.get(id)
        return None if one is None else one.state

    def _is_news(self, name: str, event: Taken, at: datetime) -> bool:
        for one in self._deliveries.values():
            if one.endpoint == name and one.event_id == event.event_id:
                break
        else:
            return True
        if one.state == "waiting":
            return False
        lately = one.done_at is not None and at - one.done_at < _LOST_ACKNOWLEDGEMENT
        if one.state == "delivered" and event.redelivered and lately:
            return False
        del self._deliveries[one.id]
        return True
