"""What the people of a town said while 0.1 kept their cases. All of it is invented."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Said = tuple[str, dict[str, Any]]
"""A routing key of an update and its data."""

WASTE: Final = "sampah menumpuk di depan pasar"
ROAD: Final = "jalan rusak parah di dekat jembatan"
LIGHT: Final = "lampu jalan mati sejak kemarin"
BRIBE: Final = "pungli di loket pelayanan"
NOTHING: Final = "halo, tolong dibantu"


@dataclass(frozen=True, slots=True)
class Told:
    """A complaint, what was said of it, and what was said last and nobody had read yet."""

    name: str
    text: str = WASTE
    said: tuple[Said, ...] = ()
    unread: tuple[Said, ...] = ()
    channel: str = "web"
    data: Mapping[str, Any] = field(default_factory=dict)


def _a(verb: str, agency: str = "dlh", **data: Any) -> Said:
    return f"agency.{agency}.{verb}", data


def _c(verb: str, channel: str = "web", **data: Any) -> Said:
    return f"channel.{channel}.{verb}", data


def _desk(verb: str, **data: Any) -> Said:
    return f"desk.sari.{verb}", data


_BACK: Final = {"reason": "bukan kewenangan kami"}
_HIDDEN: Final[Mapping[str, Any]] = {
    "anonymous": True,
    "reporter": {"name": "Budi Santoso", "phone": "081200001111"},
}
_THREE_RETURNS: Final = (
    _a("returned", **_BACK, suggest="dpupr"),
    _a("returned", "dpupr", **_BACK, suggest="dishub"),
    _a("returned", "dishub", **_BACK, suggest="inspektorat"),
)

LONG: Final = (
    Told("lama-ditutup", said=(_a("acknowledged"), _a("responded"), _a("resolved", note="Beres."))),
    Told("lama-tanpa-kata", ROAD, (_a("resolved", "dpupr"),)),
    Told("lama-tak-dijawab"),
    Told("lama-di-meja", NOTHING),
    Told("lama-ditahan", said=(_a("held", note="Di gang mana?"),)),
    Told("lama-pengawasan", BRIBE),
    Told("lama-berdua", LIGHT),
    Told("lama-berdua-dijawab", LIGHT, (_a("responded", "dishub"), _a("responded", "pln"))),
)
"""Told two months before the others: clocks ran out, rungs fired, some closed by themselves."""

LAST: Final = (
    # in triage
    Told("meja", NOTHING, unread=(_c("replied", note="Maksud saya jalan rusak parah di Rias"),)),
    Told("meja-dijawab", NOTHING, (_c("replied", note="tolong segera"),)),
    Told("meja-tiga-kali", said=_THREE_RETURNS, unread=(_desk("assigned", agency="desa-rias"),)),
    Told("meja-ditolak-nanti", NOTHING, unread=(_desk("dismissed", reason="Bukan pengaduan."),)),
    # routed
    Told("baru", unread=(_a("acknowledged"),)),
    Told("baru-tanpa-kata", unread=(_a("resolved"),)),
    Told("baru-kata-aneh", unread=(_a("responded", note=42), _a("responded", note="x" * 12_000))),
    Told("baru-dari-meja", NOTHING, (_desk("assigned", agency="dlh", note="Sudah kami baca."),)),
    Told("baru-pengawasan-meja", NOTHING, (_desk("assigned", agency="dlh", oversight=True),)),
    Told("baru-pindah", said=(_a("returned", **_BACK, suggest="dpupr", note="Ini jalan."),)),
    Told("baru-dipindah-meja", said=(_desk("assigned", agency="dpupr", note="Milik PU."),)),
    Told("baru-luar", NOTHING, (_desk("assigned", agency="pln"),)),
    Told("baru-aspirasi", data={"classification": "aspiration"}),
    Told("baru-informasi", data={"classification": "information_request"}),
    Told("baru-rahasia", data={"confidential": True, "reporter": {"name": "Siti"}}),
    Told("baru-lengkap", ROAD, channel="sms", data={"title": "Jembatan", "category": "road-damage",
         "location": {"village": "Rias", "address": "Jl. Melati 3"}, "extra": {"tiket": 7},
         "attachments": [{"url": "https://example.org/foto.jpg", "media_type": "image/jpeg"}],
         "reporter": {"name": "Siti Aminah", "phone": "081200002222"}}),
    # acknowledged and responded
    Told("diterima", said=(_a("acknowledged"),), unread=(_a("held", note="Di gang mana?"),)),
    Told("diterima-meja", NOTHING, (_desk("assigned", agency="dlh"), _a("acknowledged"))),
    Told("dijawab", said=(_a("responded", note="Besok kami angkut."),), unread=(_c("withdrawn"),)),
    Told("dijawab-ditanya", ROAD, (_a("responded", "dpupr"), _c("replied", note="Kapan?"))),
    # held
    Told("ditahan", said=(_a("held", note="Di gang mana?"),),
         unread=(_c("replied", note="Gang Mawar", internal_note="dari bot"),)),
    Told("ditahan-lagi", said=(_a("held"), _a("resumed"), _a("held", note="Foto?"))),
    Told("ditahan-dijawab", said=(_a("held"), _c("replied", note="Gang Melati"))),
    # resolved
    Told("selesai", said=(_a("resolved", note="Sudah diangkut."),),
         unread=(_c("replied", note="terima kasih"),)),
    Told("selesai-tanpa-kata", said=(_a("resolved"),)),
    Told("selesai-dibuka", said=(_a("resolved"), _c("replied", note="Belum."))),
    Told("selesai-dua-kali", said=(_a("resolved"), _c("replied"), _a("resolved", note="Kini ya."))),
    # closed
    Told("ditolak", NOTHING, (_desk("dismissed", reason="Sudah ditangani pengadilan."),)),
    Told("ditolak-dari-dinas", said=(_desk("dismissed", reason="Ganda."),)),
    Told("ditarik", said=(_c("withdrawn", note="Sudah beres sendiri."),),
         unread=(_a("resolved", note="Terlambat."),)),
    Told("ditarik-di-meja", NOTHING, (_c("withdrawn"),)),
    # supporting
    Told("berdua", LIGHT, unread=(_a("acknowledged", "pln"),)),
    Told("berdua-keluar", LIGHT, (_a("returned", "pln", **_BACK),)),
    Told("berdua-lepas", LIGHT, (_a("returned", "dishub", **_BACK),)),
    # oversight
    Told("pengawasan", BRIBE, (_a("acknowledged", "inspektorat"),)),
    Told("pengawasan-dicabut", BRIBE,
         (_desk("assigned", agency="inspektorat", oversight=False),)),
    # anonymous
    Told("anonim", "sampah dari rumah Pak Budi, 081200001111", data=_HIDDEN,
         unread=(_c("replied", note="telepon saya 081200001111"),)),
    Told("anonim-di-meja", NOTHING, data=_HIDDEN),
    Told("anonim-selesai", said=(_a("resolved", note="Beres."),), data=_HIDDEN),
    # refused
    Told("salah-alamat", said=(_a("resolved", "dpupr", note="Bukan milik kami."),)),
)  # fmt: skip
"""Told last: a case in every state, and what nobody had read of it."""

HELD_OVER: Final = (
    Told("mendahului", said=(_a("acknowledged"), _a("responded", note="Kami datang."))),
    Told("mendahului-sms", ROAD, (_a("acknowledged", "dpupr"),), channel="sms"),
)
"""Complaints of which agencies spoke before ``cases`` had read of them."""
