"""How sure a decision from the text is.

    confidence = strength x lead
    strength   = s / (s + HALF)              s: the agency's score
    lead       = s^1.5 / (s^1.5 + r^1.5)   r: the best other agency's score

No evidence gives 0; overwhelming evidence without a rival gives almost 1; two agencies with the
same evidence give at most one half, which no threshold above one half lets through. A root and a
product round alike on every machine; a power need not.
"""

from math import sqrt

HALF = 0.3
NAME_ALONE = 0.4  # most that an agency's name alone can give: people also name whom they blame
ADDED = 0.75  # share of an agency's further topics that adds to its best one


def agency_score(topics: list[float], named: float) -> float:
    """Score of an agency from those of its topics, best first, and of its name in the text."""
    return topics[0] + ADDED * sum(topics[1:]) + named if topics else named


def confidence(score: float, rival: float) -> float:
    """0 to 1, rounded to four places so that it prints as it compares."""
    if score <= 0.0:
        return 0.0
    ratio = max(rival, 0.0) / score
    return round(score / (score + HALF) / (1.0 + ratio * sqrt(ratio)), 4)
