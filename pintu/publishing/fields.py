"""The names by which files call the fields of a complaint: the contract's own, and those of
SP4N-LAPOR!'s export, Open311 GeoReport v2 and FixMyStreet's export (docs/how-to/publish-files.md).
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

Field = tuple[str, ...]
"""The way to a field in the data of a complaint; one of ``id``, ``channel``, ``time`` beside it."""

LEFT_OUT: Final[Field] = ()
EXTRA: Final[Field] = ("extra",)
ABOUT: Final = frozenset({"id", "channel", "time"})
FLAGS: Final = frozenset({"anonymous", "confidential"})

REPORT_TYPE: Final[Field] = ("report-type",)
"""Anonim, Rahasia or both in one cell: both flags of confidence."""
REPORTED_AS: Final[Field] = ("reported-as",)
"""FixMyStreet's word for whose name is shown."""
TIME_OF_DAY: Final[Field] = ("time-of-day",)
"""The hour of ``time`` where it has a column of its own."""
POINT: Final[Field] = ("point",)
"""Latitude and longitude in one cell."""
TRACKING: Final[Field] = ("tracking-id",)
"""The id in the system that the file is from: ``id``, and ``external_id`` too."""
SOURCE: Final[Field] = ("source",)
"""The door in an office's own words, such as Website: a channel where none is asked for."""
PROTECTING: Final = frozenset({("anonymous",), ("confidential",), REPORT_TYPE, REPORTED_AS})
"""Fields that are never left out: that would publish openly what was told in confidence."""

_PLAIN: Final = (
    *("text", "title", "occurred_at", "classification", "oversight", "category", "agency"),
    *("anonymous", "confidential", "attachments", "follows", "external_id", "extra"),
)
_NESTED: Final = {
    "location": ("region", "district", "village", "address", "latitude", "longitude"),
    "reporter": ("name", "phone", "email", "national_id"),
}
_ELSEWHERE: Final[Mapping[Field, str]] = {
    ("text",): "isi_laporan_awal isi_laporan isi_laporan_akhir isi_aduan isi_pengaduan uraian"
    " uraian_laporan deskripsi_laporan description detail",
    ("title",): "judul_laporan judul judul_aduan",
    ("time",): "tanggal_laporan_masuk tanggal_laporan tanggal_masuk tanggal_lapor"
    " requested_datetime created",
    TIME_OF_DAY: "waktu_laporan_masuk jam_laporan_masuk jam_masuk jam_laporan",
    ("occurred_at",): "tanggal_kejadian waktu_kejadian",
    ("classification",): "klasifikasi_laporan klasifikasi jenis_laporan",
    ("category",): "id_kategori kategori kategori_laporan service_code service_name",
    TRACKING: "tracking_id service_request_id report_id",
    SOURCE: "sumber_laporan kanal kanal_laporan",
    ("attachments",): "media_url lampiran",
    REPORT_TYPE: "tipe_laporan",
    REPORTED_AS: "reported_as",
    ("anonymous",): "anonim",
    ("confidential",): "rahasia",
    ("location", "district"): "kecamatan",
    ("location", "village"): "kelurahan desa kelurahan/desa desa/kelurahan",
    ("location", "address"): "alamat lokasi lokasi_kejadian alamat_kejadian address_string",
    ("location", "latitude"): "lat lintang",
    ("location", "longitude"): "long lng lon bujur",
    POINT: "koordinat titik_koordinat coordinates lat_long latlong",
    ("reporter", "name"): "nama_pelapor nama_lengkap_pelapor user_name",
    ("reporter", "phone"): "no_hp no._hp nomor_hp nomor_telepon no_telepon no._telepon telepon"
    " user_phone",
    ("reporter", "email"): "email_pelapor surel user_email",
    ("reporter", "national_id"): "nik nik_pelapor no_ktp",
}

MADE_BY_ROUTE: Final = ("agency", "confidence", "auto")
"""What `pintu route --file` adds: this system's own decision, and nobody's choice."""
_OF_THE_OFFICE: Final = re.compile(
    r"no|no\.|nomor|nomor_urut|no_urut|status.*|.*_status|alasan.*|rating|confidence|auto"
    r"|.*instansi.*|nomor_sk|url_sk|isi_laporan_akhir|tindak_lanjut.*|tanggal_(selesai|update).*"
    r"|confirmed|acknowledged|fixed|closed|updated_datetime|expected_datetime|agency_responsible"
    r"|updated.*|last_update.*|jumlah_.*"
)


class Meaning(NamedTuple):
    """The field that a column fills; of several columns for one field the least ``rank`` goes
    first, and the next where its cell is empty. Rank 0 is the contract's own name."""

    field: Field
    rank: int


def _meanings() -> dict[str, Meaning]:
    known = {name: Meaning((name,), 0) for name in (*_PLAIN, "id", "channel", "time")}
    for parent, children in _NESTED.items():
        for child in children:
            for name in (child, f"{parent}.{child}", f"{parent}_{child}"):
                known[name] = Meaning((parent, child), 0)
    for where, names in _ELSEWHERE.items():
        for rank, name in enumerate(names.split(), 1):
            known[name] = Meaning(where, rank)
    return known


_MEANINGS: Final[Mapping[str, Meaning]] = _meanings()
_IN_BRACKETS: Final = re.compile(r"\([^()]*\)\s*$")


def plain(name: str) -> str:
    """A name without regard to case; blanks and hyphens are underscores."""
    return "_".join(name.strip().lower().replace("-", " ").split())


def meaning(name: str) -> Meaning | None:
    """What a column of that (plain) name is; None for one that nobody here knows.

    A remark in brackets at its end says nothing: ``tipe_laporan_(anonim/rahasia)``.
    """
    found = _MEANINGS.get(name)
    return found or _MEANINGS.get(_IN_BRACKETS.sub("", name).rstrip("_"))


def field_of(name: str) -> Field | None:
    """The field of the contract that somebody names; None for what is none."""
    found = _MEANINGS.get(plain(name))
    return found.field if found is not None and found.rank == 0 else None


def set_later(name: str) -> bool:
    """Whether a column of that (plain) name changes while an office works on a complaint, or
    numbers the rows of one export."""
    return _OF_THE_OFFICE.fullmatch(_IN_BRACKETS.sub("", name).rstrip("_")) is not None
