"""Where in a text of two matters the second begins, by what a learned model knows of its words.

Before that place the words speak for one of the two likeliest agencies, after it for the other.
"""

from itertools import pairwise
from typing import Final

import numpy as np

from broker.domain.routing.language.clauses import starts
from broker.domain.routing.learned.deciding import Learned
from broker.domain.routing.learned.features import normal_words

WORDS: Final = 16
"""Of a text at least: two matters take as many."""
SECOND: Final = -0.8
"""Score of the second likeliest agency at least: with less, nearly all words are the first's."""
APART: Final = 3000.0
"""Score by which the words before the place and after it differ at least."""
CLEARER: Final = 1.3
"""And by how much more than all words together speak for one of the two."""


def second_begins(learned: Learned) -> int | None:
    """The character at which a second matter may begin; None: nothing tells of one."""
    if len(learned.ranked) < 2 or learned.ranked[1].score < SECOND:
        return None
    if len(learned.sample.words) < WORDS:
        return None
    text = learned.text
    places = starts(text)
    if not places:
        return None
    first, second = (learned.number_of(one.key) for one in learned.ranked[:2])
    reached = np.zeros(len(learned.sample.words) + 1, dtype=np.int64)
    np.cumsum(learned.model.spoken(learned.sample, first, second), out=reached[1:])
    whole, words = int(reached[-1]), 0
    best, found = max(APART * 2.0**learned.model.scale, abs(whole) * CLEARER), None
    for start, end in pairwise([0, *places]):
        words = min(words + len(normal_words(text[start:end])), len(reached) - 1)
        apart = abs(2 * int(reached[words]) - whole)
        if apart > best:
            best, found = apart, end
    return found
