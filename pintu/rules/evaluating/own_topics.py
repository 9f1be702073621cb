"""The topics that people wrote, by what a history calls them."""

from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import Topic


class OwnTopics:
    """By a name, an id or a SP4N-LAPOR! id."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._named = {key_of(topic.name): topic for topic in rules.topics}

    def find(self, name: str | None) -> Topic | None:
        """The topic that is called so."""
        key = key_of(name)
        if not key:
            return None
        index = self._rules.topic_index.get(key)
        return self._named.get(key) or (None if index is None else self._rules.topics[index])

    def discretion(self, name: str | None) -> Topic | None:
        """The same, where its agency is the desk's discretion."""
        found = self.find(name)
        return found if found is not None and found.discretion else None


def key_of(name: str | None) -> str:
    """A topic's name, however it is spaced and capitalised."""
    return " ".join((name or "").split()).casefold()
