"""What the page says, Indonesian first."""

from typing import Final

from config.language import Language
from consumers.mail.words import WORDS as OFFICERS
from gateway.web.words import WORDS as CITIZENS

WORDS: Final[dict[str, tuple[str, str]]] = {
    "footer_answering": (
        "Untuk petugas. Jangan bagikan alamat halaman ini: siapa pun yang memegangnya dapat"
        " menjawab.",
        "For officers. Do not share this page's address: whoever holds it can answer.",
    ),
    "title": ("Laporan {code}", "Report {code}"),
    "for": ("Untuk {agency}", "For {agency}"),
    "until": ("Tautan ini berlaku sampai {when}.", "This link is good until {when}."),
    "text": ("Isi laporan", "What was reported"),
    "gone": (
        "Isi laporan sudah dihapus menurut masa simpan.",
        "The words of the report were removed as retention has it.",
    ),
    "reporter": ("Pelapor", "Reporter"),
    "anonymous": ("Anonim", "Anonymous"),
    "confidential": (
        "Rahasia: jangan ditampilkan kepada umum.",
        "Confidential: not to be shown to the public.",
    ),
    "place": ("Tempat", "Place"),
    "because": ("Mengapa ke sini", "Why it came here"),
    "internal": ("Catatan internal", "Internal note"),
    "may_read": (
        "Dengan tautan ini Anda membaca; yang menjawab adalah instansinya.",
        "With this link you read; the agency answers.",
    ),
    "closed": (
        "Laporan ini sudah ditutup; tidak ada yang perlu dijawab.",
        "This report is closed; there is nothing to answer.",
    ),
    "act_acknowledged": ("Terima", "Acknowledge"),
    "hint_acknowledged": (
        "Menyatakan bahwa laporan sudah dibaca. Batas waktu tetap berjalan.",
        "Says that it was read. The deadlines go on.",
    ),
    "act_responded": ("Kirim respons awal", "Send a first answer"),
    "hint_responded": (
        "Apa yang akan dilakukan. Pelapor membacanya.",
        "What will be done. The reporter reads it.",
    ),
    "act_resolved": ("Kirim jawaban akhir", "Send the final answer"),
    "hint_resolved": (
        "Apa yang sudah dilakukan. Pelapor membacanya dan dapat menilai.",
        "What was done. The reporter reads it and may rate it.",
    ),
    "act_held": ("Tanya pelapor", "Ask the reporter"),
    "hint_held": (
        "Pertanyaan kepada pelapor. Batas waktu berhenti selama menunggu.",
        "The question. The deadlines stand still meanwhile.",
    ),
    "act_resumed": ("Lanjutkan tanpa menunggu", "Go on without waiting"),
    "hint_resumed": (
        "Batas waktu berjalan lagi.",
        "The deadlines go on.",
    ),
    "act_returned": ("Kembalikan", "Hand back"),
    "hint_returned": (
        "Bukan wewenang instansi ini: tulis alasannya.",
        "Not this agency's: say why.",
    ),
    "suggest": ("Instansi yang berwenang, bila tahu", "Whose it is, if you know"),
    "suggest_none": ("Tidak tahu", "Not known"),
    "note": ("Keterangan (dibaca pelapor)", "Note (the reporter reads it)"),
    "note_optional": (
        "Keterangan, boleh kosong (dibaca pelapor)",
        "Note, may be empty (the reporter reads it)",
    ),
    "reason": ("Alasan", "Reason"),
    "done": ("Sudah diterima.", "It was taken in."),
    "done_unchanged": ("Sudah begitu keadaannya.", "That is how it was already."),
    "done_waiting": (
        "Sudah terkirim dan segera diproses. Buka lagi sebentar lagi.",
        "It is sent and will be handled in a moment. Look again soon.",
    ),
    "error_words": ("Tulis dahulu isinya.", "Write the words first."),
    "error_form": (
        "Halaman ini sudah lama terbuka, atau dibuka dari tempat lain. Kirim sekali lagi.",
        "This page was open for long, or came from elsewhere. Send it once more.",
    ),
    "no_link": ("Tautan ini tidak berlaku", "This link is not good"),
    "unknown": (
        "Tautan tidak lengkap atau tidak dikenal. Salin seluruhnya dari surel.",
        "The link is not whole, or not known. Copy all of it from the mail.",
    ),
    "expired": (
        "Masa berlaku tautan ini sudah habis. Mintalah surel baru kepada admin instansi.",
        "This link has expired. Ask the desk for a new mail.",
    ),
    "ended": (
        "Tautan ini sudah dicabut. Mintalah surel baru kepada admin instansi.",
        "This link was taken back. Ask the desk for a new mail.",
    ),
    "elsewhere": (
        "Laporan ini tidak lagi pada instansi Anda, sehingga tautan ini tidak membukanya.",
        "Your agency does not have this report any more, so this link does not open it.",
    ),
    "soon": (
        "Laporan ini belum tercatat. Buka lagi dalam satu menit.",
        "This report is not recorded yet. Look again in a minute.",
    ),
}
"""By key: in Indonesian, in English."""


def word(key: str, language: Language, **values: object) -> str:
    """One sentence of the page; officers' words are those of the mails, the rest a citizen's."""
    for words in (WORDS, OFFICERS, CITIZENS):
        if key in words:
            return words[key][0 if language == "id" else 1].format(**values)
    raise KeyError(key)
