"""Refusals as GeoReport has them: a list of code and description."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from fastapi import Request, Response

from config.language import Language, gettext, marked, spoken_in
from gateway.api.problems import KINDS, RETRY_AFTER, Problem, filled, language_of
from gateway.open311.formats import answer

PREFIX: Final = "/open311"
_STATUS: Final = {401: 403, 409: 400, 422: 400}
"""GeoReport knows 400 (what was sent is of no use), 403 (a missing or invalid key) and 404."""


@dataclass
class Refusal(Exception):
    """Raised by a route; becomes the answer. ``english``: a sentence of the catalogue, with places
    for ``values``; ``of``: the parameter that it is about."""

    status: int
    english: str
    values: Mapping[str, object] = field(default_factory=dict)
    of: str | None = None

    def told(self, spoken: Language) -> str:
        """In that language."""
        with spoken_in(spoken):
            text = gettext(self.english).format_map(self.values)
        return text if self.of is None else f"{self.of}: {text}"


NO_SERVICE: Final = Refusal(
    400, marked("service_code was not provided. The codes are listed in services.")
)
UNKNOWN_SERVICE: Final = Refusal(
    404, marked("This service_code was not found. The codes are listed in services.")
)
NO_PLACE: Final = Refusal(
    400,
    marked("No place was provided. Send lat and long, or address_string, or address_id."),
)
NO_REQUEST: Final = Refusal(
    404,
    marked(
        "No request has this service_request_id. One that was filed just now shows within a minute."
    ),
)
NO_REQUEST_ID: Final = Refusal(400, marked("service_request_id was not provided."))
NOTHING_SAID: Final = Refusal(
    400,
    marked("Nothing was said: send description, media_url, or the status CLOSED or FIXED."),
)
OVER: Final = Refusal(400, marked("This request is closed. File a new one."))
_NO_KEY: Final = Refusal(403, marked("No key was provided. Send api_key."))


def wrong(name: str, english: str, **values: object) -> Refusal:
    """A parameter that cannot be read; never its value."""
    return Refusal(400, english, values, name)


def refused(request: Request, refusal: Refusal) -> Response:
    """The refusal as an answer."""
    language = language_of(request)
    return _answer(request, refusal.status, refusal.told(language), language)


def answer_to(request: Request, problem: Problem) -> Response:
    """A problem of the gateway as an answer of GeoReport."""
    kind, language = KINDS[problem.code], language_of(request)
    text = filled(problem, language)
    if problem.code == "no-key":
        text = _NO_KEY.told(language)
    status = _STATUS.get(kind.status, kind.status)
    headers = dict(problem.headers)
    if status == 503:
        headers["Retry-After"] = str(RETRY_AFTER)
    return _answer(request, status, text, language, headers)


def _answer(
    request: Request,
    status: int,
    sentence: str,
    language: Language,
    headers: dict[str, str] | None = None,
) -> Response:
    told = [{"code": status, "description": sentence}]
    return answer(
        request, "errors", told, status, {"Content-Language": language, **(headers or {})}
    )
