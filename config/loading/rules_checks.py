"""What the files say of each other: references, duplicates, cycles, dates."""

from typing import Any

from broker.domain.routing.compiling import split_parts
from broker.domain.routing.directory import agency_key
from broker.domain.routing.tables import SPECIAL_AGENCIES
from config.language import gettext, worded
from config.loading import rules_format as form
from config.loading.entry_checks import in_order, is_agency, known_value, unique, unique_strings
from config.loading.problems import Findings, nearest
from config.loading.rules_files import Placed
from config.loading.rules_tables import LEARNED, Directory, Tables, shown

_PARENTS = {
    "kecamatan": frozenset({"kabupaten", "kota"}),
    "kelurahan": frozenset({"kecamatan"}),
    "desa": frozenset({"kecamatan"}),
}


def check_tables(tables: Tables, findings: Findings) -> None:
    """Note everything that is wrong between the entries."""
    agencies = check_directory(tables, findings)
    codes = {p.entry.code for p in tables.places}
    values = _attributes(tables, findings)
    _roads(tables, codes, values, findings)
    _landmarks(tables, codes, values, findings)
    _topics(tables, agencies, codes, values, findings)
    _phrases(tables, findings)


def agencies_of(tables: Directory) -> set[str]:
    """Codes of all agencies, offices of places among them."""
    offices = {p.entry.office for p in tables.places if p.entry.office}
    return {a.entry.code for a in tables.agencies} | offices


def check_directory(tables: Directory, findings: Findings) -> set[str]:
    """The same of agencies, channels and places alone. Gives the codes of all agencies."""
    agencies = agencies_of(tables)
    _agencies(tables, agencies, findings)
    _channels(tables, findings)
    _places(tables, findings)
    return agencies


def _agencies(tables: Directory, known: set[str], findings: Findings) -> None:
    by_code = unique(((a.entry.code, a) for a in tables.agencies), gettext("the code"), findings)
    names: list[tuple[str, Placed[Any]]] = []
    for placed in tables.agencies:
        agency = placed.entry
        own = (agency.code, agency.name, agency.short or agency.code, *agency.aliases)
        names += [(key, placed) for key in dict.fromkeys(map(agency_key, own)) if key]
        in_order(placed, agency, findings)
        if agency.level and agency.kind != "external":
            what = gettext("level is for kind = 'external' only; leave it out")
            findings.error(placed.file, placed.line, placed.place, what)
        if agency.successor and not is_agency(agency.successor, known, findings):
            what = worded("successor: unknown agency {successor!r}", successor=agency.successor)
            what += nearest(agency.successor, sorted(known))
            findings.error(placed.file, placed.line, placed.place, what)
        if agency.successor and not agency.valid_until:
            what = gettext("has a successor but no valid_until; say when it ends")
            findings.error(placed.file, placed.line, placed.place, what)
        seen = [agency.code]
        while (following := by_code.get(seen[-1])) and following.entry.successor:
            if following.entry.successor in seen:
                what = worded(
                    "successors go round: {value}",
                    value=" → ".join([*seen, following.entry.successor]),
                )
                findings.error(placed.file, placed.line, placed.place, what)
                break
            seen.append(following.entry.successor)
    unique(names, gettext("the code, name or alias"), findings)


def _channels(tables: Directory, findings: Findings) -> None:
    unique(((c.entry.code, c) for c in tables.channels), gettext("the code"), findings)


def _attributes(tables: Tables, findings: Findings) -> dict[str, list[str]]:
    unique(((a.entry.name, a) for a in tables.attributes), gettext("the name"), findings)
    values: dict[str, list[str]] = {}
    for placed in tables.attributes:
        ids = [value.id for value in placed.entry.value]
        unique_strings(ids, gettext("the value"), placed, findings)
        values[placed.entry.name] = ids
    return values


def _places(tables: Directory, findings: Findings) -> None:
    by_code = unique(((p.entry.code, p) for p in tables.places), gettext("the code"), findings)
    unique(
        ((p.entry.office, p) for p in tables.places if p.entry.office),
        gettext("the office"),
        findings,
    )
    region = tables.head.region if tables.head else None
    if region and not findings.refers("places.csv", region, by_code):
        what = worded("region: {region!r} is not in places.csv; add its row", region=region)
        findings.error("rules.toml", 0, "", what)
    for placed in tables.places:
        place = placed.entry
        if place.level not in _PARENTS:
            if region and place.code != region:
                what = worded(
                    "only the region itself ({region}) may have the level {level!r}",
                    region=region,
                    level=place.level,
                )
                findings.error(placed.file, placed.line, placed.place, what)
            continue
        above = place.parent or ""
        parent = by_code.get(above)
        if parent is None and not findings.refers("places.csv", above, by_code):
            what = worded(
                "parent: there is no place {above!r}; add it or correct the code", above=above
            )
            findings.error(placed.file, placed.line, placed.place, what)
        elif parent and parent.entry.level not in _PARENTS[place.level]:
            what = worded(
                "parent: a {level} does not lie in a {level2}",
                level=place.level,
                level2=parent.entry.level,
            )
            findings.error(placed.file, placed.line, placed.place, what)
        if not place.code.startswith(above + "."):
            what = worded("the code does not begin with its parent's ({above})", above=above)
            findings.error(placed.file, placed.line, placed.place, what)


