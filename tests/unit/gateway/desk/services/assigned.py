"""Complaints that the desk assigned, as a store has them; written for these tests."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from broker.memory import MemoryCaseStore
from broker.ports import CaseChange, CaseStore
from tests.unit.broker.domain.case.story import DAY, MONDAY, Story

NOW = MONDAY + 40 * DAY
SCHOLARSHIPS = (
    "Assalamualaikum, kapan beasiswa prestasi cair? Anak saya sudah lolos seleksi bulan lalu.",
    "Berkas beasiswa prestasi sudah lengkap tapi katanya belum bisa diproses",
    "mau tanya syarat beasiswa prestasi utk anak yatim, apa harus ada surat keterangan",
    "Pengumuman beasiswa prestasi kok tidak ada di papan, mohon kejelasan",
)
"""Of a service that no rule knows, to the education office."""
OTHERS = (
    "Sampah menumpuk di belakang pasar dan tidak diangkut",
    "Jalan rusak parah di depan balai, banyak lubang",
    "Lampu jalan padam sejak kemarin",
    "Guru di kelas tiga sering tidak masuk",
    "Mohon informasi jam buka kantor",
    "Terima kasih atas pelayanan yang baik",
    "Ada suara bising setiap malam dari bengkel",
    "Kapan pembagian bibit untuk kelompok kami",
    "Kucing liar banyak sekali di taman",
    "Pedagang memakai trotoar untuk berjualan",
)


def one(text: str, agency: str | None, number: int, at: datetime = MONDAY, **data: Any) -> Story:
    """A complaint that came ``number`` hours after a moment, and whom the desk gave it to."""
    story = Story(now=at + number * timedelta(hours=1))
    story.begins(text, id=f"c-{number}", **data)
    if agency is not None:
        story.says("desk.sri.assigned", agency=agency)
    return story


async def kept(stories: Iterable[Story]) -> CaseStore:
    store = MemoryCaseStore()
    async with store.transaction() as transaction:
        await transaction.save([CaseChange(s.it, tuple(s.history)) for s in stories])
    return store


def background(first: int = 500, times: int = 3, at: datetime = MONDAY) -> list[Story]:
    """What else comes in: each said in several ways."""
    return [
        one(f"{text} {'lagi' * (n % 2)} {n}", "dlh" if n % 2 else None, first + n, at)
        for n, text in enumerate(OTHERS * times)
    ]
