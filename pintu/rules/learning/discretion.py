"""Rows of topics that are the desk's discretion, and topics that seem to be."""

from collections.abc import Mapping, Sequence

from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import Topic
from config.language import worded
from pintu.rules.evaluating.discretion import Doubtful, Outcomes
from pintu.rules.evaluating.own_topics import OwnTopics
from pintu.rules.learning.history import Row
from pintu.rules.learning.thresholds import Validation


def left_to_desk(rows: Sequence[Row], rules: Rules) -> dict[int, Topic]:
    """The rows of topics that are the desk's discretion, by number: what is learned of them is
    that they go where the topic says, whoever dealt with them."""
    own = OwnTopics(rules)
    found = ((number, own.discretion(row.topic)) for number, row in enumerate(rows))
    return {number: topic for number, topic in found if topic is not None}


def without_rows(left: Mapping[int, Topic], rules: Rules) -> list[str]:
    """A sentence for each topic that is marked so and that no row is called by: most often its
    name is written in another way."""
    there = {topic.id for topic in left.values()}
    return [
        worded(
            "the topic {id!r} is the desk's discretion, but no row of the history has it: write "
            "its name as the history does ({name!r})",
            id=topic.id,
            name=topic.name,
        )
        for topic in rules.topics
        if topic.discretion and topic.id not in there
    ]


def seem_left_to_desk(
    rows: Sequence[Row],
    found: Validation,
    left: Mapping[int, Topic],
    answers: Sequence[str],
    classes: Sequence[str],
) -> tuple[Doubtful, ...]:
    """By the rows held back; `left`: rows of topics that are marked already. `answers`: the class
    of each row; `classes`: their names."""
    outcomes = Outcomes()
    held = zip(found.rows.tolist(), found.right.tolist(), found.given.tolist(), strict=True)
    for number, right, given in held:
        if number not in left:
            outcomes.take(rows[number].topic, answers[number], classes[given], right)
    return tuple(outcomes.doubtful())
