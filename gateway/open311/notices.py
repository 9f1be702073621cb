"""What is told of a request that was taken in."""

from typing import Final

from config.language import Language, marked, spoken_in, worded
from gateway.api.complaints import Filed

_KEEP: Final = marked(
    "The request was taken in and is on its way to the agency that is answerable. For the reporter"
    " alone: the code {code} with the PIN {pin} shows the report, and lets its reporter answer."
)
_KEEP_AT: Final = marked(
    "The request was taken in and is on its way to the agency that is answerable. For the reporter"
    " alone: the code {code} with the PIN {pin} shows the report, and lets its reporter answer at"
    " {url}/lacak."
)
_LEFT_OUT: Final = marked("Left out, since it could not be read: {fields}")


def notice(filed: Filed, language: Language, public_url: str | None) -> str:
    """Sentences for whoever reports: code and pin, where both are asked for, and what was left
    out. GeoReport has no field for a pin; only this answer has it, and no list of requests."""
    with spoken_in(language):
        told = worded(
            _KEEP_AT if public_url else _KEEP, code=filed.tracking, pin=filed.pin, url=public_url
        )
        if filed.warnings:
            told += " " + worded(_LEFT_OUT, fields="; ".join(filed.warnings))
    return told
