"""Signing in elsewhere, with OpenID Connect: ``/masuk/oidc``."""

from dataclasses import replace
from typing import Final

import structlog
from fastapi import APIRouter, Request, Response

from broker.ports import Person
from config.language import gettext
from gateway.access import people
from gateway.access.entering import Tried
from gateway.access.oidc import Account, Flow, OidcFailed, OidcProvider
from gateway.access.people import BadPerson
from gateway.access.sessions import new_token
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.staff import cookies, signing_in
from gateway.staff.going_in import goes_in, redirect
from gateway.staff.tries import tell
from gateway.staff.visits import speak, way_on

log = structlog.get_logger()

THERE: Final = "/masuk/oidc"
BACK: Final = f"{THERE}/kembali"
_WAY: Final = 500
_LONG: Final = 2_000
_SECONDS: Final = 600
"""For which somebody may take their time at the provider."""


def routes(world: Gateway) -> APIRouter:
    """The way there and back."""
    router = APIRouter()

    @router.get(THERE)
    async def go(request: Request, ke: str = "/") -> Response:
        provider = _provider(world)
        speak(request, None)
        # What it stands on, and where to go on to: both are bound to the state.
        cookie = f"{new_token()}.{int(world.wall().timestamp())}.{way_on(ke[:_WAY])}"
        try:
            place = await provider.way_there(Flow.of(cookie, world.forms))
        except OidcFailed as why:
            return _failed(request, world, why)
        answer = redirect(place)
        cookies.give(answer, request, world, cookies.ELSEWHERE, cookie, _SECONDS)
        return answer

    @router.get(BACK)
    async def back(
        request: Request, state: str = "", code: str = "", iss: str | None = None
    ) -> Response:
        provider = _provider(world)
        speak(request, None)
        cookie = cookies.shown(request, world, cookies.ELSEWHERE)
        flow = Flow.of(cookie, world.forms)
        try:
            if not _is_fresh(cookie, world) or not flow.came_back(state[:_LONG]):
                raise OidcFailed("refused", "no way there that this browser took")
            if not code or iss not in (None, provider.issuer):
                raise OidcFailed("refused", "the provider gave no code")
            account = await provider.account(code[:_LONG], flow, world.wall())
            person = await _person(account, world)
        except OidcFailed as why:
            return _failed(request, world, why)
        if person is None:
            tell(world, Tried("wrong"))
            await people.write(world.store.people, world.wall(), "-", "wrong-account", "-")
            return _told(request, world, gettext(
                "Nobody here has this account. Ask whoever runs this installation to link it."
            ))  # fmt: skip
        tell(world, Tried("ok", person))
        way = way_on(cookie.split(".", 2)[2])
        answer = await goes_in(request, world, person, frozenset({"oidc"}), way)
        cookies.drop(answer, world, cookies.ELSEWHERE)
        return answer

    return router


def _provider(world: Gateway) -> OidcProvider:
    if world.oidc is None:
        raise Problem("no-such-page")
    return world.oidc


def _is_fresh(cookie: str, world: Gateway) -> bool:
    parts = cookie.split(".", 2)
    if len(parts) != 3 or not parts[1].isdecimal() or len(parts[1]) > 12:
        return False
    return 0 <= world.wall().timestamp() - int(parts[1]) <= _SECONDS


async def _person(account: Account, world: Gateway) -> Person | None:
    """Whom an account was linked to; else, once, who has its verified mail address and no account
    yet. An account makes nobody: people are added here."""
    store = world.store.people
    person = await store.person_by_oidc(account.oidc)
    if person is None and account.email is not None:
        same = [one for one in await store.people() if one.email == account.email]
        if len(same) == 1 and same[0].oidc is None and same[0].disabled_at is None:
            try:
                _, person = await people.changed(
                    store, same[0].name, lambda one: replace(one, oidc=one.oidc or account.oidc)
                )
            except BadPerson:
                return None
            name = person.name
            await people.write(store, world.wall(), name, "oidc-linked", name, "by=email")
    usable = person is not None and person.disabled_at is None and person.oidc == account.oidc
    return person if usable else None


def _failed(request: Request, world: Gateway, why: OidcFailed) -> Response:
    log.warning("people.oidc_failed", reason=why.reason, error=str(why))
    if why.reason == "away":
        return _told(request, world, gettext("The other sign-in does not answer. Try again."), 503)
    tell(world, Tried("wrong"))
    return _told(request, world, gettext("The other sign-in did not confirm who you are."))


def _told(request: Request, world: Gateway, fault: str, status: int = 403) -> Response:
    answer = signing_in.form(request, world, status, ke="/", fault=fault)
    cookies.drop(answer, world, cookies.ELSEWHERE)
    return answer
