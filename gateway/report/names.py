"""What people call agencies, topics, places and channels, by the rules in force."""

from broker.domain.routing.rules import Rules
from gateway.report.model import Named
from gateway.report.words import DESK, KINDS, named


class Names:
    """Of an unknown code the code."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._topics = {topic.id: topic.name for topic in rules.topics}

    @property
    def region(self) -> str:
        """Whose report it is."""
        return self._rules.name

    def agency(self, code: str | None) -> Named:
        """None is the desk."""
        return DESK if code is None else Named(code, self._rules.agency_name(code))

    def of(self, dimension: str, code: str) -> Named:
        """What has that code in a dimension of gateway.report.tally."""
        match dimension:
            case "kind":
                return named(KINDS, code)
            case "topic":
                return Named(code, self._topics.get(code, code))
            case "channel":
                channel = self._rules.channels.get(code)
                return Named(code, channel.name if channel else code)
            case _:
                area = self._rules.gazetteer.areas.get(code)
                return Named(code, area.name if area else code)
