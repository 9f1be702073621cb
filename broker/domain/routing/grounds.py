"""For the desk: what in a complaint speaks for each agency that the rules thought of."""

from collections.abc import Mapping
from datetime import date

from broker.domain.routing import wording
from broker.domain.routing.candidates import candidates
from broker.domain.routing.rules import Rules
from broker.domain.routing.scoring import said_for
from broker.domain.routing.situation import Situation
from broker.domain.routing.verdict import Query


def grounds(query: Query, rules: Rules, on: date) -> Mapping[str, str]:
    """Agency → the words of the rules that speak for it and the topic that they show.

    In Indonesian, such as ``“lampu jalan”: Lampu penerangan jalan umum``. Agencies that nothing
    but their name speaks for say so.
    """
    situation = Situation(query, rules, on, frozenset())
    found: dict[str, str] = {}
    for one in candidates(situation):
        if one.topic is None:
            found[one.key] = "hanya namanya yang disebut"
            continue
        said = said_for(situation.reading, one.number)
        found[one.key] = f"{wording.quoted(said)}: {one.topic.name}" if said else one.topic.name
    return found
