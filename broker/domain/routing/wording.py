"""Why, in Indonesian sentences that a civil servant understands.

They quote words of the rules, never of the complaint: a telephone number cannot get in.
"""

from collections.abc import Sequence

from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import Topic

LACKING = {"village": "desa/kelurahan", "district": "kecamatan"}


def quoted(phrases: Sequence[str]) -> str:
    """`“lampu jalan”, “padam”`."""
    return ", ".join(f"“{phrase}”" for phrase in phrases)


def place(code: str | None, rules: Rules) -> str:
    """` di Kecamatan Toboali`, or nothing where the place is not known."""
    area = rules.gazetteer.areas.get(code) if code else None
    if area is None or area.code == rules.region:
        return ""
    return f" di {area.level.capitalize()} {area.name}"


def picked(rules: Rules, agency: str) -> str:
    """The reporter picked the agency."""
    return f"Pelapor sendiri memilih {rules.agency_name(agency)}."


def decided(
    rules: Rules, topic: Topic, found: str, reasons: Sequence[str], agency: str, where: str | None
) -> str:
    """`found` names what showed the topic: the category or the words."""
    because = f"; {'; '.join(reasons)}" if reasons else ""
    name = rules.agency_name(agency)
    return f"{found} menunjuk topik “{topic.name}”{place(where, rules)}{because}: urusan {name}."


def by_category(category: str) -> str:
    """The category decided. Only called with a category that the rules know."""
    return f"Kategori {category}"


def by_words(phrases: Sequence[str]) -> str:
    """Words of the text decided."""
    return f"Kata {quoted(phrases)}"


def by_learned_words(words: Sequence[str]) -> str:
    """What was learned from history decided; `words` weighed most, there may be none."""
    if not words:
        return "Isi laporan secara keseluruhan, dibandingkan dengan riwayat laporan,"
    return f"Kata {quoted(words)}, menurut riwayat laporan,"


def learned_class(name: str) -> str:
    """What stands for a topic where the history led to an agency alone."""
    return f"laporan untuk {name}"


def above(lacking: str) -> str:
    """The district answers in place of a village that is not known."""
    return f"{LACKING[lacking]} tidak disebut sehingga kecamatan yang meneruskan"


def nothing() -> str:
    """No word of the rules was found."""
    return "Tidak ada kata atau isian yang menunjuk topik tertentu; petugas perlu membacanya."


def unsure(rules: Rules, found: str, candidates: Sequence[str]) -> str:
    """There are candidates, none of them sure enough."""
    names = " atau ".join(rules.agency_name(code) for code in candidates[:2])
    perhaps = f"kemungkinan {names}, " if names else ""
    return f"{found} belum cukup meyakinkan; {perhaps}petugas yang memutuskan."


def undecided(named: Sequence[tuple[str, Sequence[str]]]) -> str:
    """`named`: one or two agencies with the words that speak for each; no words: only its name.

    So whoever reads it sees between what the words did not decide.
    """
    parts = [
        f"kata {quoted(said)} menunjuk {name}" if said else f"nama {name} disebut"
        for name, said in named
    ]
    doubt = ", tetapi ".join(parts) if len(parts) > 1 else f"{parts[0]}, tetapi belum meyakinkan"
    return f"{doubt[0].upper()}{doubt[1:]}; petugas yang memutuskan."


def office_there(lacking: str) -> str:
    """The office of a place that is not known."""
    return f"kantor {LACKING[lacking]} setempat"


def topic_of_desk(topic: Topic) -> str:
    """What the rules leave to a person, in place of an agency."""
    return f"topik “{topic.name}”"


def place_missing(topic: Topic, found: str, lacking: str) -> str:
    """The topic belongs to the office of a place that is not known."""
    return (
        f"{found} menunjuk topik “{topic.name}” yang ditangani {LACKING[lacking]} setempat, "
        f"tetapi tempatnya tidak disebut; petugas perlu mencarinya."
    )


def outside(rules: Rules, name: str) -> str:
    """The place is not in the region."""
    return f"Tempat yang disebut ({name}) berada di luar {rules.name}; petugas yang memutuskan."


def left_to_desk(topic: Topic, found: str) -> str:
    """The rules leave this topic to a person."""
    return f"{found} menunjuk topik “{topic.name}”, yang diputuskan oleh petugas."


def nobody_left(topic: Topic) -> str:
    """Whoever would be answerable handed it back or no longer exists."""
    return (
        f"Topiknya “{topic.name}”, tetapi instansi yang menanganinya sudah mengembalikan "
        f"laporan ini atau tidak aktif lagi; petugas yang memutuskan."
    )
