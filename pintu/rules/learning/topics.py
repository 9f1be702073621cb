"""The topics of a history, and who answered for each."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import Topic
from pintu.rules.evaluating.own_topics import OwnTopics, key_of
from pintu.rules.learning.codes import LONGEST_ID, slug, unique
from pintu.rules.learning.history import Row

FEWEST = 3  # rows from which a topic is learned as one; rarer ones count for their agency alone


@dataclass(frozen=True, slots=True)
class Topics:
    """`ids`: what the head for topics tells apart, "" for the rest of a class; `of_rows`: numbers
    in `ids`; `learned`: those that the rules lack."""

    ids: tuple[str, ...]
    of_rows: tuple[int, ...]
    learned: tuple[Topic, ...]


def find_topics(rows: Sequence[Row], answers: Sequence[str], rules: Rules) -> Topics:
    """`answers`: the class of each row. What is the desk's discretion is none of the topics."""
    own_topics = OwnTopics(rules)
    counts = Counter(_key(row) for row in rows)
    names: dict[str, Counter[str]] = defaultdict(Counter)
    who: dict[str, Counter[str]] = defaultdict(Counter)
    for row, answer in zip(rows, answers, strict=True):
        names[_key(row)][row.topic or ""] += 1
        who[_key(row)][answer] += 1
    taken = {topic.id for topic in rules.topics}
    ids: dict[str, str] = {}
    learned: list[Topic] = []
    for key in sorted(counts):
        if not key or counts[key] < FEWEST:
            continue
        written = own_topics.find(key)
        if written is not None and written.discretion:
            continue
        own = written.id if written else None
        if own is None:
            name = names[key].most_common(1)[0][0]
            own = unique(slug(name, LONGEST_ID), taken, LONGEST_ID)
            taken.add(own)
            learned.append(_learned(own, name, who[key]))
        ids[key] = own
    pairs = [
        (ids.get(_key(row), ""), "" if _key(row) in ids else answer)
        for row, answer in zip(rows, answers, strict=True)
    ]
    numbers = {pair: number for number, pair in enumerate(sorted(set(pairs)))}
    return Topics(
        tuple(id for id, _ in numbers), tuple(numbers[pair] for pair in pairs), tuple(learned)
    )


def _key(row: Row) -> str:
    return key_of(row.topic)


def _learned(id: str, name: str, who: Mapping[str, int]) -> Topic:
    total = sum(who.values())
    ranked = sorted(who.items(), key=lambda item: (-item[1], item[0]))
    shown = ", ".join(f"{agency} {count / total:.0%}" for agency, count in ranked[:3])
    return Topic(id, name[:200], ranked[0][0], note=f"{total} laporan: {shown}")
