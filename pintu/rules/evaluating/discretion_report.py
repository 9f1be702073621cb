"""The desk's discretion in words: what it makes of a score, and which topics may belong to it."""

from collections.abc import Iterator, Sequence

from broker.domain.routing.rules import Rules
from config.language import gettext, marked, worded
from pintu.rules.evaluating.discretion import Doubtful, entry
from pintu.rules.evaluating.own_topics import OwnTopics
from pintu.rules.evaluating.scoring import Tally
from pintu.rules.evaluating.tables import clipped, columns, percent

_HEADS = (
    marked("complaints"),
    marked("of all"),
    marked("right"),
    marked("of all that goes wrong"),
    marked("among so many agencies"),
    marked("topic"),
)


def apart(tally: Tally) -> Iterator[str]:
    """The same without the topics that are the desk's discretion, where there are any."""
    left = tally.discretion
    if not left.rows:
        return
    rest, routed = tally.rows - left.rows, tally.routed - left.routed
    yield worded(
        "Of these {rows} ({percent}) are of topics that are the desk's discretion: {desk} went to "
        "the desk.",
        rows=left.rows,
        percent=percent(left.rows, tally.rows),
        desk=left.rows - left.routed,
    )
    yield worded(
        "Without them: right agency first {first}; routed by themselves {routed}, of these to the "
        "right agency {right}.",
        first=percent(tally.first_right - left.first_right, rest),
        routed=percent(routed, rest),
        right=percent(tally.routed_right - left.routed_right, routed),
    )


def doubtful_table(found: Sequence[Doubtful]) -> list[str]:
    """The topics with what speaks for it."""
    rows = [
        (
            worded("{n:,}", n=one.rows),
            percent(one.rows, one.of_rows),
            percent(one.right, one.rows),
            percent(one.astray, one.wrong),
            worded("{n:,}", n=one.places),
            clipped(one.topic),
        )
        for one in found
    ]
    return columns([tuple(map(gettext, _HEADS)), *rows], left=(5,))


def entries(found: Sequence[Doubtful], rules: Rules) -> list[str]:
    """For a file of the folder ``topics``: what leaves them to the desk, of those that the rules
    know."""
    known = OwnTopics(rules)
    topics = [topic for one in found if (topic := known.find(one.topic)) is not None]
    return [entry(topic.id, topic.name) for topic in topics]


def _to_paste(found: Sequence[Doubtful], rules: Rules) -> list[str]:
    written = entries(found, rules)
    if not written:
        return []
    head = gettext(
        "To leave them to the desk, put this into a file of the folder topics, and learn again "
        "(where a topic stands there already, add discretion = true to it):"
    )
    return [head, "", *"\n".join(written).rstrip().split("\n")]


def suggestion(found: Sequence[Doubtful], rules: Rules) -> list[str]:
    """All of it, nothing where there is nothing to suggest."""
    if not found:
        return []
    return [*doubtful_table(found), *_to_paste(found, rules)]
