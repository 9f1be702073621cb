"""The pages of people who sign in: who looks at each, and where it lies."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class At:
    """``who``: a role, empty for somebody who has not signed in; ``path``: with the names of places
    in braces, that whoever looks fills in: an agency, a case that it holds, one at the desk, a
    group of parked messages, one of them, a person, a row of duties, a topic, a job."""

    who: str
    path: str


PAGES: Final = {
    "masuk": At("", "/masuk"),
    "akun": At("desk", "/saya"),
    "sandi": At("desk", "/saya/sandi"),
    "faktor-kedua": At("desk", "/saya/faktor-kedua"),
    "meja": At("desk", "/meja"),
    "putusan": At("desk", "/meja?kasus={waits}"),
    "serentak": At("desk", "/meja/serentak?kasus={waits}&kasus={waits_too}"),
    "kasus": At("desk", "/meja/kasus"),
    "satu-kasus": At("desk", "/meja/kasus/{case}"),
    "lewat": At("desk", "/meja/lewat"),
    "pindah": At("desk", "/meja/kasus/pindah?dari={agency}&ke={other}"),
    "loket": At("desk", "/meja/loket"),
    "parkir": At("desk", "/meja/parkir"),
    "kelompok": At("desk", "/meja/parkir/kelompok/{group}"),
    "pesan": At("desk", "/meja/parkir/pesan/{message}"),
    "ubah-pesan": At("desk", "/meja/parkir/pesan/{message}/ubah"),
    "rekap": At("desk", "/meja/rekap"),
    "piket": At("desk", "/meja/piket"),
    "satu-piket": At("desk", "/meja/piket/{duty}"),
    "aturan": At("desk", "/meja/aturan"),
    "topik": At("desk", "/meja/aturan/topik"),
    "satu-topik": At("desk", "/meja/aturan/topik/{topic}"),
    "instansi": At("desk", "/meja/aturan/instansi"),
    "satu-instansi": At("desk", "/meja/aturan/instansi/{agency}"),
    "wilayah": At("desk", "/meja/aturan/wilayah"),
    "keliru": At("desk", "/meja/aturan/keliru"),
    "layanan-baru": At("desk", "/meja/aturan/layanan-baru"),
    "pembelajaran": At("desk", "/meja/aturan/pembelajaran"),
    "orang": At("admin", "/meja/orang"),
    "satu-orang": At("admin", "/meja/orang/{person}"),
    "opd": At("agency", "/opd/{agency}"),
    "opd-kasus": At("agency", "/opd/{agency}/kasus/{case}"),
    "lembar": At("agency", "/opd/{agency}/lembar"),
    "laporan": At("lead", "/laporan?periode={month}"),
    "laporan-opd": At("lead", "/laporan?periode={month}&bagian=5"),
    "laporan-rincian": At("lead", "/laporan?periode={month}&bagian=6"),
    "laporan-rencana": At("lead", "/laporan?periode={month}&bagian=12"),
    "laporan-semua": At("lead", "/laporan?periode={month}&bagian=semua"),
    "laporan-versi": At("lead", "/laporan/versi?periode={month}&bidang=findings"),
}
"""By a short name."""
ELSEWHERE: Final = frozenset(
    {
        "/berkas/staf/{name}",
        "/masuk/kode",
        "/masuk/oidc",
        "/masuk/oidc/kembali",
        "/meja/lencana",
        "/meja/kasus/pilihan/{what}",
        "/meja/kasus/pindah/{name}",
        "/meja/lewat/ekspor",
        "/meja/parkir/kerja/{id}",
        "/meja/parkir/pesan/{id}/isi",
        "/meja/piket/unduh.{kind}",
        "/meja/rekap/salin.txt",
        "/meja/rekap/unduh.{kind}",
        "/opd",
        "/opd/{code}/dikembalikan/{tracking}",
        "/opd/{code}/lembar.csv",
        "/opd/{code}/lembar.xlsx",
        "/opd/{code}/nama-opd",
        "/laporan/unduh.{form}",
    }
)
"""Routes without a page of that list: files, parts of pages, ways on, and pages that say in a line
what was done."""
