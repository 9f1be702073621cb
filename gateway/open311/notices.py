"""What is told of a request that was taken in."""

from collections.abc import Mapping
from typing import Final

from config.language import Language
from gateway.api.complaints import Filed

_TAKEN_IN: Final[Mapping[Language, str]] = {
    "id": "Laporan diterima dan sedang diteruskan kepada instansi yang berwenang.",
    "en": "The request was taken in and is on its way to the agency that is answerable.",
}
_KEEP: Final[Mapping[Language, str]] = {
    "id": "Untuk pelapor saja: dengan kode {code} dan PIN {pin} laporan dapat dilihat dan dibalas",
    "en": "For the reporter alone: the code {code} with the PIN {pin} shows the report, and lets"
    " its reporter answer",
}
_AT: Final[Mapping[Language, str]] = {"id": " di {url}/lacak", "en": " at {url}/lacak"}
_LEFT_OUT: Final[Mapping[Language, str]] = {
    "id": "Yang tidak dapat dibaca dan tidak disertakan: ",
    "en": "Left out, since it could not be read: ",
}


def notice(filed: Filed, language: Language, public_url: str | None) -> str:
    """Sentences for whoever reports: code and pin, where both are asked for, and what was left
    out. GeoReport has no field for a pin; only this answer has it, and no list of requests."""
    keep = _KEEP[language].format(code=filed.tracking, pin=filed.pin)
    where = _AT[language].format(url=public_url) if public_url else ""
    told = f"{_TAKEN_IN[language]} {keep}{where}."
    return f"{told} {_LEFT_OUT[language]}{'; '.join(filed.warnings)}" if filed.warnings else told
