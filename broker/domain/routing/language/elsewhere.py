"""Whether a text says that its matter is in a place, or only names the place.

"Sampah di Koba" is about Koba. "Suami saya kerja di Batam", "jalan ke kota Koba" and "kantor
imigrasi jauh di Pangkalpinang" tell where a person, a road's end or an office is; "saya warga
Depok" and "KTP Bekasi" tell where somebody is from, "seperti di Bandung" compares.

Looked at only where a text names a place elsewhere. Words stand for themselves, spelt as written.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from broker.domain.routing.language.text import sentence_words, words

Name = tuple[str, ...]  # the words of a name

_SHORT = {"kab": "kabupaten", "kec": "kecamatan", "prov": "provinsi", "kel": "kelurahan"}
_GLUED = ("di", "ke")
_LEVELS = frozenset(words("kota kabupaten kecamatan provinsi kelurahan desa administrasi"))
_THERE = _LEVELS | frozenset(words("di wilayah daerah lokasi lokasinya tkp"))
_FAR = 4  # words that are looked at before "di Batam"
_TOWARDS = frozenset(
    words(
        """ke dari menuju arah tujuan jurusan plat pelat nopol asal khas suku bahasa logat merek
        merk model gaya adat"""
    )
)
_ONLY_THERE = frozenset(
    words(
        """bukan kuliah kuliahnya kerja bekerja kerjanya merantau mondok magang lahir kelahiran
        dirawat berobat dirujuk rujuk rujukan jauh pindah pindahan berasal belanja beli kirim
        kiriman dikirim pesan pesanan liburan mudik dulu waktu ketika sewaktu pernah ijazah lulusan
        alumni nikah menikah cerai meninggal wafat formasi lowongan loker pelaku pelakunya penipu
        penipunya rekening"""
    )
)
_COMPARED = frozenset(
    words(
        """seperti kayak kaya macam mirip beda sama dengan dgn dibanding dibandingkan daripada
        kalau kalo klo layaknya contoh contohnya mencontoh tiru meniru padahal"""
    )
)
_CARRIED = frozenset(
    words(
        """tiket pesawat penerbangan bus bis travel kapal kereta rute trayek ongkos ongkir tol truk
        mobil motor plat pempek soto sate nasi warung beras telur bibit nelayan"""
    )
)
_FROM = frozenset(
    words(
        """orang wong anak mahasiswa wisatawan turis pengunjung pendatang perantau tamu rombongan
        keluarga saudara teman pengusaha pedagang investor perusahaan nomor"""
    )
)
_PAPERS = frozenset(words("ktp kk nik domisili"))
_KIN = frozenset(
    words(
        """suami istri anak adik kakak abang paman bibi om tante nenek kakek ortu saudara mertua
        keponakan cucu teman pacar ibu bapak ayah mamak"""
    )
)
_ME = frozenset(words("saya sy aku gue gua ku beliau dia suami istri"))
_VISITS = frozenset(words("liburan berlibur wisatawan turis pendatang perantau berkunjung mudik"))
_INHABITANTS = "warga"
_ROADS = frozenset(words("jalan jl jln jalannya gang gg lorong lr poros ruas"))
_NO_NAME = frozenset(words("raya lintas poros provinsi nasional kabupaten desa utama"))
_HEADS = frozenset(
    words(
        """pemkot pemkab pemda pemprov bupati walikota gubernur pdam pam perumda dishub dlh dpupr
        disdik dinkes satpol pp damkar polres polsek polresta polrestabes camat lurah kelurahan
        desa dusun kampung puskesmas rsud terminal stasiun samsat pasar alun taman perumahan perum komplek
        kompleks cluster simpang perempatan pertigaan bundaran flyover underpass jembatan sungai
        kali bantaran sd smp sma smk sdn smpn sman smkn rt rw blok no nomor km"""
    )
)
_LOOSE = frozenset(
    words("perumahan perum komplek kompleks cluster apartemen pasar sdn smpn sman smkn")
)
"""What people give any name: "perumahan Taman Wisata", "SDN Rawa Buntu"."""
_HEADING = 3  # words before a name that ends a heading
_NUMBERS = frozenset(words("tiga empat lima barat timur utara selatan tengah raya baru lama"))
_KNOWN = 1  # of the words of a street's name, such as "Soekarno" in "Jalan Soekarno Hatta"
_CHAIN = 5  # words of an address that may stand before the name
_BREAKS = frozenset(
    words(
        """yang yg itu ini ada mau sudah udah dan atau saya kami kita dia mereka untuk buat dari ke
        pada oleh dengan karena krn agar tidak tdk bukan juga sangat sekali lagi masih akan bisa
        tolong mohon minta orang warga anak punya sama seperti kayak milik para si pak bu gudang
        kantor cabang toko hotel bandara rs"""
    )
)
_JOINED = frozenset({"dan", "atau", "serta"})
_OF_OTHERS = frozenset(words("punya saja aja sudah udah bisa pun sama kok malah"))


class _Group(NamedTuple):
    """Names side by side: the words from `start` to `end` (exclusive), and their numbers."""

    start: int
    end: int
    numbers: tuple[int, ...]


def said_to_be_there(
    text: str, names: Mapping[Name, int], strange: Callable[[str], bool]
) -> int | None:
    """The number of the first of `names` that the text says its matter is at.

    `strange`: whether a word may be part of a name, as words are that the rules do not know. One
    pass over the text, however many names there are.
    """
    said, marks = _spelt_out(text, {name[0] for name in names if len(name) == 1})
    visitor = not _VISITS.isdisjoint(said)
    for group in _groups(said, names):
        if _is_there(said, marks, group, strange, visitor):
            return group.numbers[0]
    return None


def named_in_address(text: str, names: Mapping[Name, int]) -> int | None:
    """The number of the first of `names` in an address that is no street's own name."""
    said, _ = _spelt_out(text, ())
    for group in _groups(said, names):
        before = [word for word in said[max(0, group.start - 2) : group.start] if word != "raya"]
        if len(group.numbers) > 1 or _ROADS.isdisjoint(before[-1:]):
            return group.numbers[0]
    return None


