"""Cookies of people who sign in: sent to us alone, read by no script, bound to this host."""

from typing import Final

from fastapi import Request, Response

from gateway.access.sessions import is_sign_in_token, new_token, sign_in_token
from gateway.api.world import Gateway

HOST: Final = "__Host-"
"""Over https: no other host, and no page without TLS, can set it (RFC 6265bis, section 4.1.3)."""
SESSION: Final = "pintu_session"
ASKED: Final = "pintu_masuk"
"""That this browser has asked for the form of the sign-in."""
ELSEWHERE: Final = "pintu_oidc"
"""That this browser was sent to sign in elsewhere."""
_LONGEST: Final = 1_000
_SHORTEST_TOKEN: Final = 40


def called(name: str, world: Gateway) -> str:
    """The cookie's whole name."""
    return HOST + name if (world.public_url or "").startswith("https:") else name


def shown(request: Request, world: Gateway, name: str) -> str:
    """What the browser sent; empty where it sent none."""
    return request.cookies.get(called(name, world), "")[:_LONGEST]


def give(
    answer: Response,
    request: Request,
    world: Gateway,
    name: str,
    value: str,
    seconds: int | None = None,
) -> None:
    """Set one; ``seconds``: how long the browser keeps it, else until it is closed.

    Lax: a link in a mail opens the page that it leads to, and no form of another site comes along.
    """
    whole = called(name, world)
    secure = whole.startswith(HOST) or request.url.scheme == "https"
    answer.set_cookie(
        whole, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure
    )


def drop(answer: Response, world: Gateway, name: str) -> None:
    """Take one back."""
    whole = called(name, world)
    secure = whole.startswith(HOST)
    answer.delete_cookie(whole, path="/", httponly=True, samesite="lax", secure=secure)


def asked(request: Request, world: Gateway) -> str:
    """What the browser's form of the sign-in stands on: the cookie that it has, or a new one."""
    value = shown(request, world, ASKED)
    return value if len(value) >= _SHORTEST_TOKEN else new_token()


def asked_form(cookie: str, world: Gateway) -> str:
    """What that form brings along."""
    return sign_in_token(cookie, world.forms)


def has_asked(request: Request, world: Gateway, form: str) -> bool:
    """Whether the form is one that this browser asked for."""
    cookie = shown(request, world, ASKED)
    return bool(cookie) and is_sign_in_token(form, cookie, world.forms)
