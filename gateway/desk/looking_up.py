"""The rules as a directory: topics, agencies and places, found by words."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from broker.domain.routing.directory import agency_names
from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import Agency, Area, Topic

_Row = TypeVar("_Row")
_WORDS: Final = 8
"""Words that are looked for."""


def topics(rules: Rules, asked: str) -> list[Topic]:
    """Those in whose name, code, phrases or agencies all words stand, by their names; those in
    whose name they stand come first. All of them where nothing is asked."""
    return _found(
        ((one, one.name, _of_topic(one, rules)) for one in rules.topics), asked.casefold()
    )


def agencies(rules: Rules, asked: str) -> list[Agency]:
    """The same of agencies: by name, code, aliases and note."""
    rows = (
        (one, one.name, " ".join((one.code, *agency_names(one), one.note or "")))
        for one in rules.agencies.values()
    )
    return _found(rows, asked.casefold())


def regions(rules: Rules, asked: str) -> list[Area]:
    """The same of places, in the order of their codes: by name, code, aliases and office."""
    areas = rules.gazetteer.areas
    rows = (
        (
            one,
            one.code,
            " ".join(
                (
                    *(one.code, one.level, one.name, *one.aliases, one.office or ""),
                    areas[one.parent].name if one.parent in areas else "",
                )
            ),
        )
        for one in areas.values()
    )
    return _found(rows, asked.casefold())


def topics_of(rules: Rules, agency: str) -> list[Topic]:
    """Those that an agency answers for, always or on some condition, or supports, by name."""
    found = [
        topic
        for topic in rules.topics
        if agency in (topic.agency, *topic.supporting, *(when.agency for when in topic.when))
    ]
    return sorted(found, key=lambda topic: topic.name)


def phrases(topic: Topic) -> int:
    """How many phrases tell a topic."""
    return len(topic.phrases) + len(topic.strong) + len(topic.weak)


def _of_topic(topic: Topic, rules: Rules) -> str:
    codes = [topic.agency, *topic.supporting, *(when.agency for when in topic.when)]
    names = [rules.agency_name(code) for code in codes]
    said = (*topic.phrases, *topic.strong, *topic.weak, *map(str, topic.lapor))
    return " ".join((topic.id, topic.name, topic.category or "", *codes, *names, *said))


def _found(rows: Iterable[tuple[_Row, str, str]], asked: str) -> list[_Row]:
    words: Sequence[str] = asked.split()[:_WORDS]
    found = [
        (not all(word in name.casefold() for word in words), name.casefold(), number, row)
        for number, (row, name, whole) in enumerate(rows)
        if all(word in f"{name} {whole}".casefold() for word in words)
    ]
    found.sort(key=lambda one: one[:3])
    return [one[3] for one in found]
