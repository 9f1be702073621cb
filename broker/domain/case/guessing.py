"""Who may have spoken under a routing key that is wrong: for the answer, never for the case."""

import re
from collections.abc import Container
from typing import Final, NamedTuple

from broker.messaging import names
from schemas import verbs

_SEPARATORS: Final = re.compile(r"[./:]")


class Guess(NamedTuple):
    """Who hears of the refusal: an agency or a channel; ``names.NOBODY`` stands for neither."""

    agency: str = names.NOBODY
    channel: str = names.NOBODY


_NOBODY: Final = Guess()


def guessed(routing_key: str, agencies: Container[str]) -> Guess:
    """Whom a wrong key most likely speaks for.

    ``agency.<code>`` and ``channel.<channel>`` in upper case, with other separators, with words
    missing or too many; ``<code>.<verb>`` where only one of the two says that verb. An agency only
    if it is one of ``agencies``: there is nobody else to hear it.
    """
    words = [word.strip() for word in _SEPARATORS.split(routing_key.strip(" ./:").lower())]
    who, *rest = words
    if who == "agency" and rest:
        return _agency(rest[0], agencies)
    if who == "channel" and rest:
        return _channel(rest[0])
    if rest and rest[0] in verbs.AGENCY_UPDATES:
        return _agency(who, agencies)
    if rest and rest[0] in verbs.CHANNEL_UPDATES:
        return _channel(who)
    return _NOBODY


def _agency(word: str, agencies: Container[str]) -> Guess:
    code = names.nearest_code(word)
    return Guess(agency=code) if code and code in agencies else _NOBODY


def _channel(word: str) -> Guess:
    code = names.nearest_code(word)
    return Guess(channel=code) if code else _NOBODY
