"""Pages: templates, what they share, and the headers that keep them safe."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from importlib.resources import files
from typing import Final

from fastapi import Request, Response
from jinja2 import Template

from config.language import Language, of_process
from config.moments import moment
from gateway.api.problems import KINDS, RETRY_AFTER, Problem, filled, wanted_by
from gateway.api.world import Gateway
from gateway.text.pages import templates
from gateway.web.words import word

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing from elsewhere, nothing inline."""
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "X-Frame-Options": "DENY",
}
FILES: Final = {"pintu.css": "text/css", "pintu.js": "text/javascript"}
_FOR_PROGRAMS: Final = ("/v1/", "/open311/", "/docs/")
_LONGEST_HEADER: Final = 1_000
_TEMPLATES: Final = templates("gateway.web")


def language(request: Request, chosen: str | None = None) -> Language:
    """What was chosen on the page, else what the browser wants, else what this process speaks."""
    chosen = chosen or request.query_params.get("bahasa")
    if chosen in ("id", "en"):
        return "en" if chosen == "en" else "id"
    return wanted_by(request) or of_process()


def page(
    name: str, world: Gateway, spoken: Language, status: int = 200, **values: object
) -> Response:
    """One of the citizen's pages as an answer."""
    template = _TEMPLATES.get_template(name)
    return rendered(template, partial(word, language=spoken), world, spoken, status, values)


def rendered(
    template: Template,
    words: Callable[..., str],
    world: Gateway,
    spoken: Language,
    status: int,
    values: Mapping[str, object],
    headers: Mapping[str, str] = HEADERS,
) -> Response:
    """A page as an answer; ``words``: the sentences that it uses."""
    zone = world.config.clocks.calendar.zone

    def when(at: datetime) -> str:
        return moment(at, zone, spoken)

    html = template.render(
        _=words,
        language=spoken,
        other="en" if spoken == "id" else "id",
        region=world.config.rules.name,
        when=when,
        **values,
    )
    return Response(
        html, status, {**headers, "Content-Language": spoken}, "text/html; charset=utf-8"
    )


def wants_page(request: Request) -> bool:
    """Whether somebody reads the answer in a browser: none of the routes for programs."""
    accept = request.headers.get("accept", "")[:_LONGEST_HEADER]
    return "text/html" in accept and not request.url.path.startswith(_FOR_PROGRAMS)


def refusal(world: Gateway, request: Request, problem: Problem) -> Response:
    """A refusal as a page, with a way on."""
    spoken = language(request)
    answer = page(
        "problem.html",
        world,
        spoken,
        KINDS[problem.code].status,
        told=told(problem, spoken),
        request_id=request.state.id,
    )
    return with_headers(answer, problem)


def with_headers(answer: Response, problem: Problem) -> Response:
    """What programs read of a refusal besides its sentence."""
    answer.headers.update(problem.headers)
    if answer.status_code == 503:
        answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


def told(problem: Problem, spoken: Language) -> str:
    """The sentence of a refusal."""
    return filled(problem, spoken)


def file(name: str) -> Response:
    """A style sheet or script of the pages. Raises Problem."""
    if name not in FILES:
        raise Problem("no-such-page")
    body = (files("gateway.web") / "files" / name).read_bytes()
    headers = {"Cache-Control": "public, max-age=3600", **HEADERS}
    return Response(body, 200, headers, f"{FILES[name]}; charset=utf-8")


def first(form: Mapping[str, list[str]], name: str, most: int) -> str:
    """One field of a form, trimmed and bounded; empty where it is not there."""
    return next(iter(form.get(name, ())), "").strip()[:most]
