"""Why the rules decided as they did, in the language in use.

In Indonesian it is the sentence that the decision itself carries; in another language the same is
said from the rule that decided and the words that it found.
"""

from collections.abc import Sequence
from typing import Final

from broker.domain.routing.decide import Decision
from broker.domain.routing.grounds import Ground
from broker.domain.routing.rules import Rules
from config.language import gettext, language, marked

_SENTENCES: Final = {
    "picked": marked("The reporter picked {agency}."),
    "category": marked("The category shows the topic “{topic}”: a matter for {agency}."),
    "text": marked("The words {words} show the topic “{topic}”: a matter for {agency}."),
    "learned": marked("The words {words} show, by what was learned, a matter for {agency}."),
    "triage/nothing": marked("No word and no field shows a topic: somebody has to read it."),
    "triage/unsure": marked("{words} is not sure enough: perhaps {candidates}; the desk decides."),
    "triage/place-missing": marked(
        "It shows the topic “{topic}”, which the office of the place has, but no place is named."
    ),
    "triage/outside": marked("The place that is named lies outside of {region}; the desk decides."),
    "triage/rule": marked("It shows the topic “{topic}”, which the rules leave to the desk."),
    "triage/nobody-left": marked(
        "The topic is “{topic}”, but its agency handed this back or is not active any more."
    ),
}
_OTHERWISE: Final = marked("The desk decides.")
_MOST: Final = 5


def reason_of(decision: Decision, words: Sequence[str], rules: Rules) -> str:
    """``words``: those of the complaint that decided."""
    if language() == "id":
        return decision.because
    how, _, rest = decision.rule.partition("/")
    key = f"triage/{rest}" if how == "triage" else how
    names = [rules.agency_name(one.agency) for one in decision.alternatives[:2]]
    return gettext(_SENTENCES.get(key, _OTHERWISE)).format(
        agency=rules.agency_name(decision.agency) if decision.agency else "",
        topic=rules.topic_name(decision.topic) or decision.topic or "",
        words=quoted(words[:_MOST]) or gettext("What it says"),
        candidates=gettext(" or ").join(names) or gettext("nobody"),
        region=rules.name,
    )


def supporting_words(ground: Ground) -> str:
    """What speaks for a candidate."""
    if ground.topic is None:
        return gettext("only its name is mentioned")
    name = ground.topic.name
    return f"{quoted(ground.words)}: {name}" if ground.words else name


def quoted(words: Sequence[str]) -> str:
    """`“lampu jalan”, “padam”`; empty where there is none."""
    return ", ".join(f"“{word}”" for word in words)
