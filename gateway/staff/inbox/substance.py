"""Answers that say little: pointed out before they go, never refused. Pure."""

import re
from typing import Final, Literal

Hollow = Literal["short", "template"]

_SHORT: Final = 40
"""Characters of a sentence that says what was done."""
_WORDS: Final = 6
"""Words of one's own that an answer should have beside what everybody writes."""
_STOCK: Final = re.compile(
    r"""
    \b(?:
      yth\.? | bapak(?:/ibu)? | ibu | saudara | sdr\.? | pelapor | selamat\s(?:pagi|siang|sore)
    | assalamu\S*(?:\swr\.?\swb\.?)? | wassalam\S* | salam | hormat\skami
    | terima\s?kasih | atas\s(?:laporan|pengaduan|informasi|perhatian|masukan|kerja\s?sama)\S*
    | (?:dan|serta)\s(?:perhatian|kerja\s?sama)\S*
    | laporan\S*(?:\s(?:anda|saudara|bapak|ibu))? | pengaduan\S* | aduan\S*
    | (?:telah|sudah|akan|sedang|segera|dapat|mohon|masih|dalam)
    | (?:kami\s)?(?:di)?terima | tindak\s?lanjut\S* | ditindak\s?lanjuti | menindak\s?lanjuti
    | (?:di|ber|me)?koordinasi\S* | mengkoordinasi\S* | diteruskan | disampaikan | diproses
    | proses | menunggu | bersabar | dengan\s(?:pihak|instansi|dinas)\sterkait | sesuai
    | ketentuan | aturan | prosedur | (?:yang\s)?berlaku | kami | anda | untuk | yang | dan | pada
    | kepada | oleh | dengan | hal | ini | tersebut | nya
    )\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WORD: Final = re.compile(r"\w+")


def hollow(text: str) -> Hollow | None:
    """``short``: too short to say what was done; ``template``: little but what every office writes
    in every answer; None where neither."""
    plain = " ".join(text.split())
    if len(plain) < _SHORT or len(_WORD.findall(plain)) < _WORDS:
        return "short"
    own = _WORD.findall(_STOCK.sub(" ", plain))
    return "template" if len(own) < _WORDS else None
