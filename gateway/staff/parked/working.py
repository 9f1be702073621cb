"""What people of the desk have done to parked messages, begun in the background."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal, Protocol, Self

from fastapi import Response

from broker.messaging.parking.unpark import Parked
from broker.ports import ParkedMessages, PeopleLine
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.desk import parked as work
from gateway.desk.parked_editing import Fault, Ready
from gateway.desk.parked_room import Kind
from gateway.staff.parked import words
from gateway.staff.visits import Visit
from gateway.web.forms import Form
from gateway.web.pages import first

JOBS: Final = "/meja/parkir/kerja/"
_ID: Final = 32
_LINE: Final = 300
_EDITED: Final = "edited and sent again"
_HEX: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks for. ``id``: of the form; ``mark``: of the messages that it showed."""

    what: Literal["replay", "discard"]
    id: str
    reason: str
    mark: str

    @classmethod
    def of(cls, form: Form) -> Self:
        """Raises Problem for what no form of ours asks for."""
        what = first(form, "do", 10)
        id = checked_id(first(form, "id", _ID))
        if what not in ("replay", "discard"):
            raise Problem("bad-request", {"detail": "do"})
        return cls(
            "replay" if what == "replay" else "discard",
            id,
            first(form, "reason", _LINE),
            first(form, "mark", _ID),
        )

    @property
    def wants_reason(self) -> bool:
        """Whether the reason is missing that is kept on the audit trail."""
        return self.what == "discard" and not self.reason


def checked_id(id: str) -> str:
    """The id of a form of ours. Raises Problem."""
    if len(id) != _ID or not _HEX.issuperset(id):
        raise Problem("bad-request", {"detail": "id"})
    return id


async def begun(world: Gateway, visit: Visit, asked: Asked, ids: frozenset[str], of: str) -> str:
    """Have it done; where to see how far it is."""
    wanted, by, at = work.bearing(*ids), visit.person.name, world.now()

    async def do(messages: ParkedMessages) -> tuple[int, Counter[str]]:
        if asked.what == "replay":
            return await work.give_back(messages, wanted)
        return await work.discard(messages, wanted, asked.reason, by, at)

    await _begin(world, visit, asked.id, asked.what, len(ids), of, do)
    return f"{JOBS}{asked.id}"


class Show(Protocol):
    """Shows the form again, with what is wrong or what will be left out."""

    def __call__(
        self, *, fault: str | None = None, warnings: tuple[str, ...] | None = None
    ) -> Response: ...


async def edited(
    world: Gateway,
    visit: Visit,
    parked: Parked,
    ready: Ready | Fault,
    form: str,
    reason: str,
    *,
    look: bool,
    show: Show,
    done: Callable[[str], Awaitable[Response]],
) -> Response:
    """Send what was made of a message, or say what is wrong with it. ``look``: only look at it."""
    if isinstance(ready, Fault):
        return show(fault=words.fault(ready))
    if look:
        return show(warnings=ready.warnings)
    id, by, at = checked_id(form), visit.person.name, world.now()
    why = f"{_EDITED}: {reason}" if reason else _EDITED

    async def do(messages: ParkedMessages) -> tuple[int, Counter[str]]:
        return await work.send_edited(messages, parked.id, ready.edited, why, by, at)

    await _begin(world, visit, id, "edit", 1, parked.id, do)
    return await done(f"{JOBS}{id}")


async def _begin(
    world: Gateway,
    visit: Visit,
    id: str,
    kind: Kind,
    count: int,
    of: str,
    do: Callable[[ParkedMessages], Awaitable[tuple[int, Counter[str]]]],
) -> None:
    """Begin it, with a line about who has it done before."""
    if world.parked().job(id) is None:
        line = PeopleLine(world.now(), visit.person.name, f"parked.{kind}", of[:60], str(count))
        await world.store.people.write_people_line(line)
    world.parked().begin(id, kind, visit.person.name, count, do)
