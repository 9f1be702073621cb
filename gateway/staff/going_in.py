"""What follows when somebody has shown who they are: a session of their own, and the way on."""

from fastapi import Request, Response

from broker.ports import Person
from gateway.access import entering, sessions
from gateway.access.roles import agencies_of, may
from gateway.api.callers import address_of, is_local
from gateway.api.world import Gateway
from gateway.staff import cookies
from gateway.staff.layout import HEADERS
from gateway.staff.visits import visitor_half_in


async def goes_in(
    request: Request, world: Gateway, person: Person, factors: frozenset[str], way: str
) -> Response:
    """They are signed in, and go on."""
    answer = there(way, person)
    await begin(request, world, answer, person, factors)
    how = "+".join(sorted(factors))
    await entering.entered(world.store.people, person, how, world.wall())
    return answer


async def begin(
    request: Request, world: Gateway, answer: Response, person: Person, factors: frozenset[str]
) -> None:
    """A session whose token is new, whatever the browser had; the one that it had ends."""
    before = await visitor_half_in(request, world)
    if before is not None:
        own = before.session
        await world.store.people.end_sessions(own.person, only=[own.digest])
    agent = request.headers.get("user-agent", "")
    place = f"{address_of(request)} · {agent}" if agent else address_of(request)
    token = await sessions.begin(world.store.people, person, factors, place, world.wall())
    cookies.give(answer, request, world, cookies.SESSION, token)
    cookies.drop(answer, world, cookies.ASKED)


def counted(request: Request) -> str | None:
    """The address from which tries are counted; None for this machine itself."""
    return None if is_local(request) else address_of(request)


def redirect(place: str) -> Response:
    """On to another page of ours."""
    return Response(status_code=303, headers={**HEADERS, "Location": place})


def there(way: str, person: Person) -> Response:
    """On to where they wanted to go, else to their own first page."""
    return redirect(home_of(person) if way == "/" else way)


def home_of(person: Person) -> str:
    """Where somebody begins."""
    if may(person, "desk.read"):
        return "/meja"
    if may(person, "report.read"):
        return "/laporan"
    return "/opd" if agencies_of(person) else "/saya"
