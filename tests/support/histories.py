"""An invented town's labelled history, the same for the same seed."""

import csv
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pintu.rules.evaluating.history import COLUMNS

VILLAGES = {
    "Anggrek": ("Melati Indah", "Kenanga", "Flamboyan"),
    "Cempaka": ("Dahlia", "Seruni"),
}
MATTERS = {
    # topic: agency, words that are about it
    "Lampu Jalan": ("Dinas Perhubungan", "lampu padam gelap penerangan tiang malam pju"),
    "Parkir Liar": ("Dinas Perhubungan", "parkir trotoar macet kendaraan jukir tarif"),
    "Jalan Berlubang": ("Dinas Pekerjaan Umum", "berlubang aspal rusak lubang ambles motor"),
    "Saluran Mampet": ("Dinas Pekerjaan Umum", "got mampet banjir genangan saluran selokan"),
    "Sampah": ("Dinas Lingkungan Hidup", "sampah menumpuk bau tps pengangkutan pohon"),
    "Bantuan": ("Dinas Sosial", "bantuan bansos miskin pkh beras terdaftar"),
    "Pelayanan Kelurahan": ("@", "lurah kantor pengantar pelayanan staf loket stempel"),
    "Pelayanan Kecamatan": ("@@", "camat legalisir rekomendasi kecamatan antrean pegawai"),
}
_FILLER = "mohon pak bu di depan rumah kami sudah lama tolong segera dari kemarin ini yang ada"
FILLER = _FILLER.split(" ")


@dataclass(frozen=True)
class Complaint:
    """One row, by the columns."""

    text: str
    address: str
    district: str
    village: str
    topic: str
    agency: str
    reported_at: str


def a_history(rows: int, seed: int = 1, noise: float = 0.04) -> list[Complaint]:
    """Complaints in order of time; `noise`: part of them that anybody dealt with."""
    chance = random.Random(seed)
    start = datetime(2024, 1, 1, 8)
    result: list[Complaint] = []
    for number in range(rows):
        district = chance.choice(sorted(VILLAGES))
        village = chance.choice(VILLAGES[district])
        topic = chance.choice(sorted(MATTERS))
        agency, about = MATTERS[topic]
        agency = {"@": f"Kelurahan {village}", "@@": f"Kecamatan {district}"}.get(agency, agency)
        if chance.random() < noise:
            agency = chance.choice(sorted(a for a, _ in MATTERS.values() if a[0] != "@"))
        said = chance.sample(about.split(), 3) + chance.sample(FILLER, 6)
        chance.shuffle(said)
        result.append(
            Complaint(
                " ".join(said),
                f"Jalan {village} {chance.randint(1, 99)}",
                district,
                village,
                topic,
                agency,
                (start + timedelta(hours=5 * number)).isoformat(" "),
            )
        )
    return result


def write_history(file: Path, rows: list[Complaint], columns: tuple[str, ...] = COLUMNS) -> Path:
    """As CSV with a header."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        writer.writerows([getattr(row, name) for name in columns] for row in rows)
    return file
