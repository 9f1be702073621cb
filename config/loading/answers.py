"""`answers.toml`: who does in this region what differs from region to region, laid over the topics.

An answer takes the place of the agency of its question's topics, and of the same agency in their
`[[topic.when]]`; what a `when` says of another agency (the national road's) stays. An answer to a
question with a condition becomes a `when` of its own, after those.
"""

from collections.abc import Mapping
from dataclasses import replace
from importlib.resources.abc import Traversable
from typing import Final

from pydantic import Field

from broker.domain.routing.directory import agency_key, directory_of
from broker.domain.routing.tables import DISTRICT, TRIAGE, VILLAGE
from config.language import gettext, worded
from config.loading import rules_format as form
from config.loading.directory import agency_of, area_of
from config.loading.problems import Findings, nearest
from config.loading.questions import BY_ID, QUESTIONS, Question
from config.loading.rules_files import check, line_of, read_toml
from config.loading.rules_format import Entry, Kemendagri, Named
from config.loading.rules_tables import Tables

ANSWERS: Final = "answers.toml"
SAME: Final = "same"
"""The answer to a question with a condition: as without it."""
DESK: Final = "desk"
"""A person at the desk decides."""
_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("desk", "meja", TRIAGE), TRIAGE),
    **dict.fromkeys(("same", "sama"), SAME),
    **dict.fromkeys((VILLAGE, "@desa", "@kelurahan"), VILLAGE),
    **dict.fromkeys((DISTRICT, "@kecamatan"), DISTRICT),
}


class RegionAnswer(Entry):
    """Of which region: what `pintu rules init` makes a folder of."""

    code: Kemendagri
    name: Named


class AnswersFile(Entry):
    """The file as a whole; ``places`` and ``agencies`` are files that `init` reads."""

    region: RegionAnswer | None = None
    places: Named | None = None
    agencies: Named | None = None
    who: dict[str, str] = Field(default_factory=dict)


Answers = Mapping[str, str]
"""Id of a question → a code, `@village`, `@district`, `@triage` or "same"."""


def with_answers(folder: Traversable, tables: Tables, findings: Findings) -> Tables:
    """The tables as the region's answers want them; errors are noted with their line."""
    if not folder.joinpath(ANSWERS).is_file():
        return tables
    text, table = read_toml(folder, ANSWERS, findings)
    file = (
        None if ANSWERS in findings.unread else check(table, AnswersFile, ANSWERS, 0, "", findings)
    )
    if file is None:
        return tables
    if file.region and tables.head and file.region.code != tables.head.region:
        what = worded(
            "region: {code} here, {region} in rules.toml, which counts; make them the same",
            code=file.region.code,
            region=tables.head.region,
        )
        findings.warn(ANSWERS, line_of(text, "code"), "region", what)
    known = directory_of(
        [agency_of(placed.entry) for placed in tables.agencies],
        [area_of(placed.entry) for placed in tables.places],
    )
    answers = resolved(file.who, text, known.agency_index, findings)
    return _laid_over(tables, answers, text, findings)


def resolved(
    who: Answers, text: str, index: Mapping[str, str], findings: Findings, file: str = ANSWERS
) -> dict[str, str]:
    """The answers as codes; what cannot be meant is noted with its line in ``text``, which is
    that of ``file``. ``index``: codes, names and aliases → codes."""
    codes = sorted(set(index.values()))
    found: dict[str, str] = {}
    for id, said in who.items():
        question = BY_ID.get(id)
        answer = agency_meant(said, index)
        if question is None:
            what = worded("no such question{nearest}", nearest=nearest(id, list(BY_ID)))
        elif answer is None:
            what = not_understood(said, codes)
        elif answer == SAME and question.condition is None:
            what = gettext("'same' is for a question with a condition; name who does it")
        else:
            found[id] = answer
            continue
        findings.error(file, line_of(text, id), f"who, {id}", what)
    return found


def agency_meant(said: str, index: Mapping[str, str]) -> str | None:
    """What an answer means: one of the words, a code, a name or an alias; None: nobody."""
    word = _WORDS.get(said.strip().lower())
    return word or index.get(said.strip()) or index.get(agency_key(said))


def not_understood(said: str, codes: list[str]) -> str:
    """Why an answer names nobody, and what to write."""
    if not said.strip():
        return gettext(
            "is not answered; write a code or a name of agencies.toml, @village, @district or desk"
        )
    return worded(
        "no agency is called {said!r}{nearest}; write a code or a name of agencies.toml, "
        "@village, @district or desk",
        said=said,
        nearest=nearest(said, codes),
    )


def _laid_over(tables: Tables, answers: Answers, text: str, findings: Findings) -> Tables:
    topics = {placed.entry.id: placed for placed in tables.topics}
    values = {(a.entry.name, v.id) for a in tables.attributes for v in a.entry.value}
    for question in QUESTIONS:
        answer = answers.get(question.id)
        if answer is None or answer == SAME:
            continue
        about = [id for id in question.topics if id in topics]
        lacking = question.condition and question.condition not in values
        if not about or lacking:
            what = worded(
                "has no effect: the folder has no {what}",
                what="=".join(question.condition or ())
                if lacking
                else worded("topic {topics}", topics=", ".join(question.topics)),
            )
            findings.warn(ANSWERS, line_of(text, question.id), f"who, {question.id}", what)
            continue
        for id in about:
            entry = answered(topics[id].entry, question, answer)
            topics[id] = replace(topics[id], entry=entry)
    return replace(tables, topics=[topics[placed.entry.id] for placed in tables.topics])


def answered(topic: form.TopicEntry, question: Question, answer: str) -> form.TopicEntry:
    """The topic with that answer to the question."""
    if question.condition is None:
        whens = [
            when.model_copy(update={"agency": answer}) if when.agency == topic.agency else when
            for when in topic.when
        ]
        return topic.model_copy(update={"agency": answer, "when": whens})
    condition = dict([question.condition])
    for number, when in enumerate(topic.when):
        if when.__pydantic_extra__ == condition and not when.region:
            own = when.model_copy(update={"agency": answer, "because": None})
            return topic.model_copy(
                update={"when": [*topic.when[:number], own, *topic.when[number + 1 :]]}
            )
    if answer == topic.agency:
        return topic
    own = form.WhenEntry.model_validate({"agency": answer, **condition})
    return topic.model_copy(update={"when": [*topic.when, own]})
