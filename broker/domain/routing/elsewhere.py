"""Whether a text says that its matter is in a place, or only names the place.

"Sampah di Koba" is about Koba. "Suami saya kerja di Batam", "jalan ke kota Koba" and "kantor
imigrasi jauh di Pangkalpinang" tell where a person, a road's end or an office is.
"""

import re

from broker.domain.routing.text import words

_THERE = r"(?:di|kota|kabupaten|kab|kecamatan|kec|provinsi|prov|wilayah|daerah|desa|warga)"
_CHARACTERS = 80  # that are looked at before "di Batam"
_WORDS = 4  # of these
_TOWARDS = frozenset(words("ke dari menuju arah tujuan jurusan plat pelat asal"))
_ONLY_THERE = frozenset(
    words(
        """bukan kuliah kerja bekerja merantau mondok magang lahir kelahiran dirawat berobat dirujuk
        rujuk rujukan jauh pindah pindahan berasal belanja beli kirim kiriman dikirim"""
    )
)


def said_to_be_there(said: str, name: str) -> bool:
    """`said`: a text as plain words joined by spaces; `name` as in the rules."""
    there = rf"\b{_THERE} {re.escape(' '.join(words(name)))}\b"
    for match in re.finditer(there, said):
        before = said[max(0, match.start() - _CHARACTERS) : match.start()].split()
        if _TOWARDS.isdisjoint(before[-1:]) and _ONLY_THERE.isdisjoint(before[-_WORDS:]):
            return True
    return False
