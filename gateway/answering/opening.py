"""What a link opens, if it opens anything: the one place where that is decided."""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from fastapi import Request

from broker.domain.case import Case
from consumers.mail.links import Link, address_digest, read_link
from gateway.api.callers import address_of, anybody
from gateway.api.problems import Problem
from gateway.api.rates import WRONG_OF_ADDRESS
from gateway.api.world import Gateway

_STATUS: Final = {"unknown": 404, "expired": 410, "ended": 410, "elsewhere": 403, "soon": 404}


class NotOpened(Exception):
    """``why``: a key of the words; it shows nothing of the case."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    @property
    def status(self) -> int:
        return _STATUS[self.why]


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that is good, and its case."""

    link: Link
    case: Case
    role: str

    @property
    def answers(self) -> bool:
        return self.link.purpose == "answer"


async def opened(request: Request, world: Gateway, token: str) -> Opened:
    """The case of a link.

    Raises:
        NotOpened: it is none of ours, has expired, was taken back, or its agency does not have the
            case any more.
        Problem: too many wrong ones came from there.
    """
    anybody(request, world)
    address = address_of(request)
    if (seconds := world.rates.wait(WRONG_OF_ADDRESS, address)) is not None:
        raise Problem("too-many", {"seconds": seconds}, {"Retry-After": str(seconds)})
    link = read_link(token, world.links)
    if link is None:
        world.rates.add(WRONG_OF_ADDRESS, address)
        raise NotOpened("unknown")
    if link.expires_at <= world.now():
        raise NotOpened("expired")
    if not _listed(link, world) or link.ended(await world.store.links_ended(link.ends)):
        raise NotOpened("ended")
    case = await world.cases.find(link.complaint)
    if case is None:
        raise NotOpened("soon")
    if case.agency == link.agency:
        return Opened(link, case, "lead")
    if case.supports(link.agency) is not None:
        return Opened(link, case, "supporting")
    raise NotOpened("elsewhere")


def ticket(link: str, id: str, world: Gateway) -> str:
    """What a form carries to show that it was made by the page of this link: whoever has no page
    cannot make one, and an update keeps the id that the page gave it."""
    words = f"form\0{link}\0{id}".encode()
    return hmac.digest(world.links, words, sha256).hex()[:32]


def _listed(link: Link, world: Gateway) -> bool:
    """Whether the address that it was sent to still is a contact of that agency in that role."""
    contacts = world.config.rules.contacts
    return any(
        one.role == link.role
        and one.agency in (None, link.agency)
        and hmac.compare_digest(address_digest(one.address), link.address)
        for one in contacts.usable
    )
