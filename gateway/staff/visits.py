"""Who visits: the session of a request, what the person may do, and forms that are their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from fastapi import Request

from broker.ports import Person, WebSession
from config.language import Language, use
from gateway.access.factors import needed
from gateway.access.roles import Permission, agencies_of, may
from gateway.access.sessions import HALF, form_token, held, is_form_token
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.staff.cookies import SESSION, shown
from gateway.web.forms import Sent, sent_form
from gateway.web.pages import first
from gateway.web.pages import language as asked_for

SIGN_IN: Final = "/masuk"
CHANGE_FIRST: Final = "/saya/sandi"
OWN_FACTOR: Final = "/saya/faktor-kedua"
_ALWAYS: Final = (CHANGE_FIRST, OWN_FACTOR, "/saya/bahasa", "/keluar")
"""Where somebody may go who first has to change a password or set up a second factor."""
_OF_ADDRESSES: Final = "%/:?#[]@!$&'()*+,;=~"
"""Signs that mean something in an address, and what is written with percent signs already
(RFC 3986, section 2.2)."""
FORM_FIELD: Final = "form"
FORM_HEADER: Final = "x-form-token"
_TOKEN: Final = 100


@dataclass(frozen=True, slots=True)
class Visit:
    """A person who is signed in, as one request has them. ``form``: what each of their forms
    brings along, in the field ``form`` or the header ``X-Form-Token``."""

    person: Person
    session: WebSession
    form: str

    @property
    def agencies(self) -> tuple[str, ...]:
        """Codes of the agencies in whose inbox they work."""
        return agencies_of(self.person)

    def may(self, permission: Permission) -> bool:
        """Whether they may do that."""
        return may(self.person, permission)


async def visitor(request: Request, world: Gateway) -> Visit | None:
    """Who asks; None for somebody who is not signed in, or whose second factor is missing yet."""
    found = await visitor_half_in(request, world)
    return None if found is None or HALF in found.session.factors else found


async def visitor_half_in(request: Request, world: Gateway) -> Visit | None:
    """The same; also who has shown a password and not yet the second factor."""
    token = shown(request, world, SESSION)[:_TOKEN]
    found = await held(world.store.people, token, world.wall()) if token else None
    visit = None
    if found is not None:
        session, person = found
        visit = Visit(person, session, form_token(session, world.forms))
    speak(request, visit)
    return visit


async def visit(request: Request, world: Gateway, permission: Permission | None = None) -> Visit:
    """Who asks, if they may do that. Raises Problem: to be signed in first, or not allowed."""
    found = await visitor(request, world)
    if found is None:
        raise sign_in_first(request)
    if request.scope["path"] not in _ALWAYS:
        _ready(found, world)
    if permission is not None and not found.may(permission):
        raise Problem("not-for-you")
    return found


def _ready(visit: Visit, world: Gateway) -> None:
    """Raises Problem where something has to be done before anything else."""
    first = ""
    if visit.person.must_change:
        first, there = "change-password-first", CHANGE_FIRST
    elif lacks_factor(visit, world):
        first, there = "second-factor-first", OWN_FACTOR
    if first:
        raise Problem(first, headers={"Location": there, "HX-Redirect": there})


def speak(request: Request, visit: Visit | None) -> Language:
    """Speak the person's language in this request: what they chose, else what the browser wants."""
    chosen = request.query_params.get("bahasa")
    own = visit.person.language if visit is not None else None
    spoken = asked_for(request, chosen or own)
    use(spoken)
    return spoken


def lacks_factor(visit: Visit, world: Gateway) -> bool:
    """Whether they have to set up a second factor; whoever signs in elsewhere has one there."""
    elsewhere = "oidc" in visit.session.factors
    return not elsewhere and visit.person.totp is None and needed(visit.person, world.second_factor)


async def agency_visit(request: Request, world: Gateway, code: str) -> Visit:
    """Who asks, if they work in that agency's inbox. Raises Problem.

    An agency that is not theirs and one that does not exist get the same answer."""
    found = await visit(request, world)
    if code not in found.agencies:
        raise Problem("not-for-you")
    return found


@asynccontextmanager
async def visit_form(
    request: Request,
    world: Gateway,
    permission: Permission | None = None,
    *,
    agency: str | None = None,
) -> AsyncIterator[tuple[Visit, Sent]]:
    """The same with the form that they sent; its files are there while the block runs.

    Raises:
        Problem: not signed in, not allowed, or no form of their session.
    """
    found = (
        await visit(request, world, permission)
        if agency is None
        else await agency_visit(request, world, agency)
    )
    from_here(request)
    async with sent_form(request, world) as sent:
        own_form(request, world, found, sent)
        yield found, sent


def own_form(request: Request, world: Gateway, visit: Visit, sent: Sent) -> None:
    """Raises Problem unless the form is one of their session."""
    token = request.headers.get(FORM_HEADER) or first(sent.fields, FORM_FIELD, _TOKEN)
    if not is_form_token(token, visit.session, world.forms):
        raise Problem("foreign-form")


def from_here(request: Request) -> None:
    """Raises Problem for what a browser says was sent by a page of somebody else."""
    site = request.headers.get("sec-fetch-site")
    if site not in (None, "same-origin", "none"):
        raise Problem("foreign-form")
    origin = request.headers.get("origin")
    if origin == "null" and site == "same-origin":
        return  # of a page that sends no referrer, a browser hides the origin too
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        raise Problem("foreign-form")


def sign_in_first(request: Request) -> Problem:
    """To the sign-in, and from there to where they wanted to go."""
    path = request.scope["path"] if request.method == "GET" else ""
    query = request.scope["query_string"].decode("latin-1") if path else ""
    way = quote(f"{path}?{query}" if query else path, safe="/")
    there = f"{SIGN_IN}?ke={way}" if path else SIGN_IN
    return Problem("sign-in-first", headers={"Location": there, "HX-Redirect": there})


def way_on(asked: str) -> str:
    """An address of ours that somebody wants to go on to, as a header can hold it; "/" in place of
    any other."""
    ours = asked.startswith("/") and not asked.startswith("//")
    if not ours or "\\" in asked or not asked.isprintable():
        return "/"
    return quote(asked, safe=_OF_ADDRESSES)
