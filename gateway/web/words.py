"""What the pages say, Indonesian first."""

from typing import Final

from config.language import Language

WORDS: Final[dict[str, tuple[str, str]]] = {
    "lang_other": ("English", "Bahasa Indonesia"),
    "skip": ("Langsung ke isi", "Skip to content"),
    "home_title": ("Lapor ke {region}", "Report to {region}"),
    "home_lead": (
        "Satu pintu untuk pengaduan, usulan dan permintaan informasi. Anda tidak perlu tahu"
        " instansi mana yang berwenang: kami yang mencarinya.",
        "One door for complaints, suggestions and requests for information. You need not know which"
        " office is responsible: we find it.",
    ),
    "go_report": ("Kirim laporan", "File a report"),
    "go_track": ("Lacak laporan", "Track a report"),
    "report_title": ("Kirim laporan", "File a report"),
    "text": ("Apa yang terjadi?", "What happened?"),
    "text_hint": (
        "Tulis apa, di mana, dan sejak kapan. Wajib diisi.",
        "Write what, where, and since when. Required.",
    ),
    "place": ("Di mana?", "Where?"),
    "village": ("Desa atau kelurahan", "Village"),
    "village_none": ("Tidak tahu, atau di tempat lain", "Not known, or elsewhere"),
    "address": ("Jalan, patokan", "Street, landmark"),
    "locate": ("Pakai posisi saya", "Use my position"),
    "located": ("Posisi dipakai.", "Your position is used."),
    "not_located": (
        "Posisi tidak tersedia. Tulis jalan atau patokannya.",
        "Your position is not available. Write a street or a landmark.",
    ),
    "kind": ("Jenis laporan", "Kind of report"),
    "complaint": ("Pengaduan", "Complaint"),
    "aspiration": ("Aspirasi atau usulan", "Suggestion"),
    "information_request": ("Permintaan informasi", "Request for information"),
    "category": ("Topik (boleh dikosongkan)", "Topic (may be left empty)"),
    "category_none": ("Biarkan kami yang memilih", "Let us choose"),
    "photos": ("Foto (boleh dikosongkan)", "Pictures (may be left empty)"),
    "photos_hint": (
        "JPEG, PNG, WebP atau PDF; paling banyak {files}, masing-masing {megabytes} MB. Keterangan"
        " tempat dan waktu di dalam foto dihapus; PDF dikirim apa adanya.",
        "JPEG, PNG, WebP or PDF; at most {files}, each of {megabytes} MB. Place and time that a"
        " picture tells of are removed; a PDF is sent as it is.",
    ),
    "photos_again": (
        "Pilih lagi fotonya: peramban tidak menyimpannya.",
        "Choose the pictures again: the browser does not keep them.",
    ),
    "photos_yours": ("Foto Anda", "Your pictures"),
    "photo_n": ("Foto {n}", "Picture {n}"),
    "document_n": ("Dokumen {n} (PDF)", "Document {n} (PDF)"),
    "attached_n": ("Lampiran {n}", "Attachment {n}"),
    "who": ("Siapa Anda?", "Who are you?"),
    "anonymous": ("Anonim", "Anonymous"),
    "anonymous_hint": (
        "Nama dan kontak Anda tidak diteruskan kepada siapa pun; nomor telepon dan surel di dalam"
        " teks pun disembunyikan.",
        "Your name and contacts are passed on to nobody; telephone numbers and e-mail addresses in"
        " the text are hidden too.",
    ),
    "confidential": ("Rahasia", "Confidential"),
    "confidential_hint": (
        "Laporan tidak ditampilkan kepada umum; hanya petugas yang menanganinya yang membacanya.",
        "The report is not shown to the public; only officers who work on it read it.",
    ),
    "name": ("Nama (boleh dikosongkan)", "Name (may be left empty)"),
    "phone": ("Nomor telepon (boleh dikosongkan)", "Telephone (may be left empty)"),
    "email": ("Surel (boleh dikosongkan)", "E-mail (may be left empty)"),
    "send": ("Kirim", "Send"),
    "filed_title": ("Laporan diterima", "Your report is taken in"),
    "filed_lead": (
        "Catat kode dan PIN ini. Dengan keduanya Anda melihat jawaban dan membalas.",
        "Write down this code and PIN. With both you see the answer and reply.",
    ),
    "code": ("Kode pelacakan", "Tracking code"),
    "pin": ("PIN", "PIN"),
    "pin_hint": ("Enam angka.", "Six digits."),
    "filed_next": (
        "Laporan Anda diteruskan kepada instansi yang berwenang. Tanggapan pertama paling lambat"
        " lima hari kerja.",
        "Your report goes to the office that is responsible. It answers within five working days.",
    ),
    "track_title": ("Lacak laporan", "Track a report"),
    "track_lead": (
        "Masukkan kode pelacakan dan PIN yang Anda terima saat melapor.",
        "Enter the tracking code and the PIN that you got when you reported.",
    ),
    "look": ("Lihat", "Look up"),
    "case_title": ("Laporan {code}", "Report {code}"),
    "state": ("Keadaan", "State"),
    "agency": ("Instansi", "Office"),
    "desk": ("Admin instansi", "The desk"),
    "received": ("Diterima", "Received"),
    "respond_by": ("Tanggapan paling lambat", "First answer by"),
    "resolve_by": ("Penyelesaian paling lambat", "Final answer by"),
    "state_triage": (
        "Sedang dipilihkan instansinya oleh petugas.",
        "An officer is choosing the office for it.",
    ),
    "state_routed": ("Sudah diteruskan kepada instansi.", "It was passed to the office."),
    "state_acknowledged": ("Sudah dibaca oleh instansi.", "The office has read it."),
    "state_responded": ("Sedang dikerjakan; sudah ada tanggapan.", "It is being worked on."),
    "state_held": ("Menunggu jawaban Anda.", "Waiting for your answer."),
    "state_resolved": (
        "Sudah dijawab. Ditutup dengan sendirinya bila Anda tidak membalas.",
        "It was answered. It is closed by itself if you do not reply.",
    ),
    "state_closed": ("Selesai dan ditutup.", "Done and closed."),
    "question": ("Pertanyaan untuk Anda", "A question for you"),
    "reply_by": ("Jawab sebelum {when}", "Answer before {when}"),
    "said": ("Yang disampaikan", "What was said"),
    "nothing_said": ("Belum ada tanggapan.", "Nothing yet."),
    "reply": ("Balas", "Reply"),
    "reply_text": ("Jawaban atau keterangan Anda", "Your answer or remark"),
    "reply_send": ("Kirim balasan", "Send reply"),
    "accept": ("Saya puas; tutup laporan", "I am content; close the report"),
    "accept_title": ("Beri nilai", "Rate the answer"),
    "stars": ("{n} dari 5", "{n} of 5"),
    "withdraw": ("Tarik laporan", "Withdraw the report"),
    "withdraw_title": ("Tarik kembali", "Withdraw"),
    "withdraw_hint": (
        "Laporan ditutup dan tidak ditangani lagi.",
        "The report is closed and not worked on any more.",
    ),
    "done_replied": ("Balasan Anda sudah diterima.", "Your reply was taken in."),
    "done_accepted": ("Terima kasih. Laporan ditutup.", "Thank you. The report is closed."),
    "done_withdrawn": ("Laporan sudah ditarik.", "The report is withdrawn."),
    "done_waiting": (
        "Sudah terkirim dan segera diproses. Lihat lagi sebentar lagi.",
        "It is sent and will be handled in a moment. Look again soon.",
    ),
    "error": ("Belum terkirim", "Not sent yet"),
    "error_text": ("Tulis apa yang terjadi.", "Write what happened."),
    "error_note": (
        "Tulis balasan Anda, atau pilih foto.",
        "Write your reply, or choose a picture.",
    ),
    "error_title": ("Belum terkirim: {title}", "Not sent yet: {title}"),
    "problem_title": ("Maaf, ini tidak berhasil", "Sorry, that did not work"),
    "problem_id": (
        "Nomor permintaan, bila Anda menanyakannya:",
        "Its number, if you ask about it:",
    ),
    "nav": ("Halaman", "Pages"),
    "footer": (
        "Pengelolaan pengaduan menurut UU 25/2009 dan Perpres 76/2013. Data Anda dilindungi UU"
        " 27/2022.",
        "Complaints are handled under UU 25/2009 and Perpres 76/2013. Your data is protected by UU"
        " 27/2022.",
    ),
    "new_case": (
        "Laporan yang baru dikirim tampil dalam satu menit.",
        "A report that was just sent shows within a minute.",
    ),
}
"""By key: in Indonesian, in English."""

MONTHS: Final = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September"),
    *("Oktober", "November", "Desember"),
)
MONTHS_EN: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)


def word(key: str, language: Language, **values: object) -> str:
    """One sentence of the pages."""
    return WORDS[key][0 if language == "id" else 1].format(**values)
