"""Who does this here? The questions whose answers differ from region to region.

`answers.toml` of a configuration answers them; an answer is who is answerable for the topics of
its question (docs/reference/rules.md). Examples are what citizens write, so they are Indonesian.
"""

from dataclasses import dataclass
from typing import Final

from config.language import marked

Condition = tuple[str, str]
"""An attribute of `attributes.toml` and its value."""


@dataclass(frozen=True, slots=True)
class Question:
    """``topics``: whose agency the answer is; ``choices``: who it often is; ``condition``: with
    it, the answer counts only where a complaint shows that, and may be "same"."""

    id: str
    title: str
    explained: str
    topics: tuple[str, ...]
    choices: tuple[str, ...]
    examples: tuple[str, ...]
    condition: Condition | None = None


_LANE: Final = ("way", "lane")

QUESTIONS: Final = (
    Question(
        "street-light",
        marked("Street lights"),
        marked("Lamps along roads that are out, broken or wanted."),
        ("street-light",),
        ("dishub", "perkim", "dpupr", "dlh", "@village"),
        ("lampu jalan mati sudah seminggu", "pju padam, jalan jadi gelap gulita"),
    ),
    Question(
        "street-light-lane",
        marked("Street lights in lanes and on village roads"),
        marked("The same, where the complaint says that it is a lane or a village road."),
        ("street-light",),
        ("dishub", "perkim", "@village", "@district"),
        ("lampu jalan mati di gang masuk rumah kami", "pju padam di jalan desa"),
        _LANE,
    ),
    Question(
        "street-trees",
        marked("Street trees that should be cut back"),
        marked("Trees along roads that are old, leaning or reach into cables."),
        ("tree-pruning",),
        ("dlh", "perkim", "dpupr", "bpbd", "@district"),
        ("pohon rimbun menutupi rambu, mohon pemangkasan pohon", "tolong perantingan pohon tua"),
    ),
    Question(
        "fallen-trees",
        marked("Trees that have fallen"),
        marked("A tree lies across a road or on a house: who comes and clears it."),
        ("fallen-tree",),
        ("bpbd", "dlh", "damkar", "perkim"),
        ("pohon tumbang menutup jalan", "ada pohon tumbang menimpa rumah warga"),
    ),
    Question(
        "cables-poles",
        marked("Hanging cables and poles of telecommunication"),
        marked("Internet and telephone cables that hang low, poles without permission or leaning."),
        ("telecom-poles",),
        ("diskominfo", "dpupr", "satpolpp", "dpmptsp", "telkom"),
        ("kabel internet menjuntai di jalan", "tiang wifi dipasang di halaman tanpa izin"),
    ),
    Question(
        "telecom-towers",
        marked("Telecommunication towers: place and permit"),
        marked("A mast is built near houses, without neighbours' consent or without a permit."),
        ("telecom-tower-building",),
        ("dpupr", "diskominfo", "dpmptsp", "satpolpp"),
        ("pembangunan tower seluler tanpa persetujuan warga",),
    ),
    Question(
        "practice-permits",
        marked("Permits of doctors, midwives, nurses and clinics (SIP)"),
        marked("Who handles a practice permit that takes long, or a practice without one."),
        ("practice-licence",),
        ("dinkes", "dpmptsp"),
        ("surat izin praktik bidan saya belum terbit", "klinik ilegal, praktik tanpa izin"),
    ),
    Question(
        "pharmacy-permits",
        marked("Permits of pharmacies and drug stores"),
        marked("Who handles the permit of a pharmacy, and one that sells without prescription."),
        ("pharmacy-licence",),
        ("dinkes", "dpmptsp"),
        ("apotek jual antibiotik tanpa resep", "toko obat jual obat keras tanpa resep dokter"),
    ),
    Question(
        "building-permits",
        marked("Building permits (PBG, IMB)"),
        marked("Who answers where a building permit takes long or its conditions are unclear."),
        ("building-permit",),
        ("dpmptsp", "dpupr", "perkim"),
        ("urus pbg sudah tiga bulan belum selesai", "syarat imb rumah tinggal apa saja"),
    ),
    Question(
        "business-permits",
        marked("Business permits (OSS, NIB)"),
        marked("Who answers where a business permit takes long or its conditions are unclear."),
        ("business-licence",),
        ("dpmptsp", "dkukmindag"),
        ("cara daftar nib untuk warung", "izin usaha lama sekali keluarnya"),
    ),
    Question(
        "markets",
        marked("Public markets: stalls, roofs, cleanliness"),
        marked("Who runs the markets: an office, or a company of the region."),
        ("market",),
        ("dkukmindag", "bagian-perekonomian", "@village"),
        ("atap pasar bocor, los pasar becek", "kios pasar dijual oleh oknum pengelola pasar"),
    ),
    Question(
        "street-vendors",
        marked("Street vendors on pavements and roads"),
        marked("Who clears or moves vendors that stand in the way."),
        ("street-vendors",),
        ("satpolpp", "dkukmindag", "@district"),
        ("pedagang kaki lima memenuhi trotoar", "penertiban pkl liar di bahu jalan"),
    ),
    Question(
        "parking-disorder",
        marked("Cars and motorcycles parked where they must not be"),
        marked("Who tows or tickets what stands in the way."),
        ("parking-illegal",),
        ("dishub", "satpolpp", "polri"),
        ("mobil parkir sembarangan menutup gang", "parkir liar bikin jalan sempit"),
    ),
    Question(
        "parking-attendants",
        marked("Parking attendants, fees and tickets"),
        marked("Attendants without a licence, fees above the tariff, no ticket given."),
        ("parking-attendant",),
        ("dishub", "satpolpp", "bpkpad"),
        ("juru parkir liar minta lima ribu", "tukang parkir tidak memberi karcis parkir"),
    ),
    Question(
        "drains",
        marked("Drains along roads: blocked, broken, missing"),
        marked("Who clears, mends and builds drains and their covers."),
        ("drain-blocked", "drain-new", "drain-cover"),
        ("dpupr", "perkim", "dlh", "@district"),
        ("saluran air mampet penuh lumpur", "got mampet sudah lama tidak dikeruk"),
    ),
    Question(
        "drains-lane",
        marked("Drains in lanes and on village roads"),
        marked("The same, where the complaint says that it is a lane or a village road."),
        ("drain-blocked", "drain-new", "drain-cover"),
        ("dpupr", "perkim", "@village", "@district"),
        ("got mampet di gang kami", "saluran air mampet di jalan desa"),
        _LANE,
    ),
    Question(
        "inundation",
        marked("Water standing on roads and in settlements"),
        marked("Roads and houses under water after rain, without a disaster."),
        ("inundation",),
        ("dpupr", "bpbd", "perkim"),
        ("banjir setiap hujan, genangan air di jalan setinggi lutut",),
    ),
    Question(
        "rivers",
        marked("Shallow rivers and their banks"),
        marked("Who dredges a river and mends its bank, where the region does so itself."),
        ("river-dredging", "river-bank"),
        ("dpupr", "bws", "bpbd"),
        ("sungai dangkal perlu normalisasi sungai", "tanggul sungai jebol"),
    ),
    Question(
        "stray-livestock",
        marked("Cattle, goats and other livestock that run free"),
        marked("Who catches them, or speaks to their owners."),
        ("stray-animals",),
        ("satpolpp", "dppp", "@village"),
        ("sapi berkeliaran di jalan raya", "ternak lepas makan tanaman warga"),
    ),
    Question(
        "stray-dogs",
        marked("Dogs that run free"),
        marked("The same for dogs, where another office catches them."),
        ("stray-animals",),
        ("satpolpp", "dppp", "damkar", "@village"),
        ("anjing liar berkeliaran di perumahan", "anjing berkeliaran bikin takut anak anak"),
        ("animal", "dog"),
    ),
    Question(
        "animal-disease",
        marked("Rabies, bites and sick animals"),
        marked("Who vaccinates, and comes where an animal is ill or has bitten somebody."),
        ("animal-disease",),
        ("dppp", "dinkes"),
        ("minta vaksin rabies untuk kucing dan anjing", "sapi sakit wabah pmk"),
    ),
    Question(
        "sports-venues",
        marked("Sports halls, stadiums and sports grounds"),
        marked("Who keeps the venue: its lamps, toilets, floor, rent and hours."),
        ("sports", "sports-ground"),
        ("disparpora", "perkim", "dindikbud", "@village"),
        ("lapangan olahraga rusak tidak terawat", "gelanggang olahraga bocor, stadion kotor"),
    ),
    Question(
        "parks",
        marked("Parks and public gardens"),
        marked("Who keeps benches, playgrounds, fountains and lawns of a park."),
        ("park",),
        ("dlh", "perkim", "dpupr", "disparpora"),
        ("taman kota rusak, bangku taman patah", "taman tidak terawat, air mancur mati"),
    ),
    Question(
        "tourist-sites",
        marked("Tourist sites and what belongs to them"),
        marked("Who keeps toilets, pavilions, tickets and cleanliness of a site."),
        ("tourism-sites",),
        ("disparpora", "@village", "dlh"),
        ("toilet tempat wisata kotor", "fasilitas wisata rusak, gazebo roboh"),
    ),
    Question(
        "cemeteries",
        marked("Public cemeteries"),
        marked("Who keeps them and gives out graves."),
        ("cemetery",),
        ("perkim", "dlh", "@village"),
        ("lahan pemakaman penuh", "tempat pemakaman umum tidak terawat"),
    ),
    Question(
        "billboards",
        marked("Banners and billboards without permission"),
        marked("Who takes them down."),
        ("billboards",),
        ("satpolpp", "dpmptsp", "bpkpad"),
        ("spanduk liar dipaku di pohon", "papan reklame tanpa izin hampir roboh"),
    ),
)
"""In the order in which they are asked; one with a condition stands after the one without."""

BY_ID: Final = {question.id: question for question in QUESTIONS}