def _spelt_out(text: str, single: Collection[str]) -> tuple[list[str], list[bool]]:
    """The words, and whether a mark stands before each; the last flag is of the text's end."""
    said: list[str] = []
    marks: list[bool] = []
    for word, mark in sentence_words(text):
        bare = word[2:]
        if word.startswith(_GLUED) and word not in single and bare in single:
            said += [word[:2], bare]
            marks += [mark, False]
        else:
            said.append(_SHORT.get(word, word))
            marks.append(mark)
    return said, [*marks, True]


def _groups(said: Sequence[str], names: Mapping[Name, int]) -> list[_Group]:
    """The names in a text, each the longest; those side by side as one."""
    lengths = sorted({len(name) for name in names}, reverse=True)
    found: list[_Group] = []
    at = 0
    while at < len(said):
        for length in lengths:
            name = tuple(said[at : at + length])
            if name in names:
                _join(found, _Group(at, at + len(name), (names[name],)), said)
                at += len(name)
                break
        else:
            at += 1
    return found


def _join(found: list[_Group], new: _Group, said: Sequence[str]) -> None:
    """Add a name; to the group before it where only "dan" or a level ("Kab.") lies between."""
    between = said[found[-1].end : new.start] if found else ("",)
    if found and len(between) < 2 and (_JOINED | _LEVELS).issuperset(between):
        last = found.pop()
        numbers = tuple(dict.fromkeys((*last.numbers, *new.numbers)))
        new = _Group(last.start, new.end, numbers)
    found.append(new)


def _is_there(
    said: Sequence[str],
    marks: Sequence[bool],
    group: _Group,
    strange: Callable[[str], bool],
    visitor: bool,
) -> bool:
    start = group.start
    while start and said[start - 1] in _THERE:
        start -= 1
    at_place = "di" in said[start : group.start]
    if said[start - 1 : start] == [_INHABITANTS]:
        return not visitor and _ME.isdisjoint(said[max(0, start - 3) : start - 1])
    if not _about(said, start, at_place):
        return False
    if start < group.start or said[group.start] in _LEVELS | _HEADS:
        return True
    head = _head(said, start, strange)
    if head is not None:
        at_place = said[head] == "di" or said[max(0, head - 1) : head] == ["di"]
        return _about(said, head, at_place)
    if len(group.numbers) > 1:
        return True
    if start == 0:
        return said[group.end : group.end + 1] == [] or said[group.end] not in _OF_OTHERS
    return marks[group.end] and (marks[start] or start <= _HEADING)


def _about(said: Sequence[str], at: int, at_place: bool) -> bool:
    """Whether nothing before the word `at` says that the place is only named."""
    near = said[max(0, at - 2) : at]
    far = said[max(0, at - _FAR) : at]
    if not _TOWARDS.isdisjoint(near[-1:]) or not _COMPARED.isdisjoint(near):
        return False
    if len(near) > 1 and near[1] in _ME and near[0] in _KIN:
        return False
    if not at_place:
        from_there = not (_FROM.isdisjoint(near[-1:]) and _PAPERS.isdisjoint(near))
        if from_there or not _CARRIED.isdisjoint(far):
            return False
    return _ONLY_THERE.isdisjoint(far)


def _head(said: Sequence[str], at: int, strange: Callable[[str], bool]) -> int | None:
    """Where an address begins that ends with the name at `at`: "jl Mawar no 3", "pasar", "di Dago".

    None where what stands before the name is no address.
    """
    own = known = 0  # words that may be a name; of these, words of the rules
    for back in range(at - 1, max(-1, at - 2 - _CHAIN), -1):
        word = said[back]
        if word in _LOOSE:
            return back
        if word in _ROADS or word == "di":
            return back if own and known <= _KNOWN and known < own else None
        if word in _HEADS and not known:
            return back
        if word in _BREAKS:
            return None
        own += word not in _NO_NAME
        known += not (word.isdigit() or word in _NUMBERS or word in _HEADS or strange(word))
    return None
