"""Names of people in samples, masked as far as words around them give them away.

A name that nothing announces stays: whoever passes a report on should read its samples.
"""

import re
from typing import Final

NAME_MASK: Final = "[nama]"

# Blanks are never given back: two runs of them side by side would take the square of their
# length. `nama saya budi`, `nama: Budi Santoso`, `atas nama BUDI`: said to be one, in any case.
_SAID = re.compile(
    r"\b(nama\s++(?:saya|lengkap|pelapor|ibu|bapak|pemohon|anak)(?:\s++adalah)?+\s*+[:=]?"
    r"|nama\s*+[:=]|bernama(?:\s++(?:ibu|bapak|bu|pak))?+|atas\s++nama\s*+[:=]?"
    r"|(?<![\w.])a[./]n\.?\s*+[:=]?)\s*+"
    r"(LETTERS(?:[ ]+LETTERS){0,3})".replace("LETTERS", r"[^\W\d_]+(?:[.'][^\W\d_]*)*"),
    re.IGNORECASE,
)
# `Pak Budi Santoso`, `sdr. Sari`: by how one is addressed; only what is written as a name is.
_ADDRESSED = re.compile(
    r"\b([Bb]apak|[Bb]pk\.?|[Pp]ak|[Ii]bu|[Bb]u|[Ss]dri?\.?|[Ss]audar[ai]|[Mm]as|[Mm]bak|[Hh]j?\.)"
    r"[ ]+(NAME(?:[ ]+NAME){0,3})".replace("NAME", r"(?:[A-Z][a-z]+(?:'[a-z]+)?|[A-Z]\.)")
)
_ENDS: Final = re.compile(
    r"dan|di|yang|dari|yg|dengan|dgn|ingin|mau|alamat|nik|no|nomor|telp|hp|"
    r"warga|tinggal|untuk|utk|ke|saya|tdk|blm|ada|daftar|orang|perusahaan|selaku|"
    r"kok|kenapa|dapat|sebagai|umur|rt|rw|jalan|jl|kk|mohon|sudah|belum|tidak|"
    r"akan|adalah|ini|itu",
    re.IGNORECASE,
)
_OFFICES: Final = re.compile(
    r"walikota|wali|bupati|wakil|camat|lurah|kades|kepala|gubernur|presiden|menteri|"
    r"sekda|ketua|rt|rw|guru|dokter|polisi|satpam|petugas|admin|dinas|dishub|"
    r"dispendukcapil|dan|yang|di|yth|mohon|tolong|saya|ibu|bapak|pak|bu|pimpinan|"
    r"staff|staf|sebagai|tapi|wawalikota|lpmk|hamil|rumah|kota|kapolres|kapolsek",
    re.IGNORECASE,
)


def without_names(text: str) -> str:
    """The text with names masked that follow `nama saya`, `atas nama`, `Pak` and the like."""
    return _ADDRESSED.sub(_addressed, _SAID.sub(_said, text))


def _said(match: re.Match[str]) -> str:
    return _masked(match, _ENDS)


def _addressed(match: re.Match[str]) -> str:
    return _masked(match, _OFFICES)


def _masked(match: re.Match[str], others: re.Pattern[str]) -> str:
    words = match[2].split()
    name = next((n for n, word in enumerate(words) if others.fullmatch(word)), len(words))
    if not name:
        return match[0]
    before = match[0][: match.start(2) - match.start()]
    return " ".join([before + NAME_MASK, *words[name:]])
