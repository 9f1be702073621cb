"""What reporters and officers read of this system, sentence by sentence: one place for each.

Indonesian first; another language is another set of these names. Who fills in a sentence stands in
``routing/wording.py`` and in ``case``. They quote words of the rules, never of the complaint: a
telephone number cannot get in.
"""

from collections.abc import Mapping
from typing import Final

# --- why a complaint goes where it goes -----------------------------------------------------

PICKED: Final = "Pelapor sendiri memilih {agency}."
DECIDED: Final = "{found} menunjuk topik “{topic}”{place}{because}: urusan {agency}."
AT_PLACE: Final = " di {level} {name}"
CATEGORY: Final = "Kategori {category}"
WORDS: Final = "Kata {words}"
READ_AS: Final = " (salah ketik yang dibaca sebagai {words})"
SECOND_MATTER: Final = "{first} Selain itu: {second}"
LEARNED_WORDS: Final = "Kata {words}, menurut riwayat laporan,"
LEARNED_WHOLE: Final = "Isi laporan secara keseluruhan, dibandingkan dengan riwayat laporan,"
LEARNED_CLASS: Final = "laporan untuk {agency}"
VILLAGE: Final = "desa/kelurahan"
DISTRICT: Final = "kecamatan"
OFFICE_NAMED: Final = "laporan menyebut kantornya"
DISTRICT_ANSWERS: Final = "{lacking} tidak disebut sehingga kecamatan yang meneruskan"
OFFICE_THERE: Final = "kantor {lacking} setempat"
DESK_DECIDES: Final = "urusan yang diputuskan petugas"
TOPIC_OF_DESK: Final = "topik “{topic}”"
OR: Final = " atau "
BUT: Final = ", tetapi "

# --- why the desk decides -------------------------------------------------------------------

NOTHING: Final = "Tidak ada kata atau isian yang menunjuk topik tertentu; petugas perlu membacanya."
UNSURE: Final = "{found} belum cukup meyakinkan; {perhaps}petugas yang memutuskan."
PERHAPS: Final = "kemungkinan {agencies}, "
UNDECIDED: Final = "{doubt}; petugas yang memutuskan."
WORDS_FOR: Final = "kata {words} menunjuk {agency}"
NAMED: Final = "nama {agency} disebut"
NOT_SURE_ENOUGH: Final = "{reason}, tetapi belum meyakinkan"
PLACE_MISSING: Final = (
    "{found} menunjuk topik “{topic}” yang ditangani {lacking} setempat, "
    "tetapi tempatnya tidak disebut; petugas perlu mencarinya."
)
REGION_OF_CODE: Final = "wilayah berkode {code}"
OUTSIDE: Final = "Tempat yang disebut ({name}) berada di luar {region}; petugas yang memutuskan."
LEFT_TO_DESK: Final = "{found} menunjuk topik “{topic}”, yang diputuskan oleh petugas."
DISCRETION: Final = (
    "{found} menunjuk “{topic}”; instansinya berbeda-beda dari laporan ke laporan, "
    "sehingga petugas yang memutuskan."
)
NOBODY_LEFT: Final = (
    "Topiknya “{topic}”, tetapi instansi yang menanganinya sudah mengembalikan "
    "laporan ini atau tidak aktif lagi; petugas yang memutuskan."
)

# --- what becomes of a case -----------------------------------------------------------------

ASSIGNED: Final = "Ditetapkan oleh petugas."
ASSIGNED_NOTE: Final = " Catatan: {note}"
MERGED: Final = "Digabungkan oleh petugas dengan laporan lain tentang hal yang sama."
LEAD_MOVED: Final = "Ikut dengan laporan utama yang digabungkan dengannya."
ATTACHMENTS_LEFT: Final = "(Jawaban ini disertai lampiran, yang dapat diminta kepada instansinya.)"
SUGGESTED: Final = "{by} mengembalikan laporan ini dan menyarankan {to}."
LAST_RETURN: Final = "Sudah dikembalikan {hops} kali; petugas yang memutuskan."
WITHDRAWN: Final = "Dicabut oleh pelapor."
ACCEPTED: Final = "Jawaban akhir diterima oleh pelapor."
NO_REPLY: Final = "Tidak ada tanggapan pelapor setelah jawaban akhir."
WAITED: Final = "Pelapor tidak menjawab; tenggat berjalan lagi."
FORWARDED: Final = "Diteruskan ke {agency}."

# --- what the reporter is told when the case is closed --------------------------------------

ENDED: Final[Mapping[str, str]] = {
    "withdrawn": "Laporan Anda telah ditutup atas permintaan Anda.",
    "accepted": "Terima kasih atas tanggapan Anda. Laporan Anda telah selesai dan ditutup.",
    "closing": (
        "Laporan Anda ditutup karena tidak ada tanggapan lagi setelah jawaban akhir. "
        "Penilaian Anda masih kami terima selama 30 hari."
    ),
}
"""By how it ended; what the desk dismissed is told by its code."""
DISMISSED: Final[Mapping[str, str]] = {
    "not-ours": (
        "Mohon maaf, laporan Anda berada di luar wewenang pemerintah daerah ini. "
        "Silakan menyampaikannya kepada pihak yang berwenang."
    ),
    "incomplete": (
        "Mohon maaf, laporan Anda belum dapat diproses karena keterangannya belum lengkap. "
        "Silakan mengirim laporan baru dengan keterangan yang lebih lengkap."
    ),
    "duplicate": (
        "Laporan Anda sama dengan laporan {duplicate_of} dan ditangani bersama laporan itu. "
        "Terima kasih."
    ),
    "not-a-complaint": (
        "Pesan Anda kami terima, tetapi bukan pengaduan, aspirasi, atau permintaan informasi, "
        "sehingga tidak diproses sebagai laporan."
    ),
    "in-court": (
        "Mohon maaf, laporan Anda tidak dapat diproses karena perkaranya sedang ditangani "
        "oleh pengadilan."
    ),
    "abuse": (
        "Mohon maaf, laporan Anda tidak dapat diproses karena isinya tidak sesuai dengan "
        "ketentuan. Silakan menyampaikannya kembali dengan bahasa yang santun."
    ),
    "other": "Mohon maaf, laporan Anda tidak dapat diproses lebih lanjut dan telah ditutup.",
}

# --- warnings -------------------------------------------------------------------------------

UNKNOWN_AGENCY: Final = "agency: instansi tidak dikenal"
INACTIVE_AGENCY: Final = "agency: instansi tidak aktif lagi"
RETURNED_BEFORE: Final = "agency: instansi ini sudah mengembalikan laporan"
UNKNOWN_CATEGORY: Final = "category: kategori tidak dikenal"
UNKNOWN_DISTRICT: Final = "district: nama kecamatan tidak dikenal"
NO_REGION_CODE: Final = "region: bukan kode wilayah Kemendagri"
UNKNOWN_REGION: Final = "region: kode wilayah tidak dikenal"
VILLAGE_ELSEWHERE: Final = "village: tidak terletak di kecamatan yang disebut"
VILLAGE_AMBIGUOUS: Final = "village: nama dipakai di beberapa kecamatan"
UNKNOWN_VILLAGE: Final = "village: nama desa/kelurahan tidak dikenal"
EARLIER_REPORT: Final = "text: menyebut kode laporan terdahulu"
BAD_SUGGESTION: Final = "suggest: instansi tidak dikenal, tidak aktif, atau sudah mengembalikan"
