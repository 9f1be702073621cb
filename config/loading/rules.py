"""Reads a configuration folder into `Rules`, or says everything that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from broker.contacts import Contacts
from broker.desk_texts import DeskTexts
from broker.domain.routing import tables as values
from broker.domain.routing.rules import Rules, compile_rules
from broker.retention import Retention
from config.loading import rules_format as form
from config.loading.contacts import read_contacts
from config.loading.desk_texts import read_desk_texts
from config.loading.directory import agency_of, area_of, folder_of
from config.loading.learned import PHRASES, read_learned
from config.loading.problems import Findings, Problem, refusal
from config.loading.rules_checks import agencies_of, check_tables
from config.loading.rules_tables import Tables, read_tables, shown

if TYPE_CHECKING:  # numpy is imported where a model is in use, and only there
    from broker.domain.routing.learned.model import LearnedModel


@dataclass(frozen=True, slots=True)
class Checked:
    """`rules` is None where there are errors."""

    rules: Rules | None
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def load_rules(folder: Path | None) -> Rules:
    """The rules in `folder`; None: the shipped ones, Kabupaten Bangka Selatan.

    Raises `ConfigurationError` with every error at once.
    """
    checked = check_rules(folder)
    if checked.rules is None:
        raise refusal(checked.errors, folder)
    return checked.rules


def check_rules(folder: Path | None, *, learned: bool = True, model: bool = True) -> Checked:
    """The same as a value, with the warnings; never raises for what is in the folder.

    Without `learned`, only what people wrote; without `model`, the learned tables, but not the
    model: so begins `pintu rules learn`.
    """
    findings = Findings()
    place = folder_of(folder, findings)
    if place is None:
        return Checked(None, tuple(findings.errors), ())
    tables = read_tables(place, findings, learned)
    check_tables(tables, findings)
    found = read_learned(place, tables, findings) if learned and model else None
    hints = _hints(place, found, findings)
    told = read_contacts(place, agencies_of(tables), findings), read_desk_texts(place, findings)
    head, words = tables.head, tables.words
    rules = None
    if head is not None and words is not None and not findings.errors:
        rules = _compiled(tables, head, words, found, hints, *told)
    return Checked(rules, tuple(findings.errors), tuple(findings.warnings))


def _hints(place: Traversable, model: LearnedModel | None, findings: Findings) -> Rules | None:
    """The phrases that the model asks, where it brought some of its own."""
    asked = place.joinpath(PHRASES)
    if model is None or not model.asks_phrases or not asked.is_dir():
        return None
    checked = check_rules(Path(str(asked)))
    findings.errors.extend(
        replace(problem, file=f"{PHRASES}/{problem.file}") for problem in checked.errors
    )
    return checked.rules


def _compiled(
    tables: Tables,
    head: form.RulesFile,
    words: form.WordsFile,
    model: LearnedModel | None,
    hints: Rules | None,
    contacts: Contacts,
    desk_texts: DeskTexts,
) -> Rules:
    return compile_rules(
        tenant=head.tenant,
        name=head.name,
        # Decisions name the model as well: its digest tells it from every other.
        version=f"{head.version}+{model.digest[:8]}" if model else head.version,
        region=head.region,
        thresholds=values.Thresholds(
            head.confidence.auto, head.confidence.picked, head.confidence.category
        ),
        agencies=[agency_of(placed.entry) for placed in tables.agencies],
        topics=[_topic(placed.entry) for placed in tables.topics],
        areas=[area_of(placed.entry) for placed in tables.places],
        attributes=[
            values.AttributeValue(placed.entry.name, v.id, v.name, tuple(v.phrases))
            for placed in tables.attributes
            for v in placed.entry.value
        ],
        roads=[
            values.Road(r.name, r.road_class, tuple(r.aliases), tuple(r.places), r.confirmed)
            for r in (placed.entry for placed in tables.roads)
        ],
        landmarks=[
            values.Landmark(m.name, m.place, shown(m), tuple(m.aliases), m.confirmed)
            for m in (placed.entry for placed in tables.landmarks)
        ],
        outside=[
            values.Outside(o.name, o.level, tuple(o.aliases))
            for o in (placed.entry for placed in tables.outside)
        ],
        channels=[
            values.Channel(p.entry.code, p.entry.name, p.entry.by_hand) for p in tables.channels
        ],
        words=values.Words(
            expand=tuple(sorted(words.expand.items())),
            ignore=tuple(words.ignore.words),
            ordinary=tuple(words.ordinary.words),
            sayings=tuple(words.ordinary.sayings),
            keep=tuple(words.keep.words),
        ),
        model=model,
        hints=hints,
        retention=_retention(head.retention),
        contacts=contacts,
        desk_texts=desk_texts,
    )


def _retention(entry: form.RetentionEntry) -> Retention:
    return Retention(
        copies=timedelta(days=entry.copies_days),
        audit_age=timedelta(days=entry.audit_days),
        audit_bytes=round(entry.audit_gigabytes * 1_000_000_000),
        journal=timedelta(days=entry.journal_days),
        closed_cases=timedelta(days=entry.closed_cases_days),
        closed_text=timedelta(days=entry.closed_text_days),
        similar=timedelta(days=entry.similar_days),
        parked=None if entry.parked_days is None else timedelta(days=entry.parked_days),
    )


def _topic(entry: form.TopicEntry) -> values.Topic:
    return values.Topic(
        id=entry.id,
        name=entry.name,
        agency=entry.agency,
        category=entry.category,
        lapor=tuple(entry.lapor),
        supporting=tuple(entry.supporting),
        oversight=entry.oversight,
        phrases=tuple(entry.phrases),
        strong=tuple(entry.strong),
        weak=tuple(entry.weak),
        against=tuple(entry.against),
        when=tuple(_when(when) for when in entry.when),
        note=entry.note,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
    )


def _when(entry: form.WhenEntry) -> values.When:
    return values.When(
        agency=entry.agency,
        attributes=tuple(entry.__pydantic_extra__.items()),
        region=entry.region,
        because=entry.because,
        supporting=tuple(entry.supporting),
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
    )
