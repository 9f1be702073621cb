"""The codes of a case as people at a terminal read them: states, verbs, clocks, who speaks.

Pages have the names that officers know: `gateway.desk.words`.
"""

from typing import Final

from config.language import gettext, marked

_WORDS: Final = frozenset(
    (
        # Where a case stands, and what happened in it.
        *(marked("triage"), marked("routed"), marked("acknowledged"), marked("responded")),
        *(marked("held"), marked("resolved"), marked("closed"), marked("triaged")),
        *(marked("opened"), marked("resumed"), marked("returned"), marked("assigned")),
        *(marked("dismissed"), marked("moved"), marked("replied"), marked("withdrawn")),
        *(marked("accepted"), marked("overdue"), marked("rejected"), marked("escalated")),
        *(marked("discarded"), marked("forgotten"), marked("joined"), marked("received")),
        *(marked("deadline"), marked("rated"), marked("supporting"), marked("merged")),
        *(marked("separated"), marked("into"), marked("follower"), marked("parted")),
        *(marked("lead-ended"), marked("reopened"), marked("unlike")),
        # Clocks.
        *(marked("verification"), marked("response"), marked("resolution"), marked("waiting")),
        marked("closing"),
        # What it is.
        *(marked("complaint"), marked("aspiration"), marked("information")),
        # Why it was dismissed.
        *(marked("not-ours"), marked("incomplete"), marked("duplicate"), marked("in-court")),
        *(marked("not-a-complaint"), marked("abuse"), marked("other")),
        # Who.
        *(marked("reporter"), marked("desk"), marked("agency"), marked("clock")),
        # Details of the history.
        *(marked("why"), marked("reason"), marked("note"), marked("suggest")),
        *(marked("rule"), marked("follows"), marked("followed_by")),
    )
)


def word(code: object) -> str:
    """The word for a code, or the code itself."""
    text = str(code)
    return gettext(text) if text in _WORDS else text
