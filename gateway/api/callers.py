"""Who asks: the key that came along, or a tracking code with its pin."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Final
from uuid import UUID

from fastapi import Request

from broker.domain.case import Case, Said
from gateway.access import pins
from gateway.access.keys import refusal_of
from gateway.api.problems import Problem
from gateway.api.rates import (
    FILES_OF_ADDRESS,
    OF_ADDRESS,
    OF_KEY,
    WRONG_OF_ADDRESS,
    WRONG_OF_CASE,
    Rate,
)
from gateway.api.world import Gateway
from schemas.identifiers import normalise_tracking

_LOOPBACK: Final = ("127.0.0.1", "::1")
_FORWARDED: Final = "x-forwarded-for"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a key or a person speaks for: ``channel``, ``agency`` or ``desk``, and its code (at the
    desk the person's name). ``person``: who it is, where somebody is signed in."""

    who: str
    code: str
    scopes: frozenset[str]
    person: str | None = None

    @property
    def of(self) -> str:
        return f"{self.who}.{self.code}"


def address_of(request: Request) -> str:
    """The caller's, as uvicorn has it: behind a proxy that is known the one that it names.

    Of IPv6 the network of 64 bits: whoever has one address in it has all of them.
    """
    given = request.client.host if request.client else ""
    try:
        address = ip_address(given)
    except ValueError:
        return given  # what a proxy made up
    if isinstance(address, IPv4Address):
        return given
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    if address.is_loopback:
        return given
    return str(IPv6Network((int(address), 64), strict=False))


def is_local(request: Request) -> bool:
    """Whether this machine itself asks, and not a proxy on it for somebody else."""
    return address_of(request) in _LOOPBACK and _FORWARDED not in request.headers


async def caller_of(request: Request, world: Gateway, shown: str | None = None) -> Caller | None:
    """Whose key came along; None where none did. Raises Problem for one that is no good.

    ``shown``: a key that came some other way than in ``Authorization``.
    """
    if shown is None:
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer":
            raise Problem("no-key")
    shown = shown.strip()
    key = await world.key(shown)
    if (refusal := refusal_of(key, shown, world.now())) is not None or key is None:
        _limit(world, WRONG_OF_ADDRESS, address_of(request), count=True)
        raise Problem(refusal or "unknown-key")
    who, _, code = key.of.partition(".")
    _limit(world, OF_KEY, key.id, count=True)
    return Caller(who, code, key.scopes)


async def channel_of(
    request: Request, world: Gateway, scope: str, shown: str | None = None
) -> Caller:
    """The channel whose key came along, if it is good for that. Raises Problem."""
    return permitted(await caller_of(request, world, shown), "channel", scope)


async def agency_of(request: Request, world: Gateway, code: str, scope: str) -> Caller:
    """The agency of that code, if its key came along and is good for that. Raises Problem."""
    caller = permitted(await caller_of(request, world), "agency", scope)
    if caller.code != code:
        # What stands in an address is anybody's words, unless it is a code of ours.
        what = f"agency.{code}" if code in world.config.rules.agencies else "agency"
        raise Problem("not-allowed", {"of": caller.of, "what": what})
    return caller


def permitted(caller: Caller | None, who: str, scope: str) -> Caller:
    """The caller, if it is such an office's and its key is good for that. Raises Problem."""
    if caller is None:
        raise Problem("no-key")
    if caller.who != who or scope not in caller.scopes:
        raise Problem("not-allowed", {"of": caller.of, "what": f"{who}: {scope}"})
    return caller


def anybody(request: Request, world: Gateway) -> None:
    """Count a request of somebody without a key. Raises Problem where there were too many."""
    if not is_local(request):
        _limit(world, OF_ADDRESS, address_of(request), count=True)


def anybodys_files(request: Request, world: Gateway, files: int) -> None:
    """Count files of somebody without a key. Raises Problem where there were too many."""
    if not is_local(request):
        for _ in range(files):
            _limit(world, FILES_OF_ADDRESS, address_of(request), count=True)


async def case_by_pin(request: Request, world: Gateway, tracking: str, pin: str) -> Case:
    """The case of a code, for whoever knows its pin too. Raises Problem.

    A wrong code and a wrong pin get the same answer, and cost the same.
    """
    return (await told_by_pin(request, world, tracking, pin, newest=0))[0]


async def told_by_pin(
    request: Request, world: Gateway, tracking: str, pin: str, newest: int
) -> tuple[Case, list[Said]]:
    """The same with the newest of what was said in it. Raises Problem."""

    def fits(case: Case) -> bool:
        return pins.fits(pin, case.complaint_id, world.pins)

    anybody(request, world)
    code, address = normalise_tracking(tracking), address_of(request)
    _limit(world, WRONG_OF_ADDRESS, address)
    _limit(world, WRONG_OF_CASE, code or "")
    found = await world.cases.with_conversation(code, newest, fits) if code is not None else None
    if pins.fits(pin, found[0].complaint_id if found else _NOBODYS, world.pins) and found:
        return found
    world.rates.add(WRONG_OF_ADDRESS, address)
    if code is not None:
        world.rates.add(WRONG_OF_CASE, code)
    raise Problem("not-found")


_NOBODYS: Final = UUID(int=0)


def _limit(world: Gateway, rate: Rate, who: str, *, count: bool = False) -> None:
    if (seconds := world.rates.wait(rate, who)) is not None:
        world.metrics.limited(rate.name)
        raise Problem("too-many", {"seconds": seconds}, {"Retry-After": str(seconds)})
    if count:
        world.rates.add(rate, who)