def _roads(
    tables: Tables, codes: set[str], values: dict[str, list[str]], findings: Findings
) -> None:
    for placed in tables.roads:
        road = placed.entry
        known_value("class", "road", road.road_class, values, placed, findings)
        for code in road.places:
            if not findings.refers("places.csv", code, codes):
                what = worded(
                    "places: there is no place {code!r}{nearest}",
                    code=code,
                    nearest=nearest(code, sorted(codes)),
                )
                findings.error(placed.file, placed.line, placed.place, what)


def _landmarks(
    tables: Tables, codes: set[str], values: dict[str, list[str]], findings: Findings
) -> None:
    for placed in tables.landmarks:
        mark = placed.entry
        if not findings.refers("places.csv", mark.place, codes):
            what = worded(
                "place: there is no place {place!r}{nearest}",
                place=mark.place,
                nearest=nearest(mark.place, sorted(codes)),
            )
            findings.error(placed.file, placed.line, placed.place, what)
        for attribute, value in shown(mark):
            known_value("shows", attribute, value, values, placed, findings)


def _topics(
    tables: Tables,
    agencies: set[str],
    codes: set[str],
    values: dict[str, list[str]],
    findings: Findings,
) -> None:
    unique(((t.entry.id, t) for t in tables.topics), gettext("the id"), findings)
    unique(
        ((str(lapor), t) for t in tables.topics for lapor in dict.fromkeys(t.entry.lapor)),
        gettext("the SP4N-LAPOR! id"),
        findings,
    )
    known = agencies | SPECIAL_AGENCIES
    for placed in tables.topics:
        topic = placed.entry
        in_order(placed, topic, findings)
        if topic.discretion and topic.when:
            what = gettext(
                "discretion = true, and conditions that say who answers; leave one of them out"
            )
            findings.error(placed.file, placed.line, placed.place, what)
        named = [("agency", topic.agency), *(("supporting", s) for s in topic.supporting)]
        for number, when in enumerate(topic.when, start=1):
            in_order(placed, when, findings)
            field = worded("when {number}", number=number)
            named += [(f"{field}, agency", when.agency)]
            named += [(f"{field}, supporting", s) for s in when.supporting]
            extra = when.__pydantic_extra__
            if not extra and not when.region and not when.valid_from and not when.valid_until:
                what = worded(
                    "{field}: has no condition; name an attribute or a region", field=field
                )
                findings.error(placed.file, placed.line, placed.place, what)
            for attribute, value in extra.items():
                known_value(field, attribute, value, values, placed, findings)
            if when.region and not findings.refers("places.csv", when.region, codes):
                what = worded(
                    "{field}, region: there is no place {region!r}", field=field, region=when.region
                )
                findings.error(placed.file, placed.line, placed.place, what)
        for field, agency in named:
            if not is_agency(agency, known, findings):
                what = worded(
                    "{field}: unknown agency {agency!r}{nearest}",
                    field=field,
                    agency=agency,
                    nearest=nearest(agency, sorted(known)),
                )
                findings.error(placed.file, placed.line, placed.place, what)


def _phrases(tables: Tables, findings: Findings) -> None:
    silent = set(tables.words.ignore.words) if tables.words else set()
    strong: dict[str, Placed[form.TopicEntry]] = {}
    for placed in tables.topics:
        topic = placed.entry
        says = topic.phrases or topic.strong or topic.weak or topic.lapor or topic.discretion
        if not says and not placed.file.startswith(f"{LEARNED}/"):
            what = gettext("has neither phrases nor a SP4N-LAPOR! id: only its own id leads to it")
            findings.warn(placed.file, placed.line, placed.place, what)
        for phrase in (*topic.phrases, *topic.strong, *topic.weak, *topic.against):
            if not all(agency_key(part) for part in split_parts(phrase)):
                what = worded(
                    "the phrase {phrase!r} has a part without a letter; write 'a + b'",
                    phrase=phrase,
                )
                findings.error(placed.file, placed.line, placed.place, what)
            for word in silent.intersection(phrase.split()):
                what = worded(
                    "the phrase {phrase!r} is read without {word!r} ([ignore] in words.toml)",
                    phrase=phrase,
                    word=word,
                )
                findings.warn(placed.file, placed.line, placed.place, what)
        for phrase in dict.fromkeys(topic.strong):
            other = strong.setdefault(phrase.casefold(), placed)
            if other is not placed:
                what = worded(
                    "the strong phrase {phrase!r} is also strong for {id!r}",
                    phrase=phrase,
                    id=other.entry.id,
                )
                findings.warn(placed.file, placed.line, placed.place, what)
