"""What mails say, Indonesian first, English second."""

from datetime import datetime, tzinfo
from typing import Final, Literal

Language = Literal["id", "en"]

WORDS: Final[dict[str, tuple[str, str]]] = {
    "routed": ("Laporan baru untuk {agency}", "A new report for {agency}"),
    "routed_supporting": (
        "Laporan yang perlu didukung {agency}",
        "A report that {agency} is to support",
    ),
    "moved": ("Laporan dipindahkan ke {to}", "The report was moved to {to}"),
    "moved_desk": ("Laporan dikembalikan ke admin instansi", "The report went back to the desk"),
    "replied": ("Pelapor membalas", "The reporter replied"),
    "withdrawn": ("Laporan dicabut oleh pelapor", "The reporter withdrew the report"),
    "rejected": (
        "Yang dikirim tentang laporan ini tidak dapat diterima",
        "What was sent about this report could not be taken in",
    ),
    "closed": ("Laporan ditutup", "The report is closed"),
    "reminder": ("Pengingat: batas waktu {clock} sudah dekat", "Reminder: {clock} is due soon"),
    "breach": ("Lewat batas waktu: {clock}", "Overdue: {clock}"),
    "rung": (
        "Eskalasi kepada {role}: {clock} lewat batas waktu di {agency}",
        "Escalated to the {role}: {clock} is overdue at {agency}",
    ),
    "verification": ("verifikasi", "verification"),
    "response": ("respons awal", "the first answer"),
    "resolution": ("penyelesaian", "the final answer"),
    "waiting": ("tunggu pelapor", "the wait for the reporter"),
    "role_agency": ("instansi", "agency"),
    "role_head": ("kepala instansi", "head of the agency"),
    "role_coordinator": ("admin instansi", "coordinator"),
    "role_secretary": ("Sekda", "regional secretary"),
    "role_inspectorate": ("Inspektorat", "inspectorate"),
    "desk": ("admin instansi", "the desk"),
    "code": ("Nomor pelacakan", "Tracking code"),
    "topic": ("Topik", "Topic"),
    "place": ("Tempat", "Place"),
    "agency": ("Instansi", "Agency"),
    "state": ("Status", "State"),
    "respond_by": ("Respons awal paling lambat", "First answer at the latest"),
    "resolve_by": ("Penyelesaian paling lambat", "Final answer at the latest"),
    "due": ("Batas waktu", "Deadline"),
    "text": ("Isi laporan", "What was reported"),
    "reporter": ("Pelapor", "Reporter"),
    "open_answer": ("Baca dan jawab", "Read and answer"),
    "open_read": ("Baca", "Read"),
    "until": (
        "Tautan berlaku sampai {when}. Jangan teruskan surel ini: siapa pun yang memegang"
        " tautannya dapat membuka laporan itu.",
        "The link is good until {when}. Do not pass this mail on: whoever holds the link can open"
        " that report.",
    ),
    "digest": ("{n} kabar tentang laporan warga", "{n} items about citizens' reports"),
    "test": ("Surel percobaan", "A trial mail"),
    "test_lead": (
        "Surel dari {region} sampai di alamat ini. Tidak ada yang perlu dilakukan.",
        "Mail of {region} reaches this address. Nothing needs to be done.",
    ),
    "footer": (
        "Surel otomatis dari {region}. Jangan dibalas: jawablah lewat tautan.",
        "An automatic mail of {region}. Do not reply to it: answer by the link.",
    ),
    "state_triage": ("belum terverifikasi", "not verified"),
    "state_routed": ("belum ditindaklanjuti", "not followed up"),
    "state_acknowledged": ("diterima, belum ditindaklanjuti", "received, not followed up"),
    "state_responded": ("dalam proses", "in process"),
    "state_held": ("tertunda, menunggu pelapor", "on hold for the reporter"),
    "state_resolved": ("menunggu tanggapan pelapor", "answered, waiting for the reporter"),
    "state_closed": ("selesai", "closed"),
}
"""By key: in Indonesian, in English."""

_MONTHS: Final = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September"),
    *("Oktober", "November", "Desember"),
)
_MONTHS_EN: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)


def word(key: str, language: Language, **values: object) -> str:
    """One sentence."""
    return WORDS[key][0 if language == "id" else 1].format(**values)


def code_word(key: str, language: Language) -> str | None:
    """The word for a code that came with an event; None for one that this version does not know."""
    return word(key, language) if key in WORDS else None


def moment(at: datetime, zone: tzinfo, language: Language) -> str:
    """``4 Desember 2026 pukul 16.00 WIB``."""
    here = at.astimezone(zone)
    name = here.tzname() or ""
    if language == "en":
        return f"{here.day} {_MONTHS_EN[here.month - 1]} {here.year}, {here:%H:%M} {name}"
    return f"{here.day} {_MONTHS[here.month - 1]} {here.year} pukul {here:%H.%M} {name}"
