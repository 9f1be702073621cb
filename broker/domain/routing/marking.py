"""Where in a text the evidence stands, for people who want to see it."""

import re
import unicodedata
from bisect import bisect_right

from broker.domain.routing.rules import Rules
from broker.domain.routing.text import MAX_CHARS, WORD

TOPIC, PLACE, CONDITION = "topic", "place", "condition"
Mark = tuple[int, int, str]  # start, end (characters, exclusive), what it shows


def marks(text: str, rules: Rules) -> list[Mark]:
    """Spans of `text` that the rules know, in order, without overlaps: the longest counts.

    Looks at `MAX_CHARS` characters. Text that changes its length in lower case or in NFKC is
    left unmarked, since its places cannot be told.
    """
    head = text[:MAX_CHARS]
    plain = unicodedata.normalize("NFKC", head).lower()
    if len(plain) != len(head):
        return []
    haystack, starts, spans = " ", [], []
    for word in re.finditer(WORD, plain):
        reading = rules.vocabulary.read(word.group())
        if reading:
            starts.append(len(haystack))
            spans.append(word.span())
            haystack += reading + " "
    found: list[tuple[int, int, str]] = []
    for start, minus_end, entry in rules.matcher.matches(haystack):
        if entry.evidence or entry.together:
            shows = TOPIC
        elif entry.attributes or entry.roads:
            shows = CONDITION
        elif entry.places or entry.outside:
            shows = PLACE
        else:
            continue
        first = bisect_right(starts, start + 1) - 1
        last = bisect_right(starts, -minus_end - 1) - 1
        found.append((spans[first][0], spans[last][1], shows))
    result: list[Mark] = []
    for mark in sorted(found, key=lambda m: (m[0], -m[1], m[2])):
        if not result or mark[0] >= result[-1][1]:
            result.append(mark)
    return result
