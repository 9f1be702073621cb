"""What the pages of people who sign in share: templates, language, how figures are written."""

import gzip
from datetime import date, datetime
from functools import cache, partial
from importlib.resources import files
from pathlib import PurePath
from typing import Final

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent
from fastapi import Request, Response
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from config.language import gettext, language, ngettext
from gateway.access.roles import agencies_of
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.staff.visits import Visit
from gateway.staff.visits import speak as speak  # noqa: PLC0414 -- for the rooms
from gateway.web.pages import HEADERS as PUBLIC_HEADERS
from gateway.web.pages import told, with_headers

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""As on the citizen's pages; ``connect-src``: htmx."""
HEADERS: Final = {
    **PUBLIC_HEADERS,
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",  # with none, browsers call the origin of our forms null
}
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_ROOM: Final = "gateway.staff"
PATHS: Final = ("/masuk", "/keluar", "/saya", "/meja", "/opd", "/laporan")
"""Where these pages lie."""
HTMX: Final = "hx-request"


@cache
def templates(package: str) -> Environment:
    """The templates of a room of pages, over those that all share.

    Filters: ``when`` (a moment in the region's zone: pass ``zone``), ``day``, ``number``,
    ``percent`` (of a share from 0 to 1). Sentences: ``_("…")``, ``ngettext(one, many, n)``.
    """
    loaders = [PackageLoader(one) for one in dict.fromkeys((package, _ROOM))]
    environment = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # of the extension
    environment.filters["day"] = day
    environment.filters["number"] = number
    environment.filters["percent"] = percent
    return environment


def page(
    environment: Environment,
    name: str,
    world: Gateway,
    request: Request,
    visit: Visit | None,
    status: int = 200,
    /,
    **values: object,
) -> Response:
    """A page as an answer, in the person's language."""
    spoken = speak(request, visit)
    zone = world.config.clocks.calendar.zone

    def when(at: datetime) -> str:
        return moment(at.astimezone(zone))

    html = environment.get_template(name).render(
        language=spoken,
        other="en" if spoken == "id" else "id",
        region=world.config.rules.name,
        visit=visit,
        form_token="" if visit is None else visit.form,
        agencies=() if visit is None else agencies_of(visit.person),
        path=request.scope["path"],
        when=when,
        channel_name=partial(_channel_name, world),
        **values,
    )
    headers = {**HEADERS, "Content-Language": spoken}
    return Response(html, status, headers, "text/html; charset=utf-8")


def _channel_name(world: Gateway, code: str) -> str:
    """As people call it."""
    found = world.config.rules.channels.get(code)
    return code if found is None else found.name


def is_staff(request: Request) -> bool:
    """Whether the answer is one for people who sign in."""
    return request.url.path.startswith(PATHS)


def refused_page(world: Gateway, request: Request, problem: Problem) -> Response:
    """A refusal as a page, or to the sign-in and back."""
    if "HX-Redirect" in problem.headers:
        to_page = HTMX not in request.headers
        there = problem.headers if to_page else {"HX-Redirect": problem.headers["HX-Redirect"]}
        return Response(status_code=303 if to_page else 401, headers={**HEADERS, **there})
    spoken = speak(request, None)
    values = {"told": told(problem, spoken), "request_id": request.state.id}
    name = "refused_part.html" if HTMX in request.headers else "refused.html"
    answer = page(templates(_ROOM), name, world, request, None, problem.status, **values)
    return with_headers(answer, problem)


def file(name: str, accepted: str = "") -> Response:
    """A style sheet, script or picture of these pages, compressed where ``accepted`` (the header
    ``Accept-Encoding``) takes that. Raises Problem."""
    kind = _TYPES.get(PurePath(name).suffix)
    place = files(_ROOM) / "files" / name
    if kind is None or "/" in name or not place.is_file():
        raise Problem("no-such-page")
    headers = {"Cache-Control": "public, max-age=3600", "Vary": "Accept-Encoding", **HEADERS}
    if "gzip" in accepted:
        return Response(_zipped(name), 200, {**headers, "Content-Encoding": "gzip"}, kind)
    return Response(place.read_bytes(), 200, headers, kind)


@cache
def _zipped(name: str) -> bytes:
    return gzip.compress((files(_ROOM) / "files" / name).read_bytes(), mtime=0)


def moment(at: datetime) -> str:
    """``4 Des 2026 16.00 WIB``: in the zone that it is in."""
    form = "d MMM y HH.mm" if language() == "id" else "d MMM y HH:mm"
    return f"{format_datetime(at, form, at.tzinfo, language())} {at.tzname() or ''}".rstrip()


def day(at: date) -> str:
    """``4 Desember 2026``."""
    return format_date(at, "d MMMM y", language())


def number(value: float) -> str:
    """``12.345,6`` in Indonesian, ``12,345.6`` in English."""
    return str(format_decimal(value, locale=language()))


def percent(share: float) -> str:
    """A share from 0 to 1: ``46,2 %``."""
    return str(format_percent(share, "0.0 %", language()))
