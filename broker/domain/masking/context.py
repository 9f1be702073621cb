"""What the words around a number say that it is, and shapes that only one kind of thing has.

Who says what a number is, is believed, unless it looks like a telephone number
or a NIK. Asked only
about what ``innocent`` does not know.
"""

import re
from typing import Final

from broker.domain.masking.lists import is_list

BEFORE: Final = 40
"""Characters before a number in which a word may say what it is."""

_NAMED: Final = re.compile(
    r"\b(?:kode(?:\s(?:pos|wilayah|bps|desa|area|kemendagri|kecamatan|kabupaten|surat))?"
    r"|npsn|sni|iso|iec|epsg|imb|pbg|tiang|gardu|spbu)(?:\s(?:no|nomor))?[\s.:#=-]*+"
    r"(?:\d[\d.]{2,12}+(?:,\s?|\sdan\s)){0,2}+$",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(
    r"\b(?:nilai(?:\sujian|\srapor)?|skor|port|ip|halaman|hal|status|http|error|qs|surat|keputusan"
    r"|sk|se|kuhp|pasal|ayat|besi|pipa|tegangan|voltase|daya|ukuran|trayek|rute|poin|kelas|bab"
    r"|gelombang|versi|lampiran|tgl|tanggal|tahun|suhu|jadwal|usia|umur|frekuensi|jumlah|rekap|total|hasil)"
    r"(?:\s(?:no|nomor))?[\s.:#=-]*+$",
    re.IGNORECASE,
)
_OF_MAP: Final = re.compile(r"openstreetmap\.org/(?:node|way|relation)/$")
_CODE_BEFORE: Final = re.compile(r"(?<![^\W\d_])[A-Za-z]{2,6}[-/]$")
_LETTER_AFTER: Final = re.compile(r"/(?:[A-Z]{2,}|[IVX]+/)")
_MINUTES: Final = "'\u2032\u2019"
_SECONDS: Final = rf"{_MINUTES}\"\u2033\u201d"
_HEMISPHERE_AFTER: Final = re.compile(rf"\s?[{_SECONDS}]*+\s?(?:LS|LU|BT|BB|[SNEW])\b")
_HEMISPHERE_BEFORE: Final = re.compile(r"\b(?:LS|LU|BT|BB|[SNEW])[\s:]*+$")
_GRID_AFTER: Final = re.compile(r"\s?m[ENSTU]\b")
_GRID_BEFORE: Final = re.compile(
    r"(?:\butm\b.{0,16}|\b[xy]\s?[:=]\s?|\b\d\d[a-z]\s)$", re.IGNORECASE
)

_YEAR: Final = r"(?:19|20)\d\d"
_MONTH: Final = r"(?:0?[1-9]|1[0-2])"
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_DEGREES: Final = r"(?:0{0,2}\d|0?1[01]|0?9[4-9]|1[0-3]\d|14[0-2])"
"""Latitude or longitude of Indonesia."""
_SIXTY: Final = r"[0-5]?\d"
_ANGLE: Final = (
    rf"{_DEGREES}\s?[°º]\s?{_SIXTY}(?:[.,]\d{{1,5}}|\s?[{_MINUTES}]\s?{_SIXTY}(?:[.,]\d{{1,3}})?)?"
)
_COMPACT: Final = rf"{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_SHAPES: Final = re.compile(
    rf"{_COMPACT}[_-]?(?:[01]\d|2[0-3])(?:[0-5]\d){{2}}(?:\d{{3}})?"  # name of a photograph
    rf"|{_YEAR}-{_MONTH}-{_DAY}[-_ .](?:[01]\d|2[0-3])(?:[-_.][0-5]\d){{2}}(?:[-_.]\d{{2,3}})?"
    rf"|{_DAY}[ .]{_MONTH}[ .]{_YEAR}"
    rf"|{_ANGLE}(?:[\s,;/{_SECONDS}]{{1,4}}[+-]?{_ANGLE})?"
    rf"|\d{{3}}(?:\.\d{{1,2}}){{0,4}}(?:/\d{{1,4}}){{1,3}}/{_YEAR}"  # letter
)
_LETTER: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,4}/\d{1,5}")
_TICKET: Final = re.compile(rf"(?:{_YEAR}|{_COMPACT})[-/_]\d{{3,6}}")
_BARE_ANGLE: Final = re.compile(
    rf"{_DEGREES}\s{_SIXTY}(?:\s{_SIXTY}(?:[.,]\d{{1,3}})?|[.,]\d{{1,5}})"
)
_GRID: Final = re.compile(
    r"0?[1-9]\d{5,6}(?:[.,]\d{1,3})?(?:[\s,/;]{1,3}[1-9]\d{5,6}(?:[.,]\d{1,3})?)?"
)
_NOT_DIGIT: Final = re.compile(r"\D++")
_MOBILE: Final = re.compile(r"(?:62|0)8\d{7}")
_MOBILE_CUT: Final = re.compile(r"8\d{2,3}\D+\d{3,4}\D")
_LANDLINE: Final = re.compile(r"0[2-7]\d{1,2}\W{0,3}\d{5,8}|62\W{0,3}[2-7]\d{1,2}\W{0,3}\d{5,8}")
_NIK_DIGITS: Final = 16


def harmless(number: str, before: str, after: str) -> bool:
    """Whether a run of digits is nobody's, by what stands around it or by its shape."""
    digits = _NOT_DIGIT.sub("", number)
    if is_list(number, after_plus=before.endswith("+")):
        return True
    if _MOBILE.match(digits):
        return "°" in number and _SHAPES.fullmatch(number) is not None
    if _SHAPES.fullmatch(number):
        return True
    if _LETTER_AFTER.match(after) and _LETTER.fullmatch(number):
        return True
    if _CODE_BEFORE.search(before[-8:]) and _TICKET.fullmatch(number):
        return True
    return _is_place(number, before, after) or _is_said(number, digits, before)


def _is_place(number: str, before: str, after: str) -> bool:
    if _BARE_ANGLE.fullmatch(number):
        return bool(_HEMISPHERE_AFTER.match(after) or _HEMISPHERE_BEFORE.search(before))
    if _GRID.fullmatch(number) and (_GRID_AFTER.match(after) or _GRID_BEFORE.search(before)):
        return True
    return _OF_MAP.search(before) is not None


def _is_said(number: str, digits: str, before: str) -> bool:
    if len(digits) >= _NIK_DIGITS or _LANDLINE.fullmatch(number):
        return False
    if _NAMED.search(before):
        return True
    if number.isdecimal() or digits.startswith(("0", "62")) or _MOBILE_CUT.match(number):
        return False
    return _COUNTED.search(before) is not None
