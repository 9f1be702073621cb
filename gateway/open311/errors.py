"""Refusals as GeoReport has them: a list of code and description."""

from dataclasses import dataclass, field
from typing import Final

from fastapi import Request, Response

from config.language import Language
from gateway.api.problems import KINDS, RETRY_AFTER, Problem, language_of, sentence
from gateway.open311.formats import answer

PREFIX: Final = "/open311"
_STATUS: Final = {401: 403, 409: 400, 422: 400}
"""GeoReport knows 400 (what was sent is of no use), 403 (a missing or invalid key) and 404."""


@dataclass
class Refusal(Exception):
    """Raised by a route; becomes the answer. A sentence for each language."""

    status: int
    id: str
    en: str
    values: dict[str, object] = field(default_factory=dict)


NO_SERVICE: Final = Refusal(
    400,
    "service_code tidak disertakan. Kode-kodenya ada di services.",
    "service_code was not provided. The codes are listed in services.",
)
UNKNOWN_SERVICE: Final = Refusal(
    404,
    "service_code ini tidak ada. Kode-kodenya ada di services.",
    "This service_code was not found. The codes are listed in services.",
)
NO_PLACE: Final = Refusal(
    400,
    "Tempatnya tidak disebut. Kirim lat dan long, atau address_string, atau address_id.",
    "No place was provided. Send lat and long, or address_string, or address_id.",
)
NO_REQUEST: Final = Refusal(
    404,
    "Tidak ada laporan dengan service_request_id itu. Laporan yang baru dikirim tampil dalam satu"
    " menit.",
    "No request has this service_request_id. One that was filed just now shows within a minute.",
)
NO_REQUEST_ID: Final = Refusal(
    400,
    "service_request_id tidak disertakan.",
    "service_request_id was not provided.",
)
NOTHING_SAID: Final = Refusal(
    400,
    "Tidak ada isinya: kirim description, media_url, atau status CLOSED atau FIXED.",
    "Nothing was said: send description, media_url, or the status CLOSED or FIXED.",
)
OVER: Final = Refusal(
    400,
    "Laporan ini sudah ditutup. Kirim laporan baru.",
    "This request is closed. File a new one.",
)


def wrong(name: str, id: str, en: str) -> Refusal:
    """A parameter that cannot be read; never its value."""
    return Refusal(400, f"{name}: {id}", f"{name}: {en}")


def refused(request: Request, refusal: Refusal) -> Response:
    """The refusal as an answer."""
    language = language_of(request)
    text = refusal.id if language == "id" else refusal.en
    return _answer(request, refusal.status, text.format_map(refusal.values), language)


def answer_to(request: Request, problem: Problem) -> Response:
    """A problem of the gateway as an answer of GeoReport."""
    kind, language = KINDS[problem.code], language_of(request)
    text = sentence(problem.code, language).format_map(problem.values)
    if problem.code == "no-key":
        text = _NO_KEY[language]
    status = _STATUS.get(kind.status, kind.status)
    headers = dict(problem.headers)
    if status == 503:
        headers["Retry-After"] = str(RETRY_AFTER)
    return _answer(request, status, text, language, headers)


_NO_KEY: Final[dict[Language, str]] = {
    "id": "Kunci tidak disertakan. Kirim api_key.",
    "en": "No key was provided. Send api_key.",
}


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
