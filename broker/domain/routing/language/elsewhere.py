"""Whether a text says that its matter is in a place, or only names the place.

"Sampah di Koba" is about Koba. "Suami saya kerja di Batam", "jalan ke kota Koba" and "kantor
imigrasi jauh di Pangkalpinang" tell where a person, a road's end or an office is.
"""

from collections.abc import Mapping, Sequence

from broker.domain.routing.language.text import words

Name = tuple[str, ...]  # the words of a name

_THERE = frozenset(
    words("di kota kabupaten kab kecamatan kec provinsi prov wilayah daerah desa warga lokasi tkp")
)
_BEFORE = 4  # words that are looked at before "di Batam"
_TOWARDS = frozenset(words("ke dari menuju arah tujuan jurusan plat pelat asal"))
_ONLY_THERE = frozenset(
    words(
        """bukan kuliah kerja bekerja merantau mondok magang lahir kelahiran dirawat berobat dirujuk
        rujuk rujukan jauh pindah pindahan berasal belanja beli kirim kiriman dikirim"""
    )
)


def said_to_be_there(said: Sequence[str], names: Mapping[Name, int]) -> int | None:
    """The number of the first of `names` that the text, as words, says its matter is at.

    One pass over the text, however many names there are.
    """
    lengths = sorted({len(name) for name in names}, reverse=True)
    for at, word in enumerate(said):
        if word not in _THERE:
            continue
        for length in lengths:
            number = names.get(tuple(said[at + 1 : at + 1 + length]))
            if number is not None and _about(said[max(0, at - _BEFORE) : at]):
                return number
    return None


def _about(before: Sequence[str]) -> bool:
    return _TOWARDS.isdisjoint(before[-1:]) and _ONLY_THERE.isdisjoint(before)
