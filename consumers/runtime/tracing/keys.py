"""Routing keys as a span may show them: nothing that a stranger chose."""

from collections.abc import Collection
from typing import Final

from broker.domain.routing.rules import Rules
from broker.messaging import names
from schemas import verbs

_VERBS: Final = frozenset(
    (*verbs.AGENCY_UPDATES, *verbs.DESK_UPDATES, *verbs.CHANNEL_UPDATES),
)
_OTHER: Final = names.OTHER_CHANNEL


class SafeKeys:
    """Channels and agencies of the configuration are shown; any other word could be a name, and
    is ``other``, as in the metrics. Who speaks at the desk is a person, and is left out."""

    def __init__(self, agencies: Collection[str] = (), channels: Collection[str] = ()) -> None:
        self._agencies = frozenset(agencies)
        self._channels = frozenset(channels)

    def use(self, rules: Rules, _: object = None) -> None:
        """Other rules: they may know others."""
        self._agencies, self._channels = frozenset(rules.agencies), frozenset(rules.channels)

    def shown(self, exchange: str, routing_key: str) -> str:
        words = routing_key.split(".")
        if exchange == names.INTAKE:
            return self._channel(words[0])
        if exchange == names.EVENTS and len(words) == 3:
            verb, agency, channel = words  # ours: only the channel is a stranger's
            return names.event_key(verb, agency, self._channel(channel))
        if exchange == names.UPDATES and len(words) == 3:
            who, name, verb = words
            if verb in _VERBS and (shown := self._speaker(who, name)) is not None:
                return names.update_key(who, shown, verb)
        return _OTHER

    def _channel(self, word: str) -> str:
        return word if word in self._channels or word == names.NOBODY else _OTHER

    def _speaker(self, who: str, name: str) -> str | None:
        match who:
            case "desk":
                return names.NOBODY
            case "agency":
                return name if name in self._agencies else _OTHER
            case "channel":
                return self._channel(name)
        return None
