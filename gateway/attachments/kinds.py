"""What a file is, by its first bytes: names and declared types of strangers say nothing."""

from dataclasses import dataclass
from typing import Final

HEAD: Final = 16
"""Bytes that are looked at."""


@dataclass(frozen=True, slots=True)
class Kind:
    """``picture``: it is decoded and written anew; else it is kept as it is."""

    name: str
    media_type: str
    extension: str
    picture: bool = True


JPEG: Final = Kind("jpeg", "image/jpeg", "jpg")
PNG: Final = Kind("png", "image/png", "png")
WEBP: Final = Kind("webp", "image/webp", "webp")
PDF: Final = Kind("pdf", "application/pdf", "pdf", picture=False)
KINDS: Final = (JPEG, PNG, WEBP, PDF)

_HEIF: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif")


def kind_of(head: bytes) -> Kind | None:
    """By the signature of its format, at its very beginning; None for all that is not taken."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith((b"%PDF-1.", b"%PDF-2.")):
        return PDF
    return None


def is_heif(head: bytes) -> bool:
    """HEIC and AVIF (ISO/IEC 23008-12), which telephones send where nobody asks for JPEG."""
    return head[4:8] == b"ftyp" and head[8:12] in _HEIF


def kind_of_type(media_type: str) -> Kind | None:
    """The kind that has this media type."""
    return next((kind for kind in KINDS if kind.media_type == media_type), None)
