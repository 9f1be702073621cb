"""Refusals over HTTP: RFC 9457 problems, each with a sentence for people in `id` or `en`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from fastapi import Request, Response
from pydantic import BaseModel, Field

from config.broker_sentences import told
from config.language import Language, looked_up, spoken_in
from schemas.envelope import dumps

MEDIA_TYPE: Final = "application/problem+json"
_LONGEST_HEADER: Final = 200


@dataclass(frozen=True, slots=True)
class Kind:
    """One problem: its status, and what people are told in English, with places for what differs;
    the Indonesian stands in the catalogue, under ``problem.<code>``."""

    status: int
    english: str


KINDS: Final[Mapping[str, Kind]] = {
    "no-key": Kind(
        401, "No key was sent. Send Authorization: Bearer, or a tracking code with its pin."
    ),
    "unknown-key": Kind(401, "This key is not known. Ask whoever runs this installation for one."),
    "revoked-key": Kind(401, "This key was revoked. Ask for a new one."),
    "expired-key": Kind(401, "This key has expired. Ask for a new one."),
    "not-allowed": Kind(403, "This key is {of}'s and is not good for {what}."),
    "sign-in-first": Kind(401, "Sign in first, at /masuk."),
    "change-password-first": Kind(
        403, "First change the password that you were given, at /saya/sandi."
    ),
    "second-factor-first": Kind(
        403, "First set up a second factor, at /saya/faktor-kedua: your role needs one."
    ),
    "not-for-you": Kind(
        403, "Your account may not do this. Ask whoever runs this installation for the role."
    ),
    "foreign-form": Kind(
        403, "This form is not of your session, or is old. Open its page again and send it again."
    ),
    "not-found": Kind(
        404,
        "No complaint has this code and pin. One that was filed just now shows within a minute.",
    ),
    "bad-link": Kind(403, "This link is not genuine. Look at the complaint again for another one."),
    "link-expired": Kind(
        410, "This link has expired. Look at the complaint again for another one."
    ),
    "file-gone": Kind(
        410, "This file is not here any more: its time was over, or it was removed on request."
    ),
    "no-such-page": Kind(404, "There is no such address."),
    "no-such-agency": Kind(404, "No agency has this code."),
    "no-such-method": Kind(405, "This method is of no use here."),
    "too-slow": Kind(408, "The body did not arrive within {seconds} seconds. Send it again."),
    "refused": Kind(409, "This cannot be done to the complaint: {detail}"),
    "too-large": Kind(413, "Too large: at most {most} bytes."),
    "file-too-large": Kind(413, "File {n} is too large: at most {most}. Send a smaller picture."),
    "too-many-files": Kind(413, "Too many files: at most {most} at a time."),
    "file-type": Kind(
        415, "File {n} is not taken: send a picture as JPEG, PNG or WebP, or a document as PDF."
    ),
    "file-heic": Kind(
        415,
        "Picture {n} is in HEIC, which cannot be read here. Send it as JPEG: on an iPhone choose"
        " Settings, Camera, Formats, Most Compatible.",
    ),
    "head-too-large": Kind(
        431, "The request line and the headers are too large: at most {most} bytes together."
    ),
    "not-json": Kind(400, "The body is no JSON object in UTF-8: {detail}"),
    "unsupported-type": Kind(415, "Send the body as application/json."),
    "bad-request": Kind(400, "The request cannot be read: {detail}"),
    "bad-data": Kind(422, "What was sent cannot be used: {detail}"),
    "bad-parameter": Kind(422, "A parameter is wrong: {detail}"),
    "file-broken": Kind(
        422, "File {n} is damaged or not whole. Choose it again, or send another one."
    ),
    "file-pixels": Kind(
        422, "Picture {n} is too large: at most 50 million pixels. Send a smaller one."
    ),
    "file-infected": Kind(422, "File {n} has a virus, says the scanner, and is not taken."),
    "key-reused": Kind(
        422, "This Idempotency-Key came with another complaint before. Use a new one for each."
    ),
    "too-many": Kind(429, "Too many requests. Try again in {seconds} seconds."),
    "internal-error": Kind(
        500, "This program failed; nothing was taken in. The request's id is in this answer."
    ),
    "broker-away": Kind(
        503, "Not taken in: the message queue is away. Send it again with the same Idempotency-Key."
    ),
    "files-away": Kind(
        503, "Not taken in: the store of files is away. Send it again, or without files."
    ),
    "scanner-away": Kind(
        503, "Not taken in: the virus scanner is away. Send it again, or without files."
    ),
    "files-full": Kind(
        507, "Not taken in: there is no room for files. Send it without files, or again later."
    ),
    "store-away": Kind(503, "The store is away. Try again."),
}
"""By code. The code is a promise to programs, the sentence is for people."""


class ProblemView(BaseModel):
    """How a refusal is sent; some have further members."""

    type: str
    title: str = Field(description="a fixed code")
    status: int
    detail: str = Field(description="a sentence, in Indonesian or English")
    request_id: str | None


RETRY_AFTER: Final = 5
"""Seconds, of what is away."""


@dataclass
class Problem(Exception):
    """Raised by a route; becomes the answer. ``more``: further members of the problem."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The status of the answer."""
        return KINDS[self.code].status


def language_of(request: Request) -> Language:
    """What a program's caller reads: Indonesian, unless its Accept-Language wants English more."""
    return wanted_by(request) or "id"


def wanted_by(request: Request) -> Language | None:
    """What Accept-Language wants more; None where it wants neither language."""
    wanted: dict[str, float] = {}
    for part in request.headers.get("accept-language", "")[:_LONGEST_HEADER].split(","):
        name, _, quality = part.partition(";")
        tag = name.strip().lower().partition("-")[0]
        try:
            weight = float(quality.partition("=")[2]) if quality else 1.0
        except ValueError:
            weight = 0.0
        wanted[tag] = max(weight, wanted.get(tag, 0.0))
    english, indonesian = wanted.get("en", 0.0), wanted.get("id", wanted.get("in", 0.0))
    if not (english > 0 or indonesian > 0):
        return None
    return "en" if english > indonesian else "id"


def filled(problem: Problem, language: Language) -> str:
    """What people are told of it."""
    form = looked_up(f"problem.{problem.code}", KINDS[problem.code].english, language)
    with spoken_in(language):
        values = {name: _said(value) for name, value in problem.values.items()}
    return form.format_map(values)


def _said(value: object) -> object:
    """A number as it is: programs may read it."""
    return told(value) if isinstance(value, str) else value


def answer_to(request: Request, problem: Problem) -> Response:
    """The problem as an answer (https://www.rfc-editor.org/rfc/rfc9457)."""
    kind, language = KINDS[problem.code], language_of(request)
    body = {
        "type": f"urn:pintu:problem:{problem.code}",
        "title": problem.code,
        "status": kind.status,
        "detail": filled(problem, language),
        "request_id": getattr(request.state, "id", None),
        **problem.more,
    }
    headers = {"Content-Language": language, **problem.headers}
    if kind.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if kind.status == 503:
        headers["Retry-After"] = str(RETRY_AFTER)
    return Response(dumps(body), kind.status, headers, MEDIA_TYPE)
