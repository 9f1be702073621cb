"""Why, in sentences that a civil servant understands (broker.domain.sentences), filled in."""

from collections.abc import Sequence

from broker.domain import sentences
from broker.domain.routing.language.corrections import ReadAs
from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import Topic

LACKING = {"village": sentences.VILLAGE, "district": sentences.DISTRICT}


def quoted(phrases: Sequence[str]) -> str:
    """`“lampu jalan”, “padam”`."""
    return ", ".join(f"“{phrase}”" for phrase in phrases)


def place(code: str | None, rules: Rules) -> str:
    """` di Kecamatan Toboali`, or nothing where the place is not known."""
    area = rules.gazetteer.areas.get(code) if code else None
    if area is None or area.code == rules.region:
        return ""
    return sentences.AT_PLACE.format(level=area.level.capitalize(), name=area.name)


def picked(rules: Rules, agency: str) -> str:
    """The reporter picked the agency."""
    return sentences.PICKED.format(agency=rules.agency_name(agency))


def decided(
    rules: Rules, topic: Topic, found: str, reasons: Sequence[str], agency: str, where: str | None
) -> str:
    """`found` names what showed the topic: the category or the words."""
    because = f"; {'; '.join(reasons)}" if reasons else ""
    return sentences.DECIDED.format(
        found=found,
        topic=topic.name,
        place=place(where, rules),
        because=because,
        agency=rules.agency_name(agency),
    )


def by_category(category: str) -> str:
    """The category decided. Only called with a category that the rules know."""
    return sentences.CATEGORY.format(category=category)


def by_words(phrases: Sequence[str], slips: Sequence[str] = ()) -> str:
    """Words of the text decided. `slips`: those of them that were read into typing errors."""
    return sentences.WORDS.format(words=_read(phrases, slips))


def _read(phrases: Sequence[str], slips: Sequence[str]) -> str:
    return quoted(phrases) + (sentences.READ_AS.format(words=quoted(slips)) if slips else "")


def by_learned_words(words: Sequence[str]) -> str:
    """What was learned from history decided; `words` weighed most, there may be none."""
    if not words:
        return sentences.LEARNED_WHOLE
    slips = [word for word in words if type(word) is ReadAs]
    return sentences.LEARNED_WORDS.format(words=_read(words, slips))


def learned_class(name: str) -> str:
    """What stands for a topic where the history led to an agency alone."""
    return sentences.LEARNED_CLASS.format(agency=name)


def above(lacking: str) -> str:
    """The district answers in place of a village that is not known."""
    return sentences.DISTRICT_ANSWERS.format(lacking=LACKING[lacking])


def nothing() -> str:
    """No word of the rules was found."""
    return sentences.NOTHING


def unsure(rules: Rules, found: str, candidates: Sequence[str]) -> str:
    """There are candidates, none of them sure enough."""
    names = sentences.OR.join(rules.agency_name(code) for code in candidates[:2])
    perhaps = sentences.PERHAPS.format(agencies=names) if names else ""
    return sentences.UNSURE.format(found=found, perhaps=perhaps)


def undecided(named: Sequence[tuple[str, Sequence[str], Sequence[str]]]) -> str:
    """`named`: one or two agencies with the words that speak for each (none: only its name) and
    those of them that were read into typing errors.

    So whoever reads it sees between what the words did not decide.
    """
    parts = [
        sentences.WORDS_FOR.format(words=_read(said, slips), agency=name)
        if said
        else sentences.NAMED.format(agency=name)
        for name, said, slips in named
    ]
    if len(parts) > 1:
        doubt = sentences.BUT.join(parts)
    else:
        doubt = sentences.NOT_SURE_ENOUGH.format(reason=parts[0])
    return sentences.UNDECIDED.format(doubt=f"{doubt[0].upper()}{doubt[1:]}")


def office_there(lacking: str) -> str:
    """The office of a place that is not known."""
    return sentences.OFFICE_THERE.format(lacking=LACKING[lacking])


def topic_of_desk(topic: Topic) -> str:
    """What the rules leave to a person, in place of an agency."""
    return sentences.TOPIC_OF_DESK.format(topic=topic.name)


def place_missing(topic: Topic, found: str, lacking: str) -> str:
    """The topic belongs to the office of a place that is not known."""
    return sentences.PLACE_MISSING.format(found=found, topic=topic.name, lacking=LACKING[lacking])


def outside(rules: Rules, name: str) -> str:
    """The place is not in the region."""
    return sentences.OUTSIDE.format(name=name, region=rules.name)


def left_to_desk(topic: Topic, found: str) -> str:
    """The rules leave this topic to a person."""
    said = sentences.DISCRETION if topic.discretion else sentences.LEFT_TO_DESK
    return said.format(found=found, topic=topic.name)


def of_discretion(topics: Sequence[Topic]) -> str:
    """What stands for the topic where the history led to the discretion of the desk."""
    return sentences.OR.join(topic.name for topic in topics) or sentences.DESK_DECIDES


def nobody_left(topic: Topic) -> str:
    """Whoever would be answerable handed it back or no longer exists."""
    return sentences.NOBODY_LEFT.format(topic=topic.name)
