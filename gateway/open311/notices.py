"""What is told of a request that was taken in."""

from collections.abc import Mapping, Sequence
from typing import Final

from gateway.api.problems import Language

_TAKEN_IN: Final[Mapping[Language, str]] = {
    "id": "Laporan diterima dan sedang diteruskan kepada instansi yang berwenang.",
    "en": "The request was taken in and is on its way to the agency that is answerable.",
}
_LEFT_OUT: Final[Mapping[Language, str]] = {
    "id": "Yang tidak dapat dibaca dan tidak disertakan: ",
    "en": "Left out, since it could not be read: ",
}


def notice(warnings: Sequence[str], language: Language) -> str:
    """A sentence, and what was left out."""
    told = _TAKEN_IN[language]
    return f"{told} {_LEFT_OUT[language]}{'; '.join(warnings)}" if warnings else told
