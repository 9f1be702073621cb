"""Names of a history that may be agencies which the folder knows already under another name.

Learned as an agency of its own, such a name is a twin: half of the complaints go to the one and
half to the other, and whoever owns the queue of one hears of half. So it is asked, never guessed:
an alias, or that they are two.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from broker.domain.routing.candidates import candidates
from broker.domain.routing.decision import Place, Query
from broker.domain.routing.directory import agency_names
from broker.domain.routing.rules import Rules
from broker.domain.routing.situation import Situation
from broker.domain.routing.tables import PLACE_OFFICES, Agency
from broker.errors import BadConfiguration
from config.language import worded
from config.loading.names import Names
from pintu.rules.learning.history import Row
from pintu.rules.learning.likeness import LIKE, likeness
from pintu.rules.learning.naming import Named

_ROWS: Final = 10
"""Rows that must speak before what phrases say of them counts alone."""
_MOST: Final = 400
"""Rows of a name that the phrases are asked about."""
_SHARE: Final = 0.5
_SAYS: Final = 1.5
"""What the rows weigh beside the names, where several agencies are likely."""
_WITH_NAME: Final = 0.35, 0.3
"""How alike, and which share of the rows, where neither is enough alone."""
_ANY_DAY: Final = date(2000, 1, 1)
_NOBODY: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Twin:
    """``name``, of ``rows`` complaints, may be the agency ``code``. ``alike``: 0 to 1, by their
    names; ``said``: of ``asked`` rows that phrases say anything of, the rows for which they name
    that agency."""

    name: str
    rows: int
    code: str
    alike: float
    said: int = 0
    asked: int = 0


class LikelyTwins(BadConfiguration):
    """Nothing was learned: names of the history may be agencies that the folder has already."""

    def __init__(self, twins: Sequence[Twin], rules: Rules) -> None:
        self.twins, self.rules = tuple(twins), rules
        super().__init__("\n".join(evidence(twin, rules) for twin in twins))


def evidence(twin: Twin, rules: Rules) -> str:
    """Why a name may be that agency, in a sentence."""
    said = ""
    if twin.said:
        said = worded(
            "; the phrases name it for {said:,} of {asked:,} rows",
            said=twin.said,
            asked=twin.asked,
        )
    return worded(
        "{name} ({rows:,} rows) looks like {code}, {agency}: names alike {alike:.0%}{said}",
        name=twin.name,
        rows=twin.rows,
        code=twin.code,
        agency=rules.agency_name(twin.code),
        alike=twin.alike,
        said=said,
    )


def called(rows: Sequence[Row], names: Names) -> list[Row]:
    """The rows, an agency that is an alias under the code that is meant."""
    meant = {name: names.code(name) for name in {row.agency for row in rows}}
    return [replace(row, agency=meant[row.agency] or row.agency) for row in rows]


def ask(
    rows: Sequence[Row], named: Named, rules: Rules, before: Collection[str], names: Names
) -> None:
    """Raises `LikelyTwins` with all that nobody has answered for. Agencies that were learned
    earlier (``before``: their codes) and pairs within the history are warnings in ``named``."""
    new: list[Twin] = []
    for twin in twins_of(rows, named, rules, names):
        if named.code_of[twin.name] in before:
            named.problems.append(evidence(twin, rules))
        else:
            new.append(twin)
    if new:
        raise LikelyTwins(new, rules)
    for one, other in alike_in([a for a in named.agencies if not names.is_apart(a.name)]):
        if one.code in before and other.code in before:
            continue
        named.problems.append(
            worded(
                "{one} and {other} may be one agency; if so: --alias {alias}",
                one=one.name,
                other=other.name,
                alias='"' + other.name + "=" + one.code + '"',
            )
        )


def twins_of(rows: Sequence[Row], named: Named, rules: Rules, names: Names) -> list[Twin]:
    """The likely twins of agencies that people wrote, those with most rows first.

    ``rules``: what people wrote. Where people wrote no agencies, there are none: phrases that came
    with the program are of another region.
    """
    offices = {area.office for area in rules.gazetteer.areas.values()}
    own = [agency for code, agency in rules.agencies.items() if code not in offices]
    if not own:
        return []
    known = {agency.code for agency in own}
    strange = Counter(
        row.agency
        for row in rows
        if named.code_of[row.agency] not in known
        and named.answer(row.agency) not in PLACE_OFFICES
        and not names.is_apart(row.agency)
    )
    present = Counter(named.code_of[row.agency] for row in rows)
    said = _said_of(rows, strange, rules)
    found = [
        likely(name, many, own, said.get(name, Counter()), present)
        for name, many in strange.most_common()
    ]
    return [twin for twin in found if twin is not None]


def likely(
    name: str, rows: int, own: Sequence[Agency], said: Counter[str], present: Mapping[str, int]
) -> Twin | None:
    """The agency that a name most likely is; None where none is likely.

    ``said``: whom the phrases name for its rows; ``present``: rows that an agency has in the
    history under a name of its own. What the phrases say counts alone only for an agency that has
    fewer of its own.
    """
    asked = sum(said.values())
    best: tuple[float, Twin] | None = None
    for agency in own:
        alike = 0.0
        if agency.kind != "external":
            alike = likeness((name,), agency_names(agency))
        votes = said.get(agency.code, 0)
        share = votes / asked if asked else 0.0
        alone = share >= _SHARE and votes >= _ROWS and present.get(agency.code, 0) < votes
        both = alike >= _WITH_NAME[0] and share >= _WITH_NAME[1]
        if alike >= LIKE or alone or both:
            rank = alike + _SAYS * share
            if best is None or rank > best[0]:
                best = rank, Twin(name, rows, agency.code, alike, votes, asked)
    return best[1] if best else None


def alike_in(agencies: Sequence[Agency]) -> list[tuple[Agency, Agency]]:
    """Pairs of a history's own new names that may be one office, such as "Dinas PU" and "Dinas
    Pekerjaan Umum"."""
    return [
        (one, other)
        for at, one in enumerate(agencies)
        for other in agencies[at + 1 :]
        if "territorial" not in (one.kind, other.kind)
        and likeness((one.name,), (other.name,)) > LIKE
    ]


def _said_of(
    rows: Sequence[Row], strange: Mapping[str, int], rules: Rules
) -> dict[str, Counter[str]]:
    """Name → agencies that the phrases name first, with the rows; nothing without phrases."""
    said: dict[str, Counter[str]] = {}
    if not rules.phrased:
        return said
    asked: Counter[str] = Counter()
    for row in reversed(rows):  # the newest first
        if row.agency not in strange or asked[row.agency] == _MOST:
            continue
        asked[row.agency] += 1
        place = Place(district=row.district, village=row.village, address=row.address)
        on = row.reported_at.date() if row.reported_at else _ANY_DAY
        found = candidates(Situation(Query(row.text, place=place), rules, on, _NOBODY))
        if found:
            said.setdefault(row.agency, Counter())[found[0].key] += 1
    return said
