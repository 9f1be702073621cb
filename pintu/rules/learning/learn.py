"""Learning as a whole: from a file of history to a configuration folder."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from broker.domain.routing.decision import Place, Query
from broker.domain.routing.learned.calibration import CERTAIN, Calibration
from broker.domain.routing.learned.hints import hints_of
from broker.domain.routing.rules import Rules
from broker.domain.routing.situation import Situation
from broker.domain.routing.tables import (
    DISTRICT,
    PLACE_OFFICES,
    TRIAGE,
    VILLAGE,
    Agency,
    Area,
)
from config.language import gettext, worded
from config.loading.names import Names, read_names
from config.loading.problems import Findings
from config.loading.rules_tables import LEARNED, read_tables
from pintu.rules.evaluating.discretion import Doubtful
from pintu.rules.learning import writing
from pintu.rules.learning.discretion import left_to_desk, seem_left_to_desk, without_rows
from pintu.rules.learning.exporting import exported
from pintu.rules.learning.given_names import names_in
from pintu.rules.learning.history import BadHistory, History, Row, read_history
from pintu.rules.learning.keeping_names import NOTHING_SAID, keep_names, kept_names
from pintu.rules.learning.matrix import count
from pintu.rules.learning.naming import Named, name_everything
from pintu.rules.learning.thresholds import (
    NEVER,
    Validation,
    calibrated,
    confidences_of,
    first_learned,
    reliability,
    threshold,
    validated,
)
from pintu.rules.learning.topics import find_topics
from pintu.rules.learning.training import Targets, fitted
from pintu.rules.learning.twins import ask, called

FEWEST_ROWS = 50
MOST_ROWS = 12_000  # the newest are learned from: time and memory grow with them
ASKED = (0.80, 0.85, 0.90, 0.95, 0.98)
"""Precisions of which the model file says what asking for them would bring."""
_ANY_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of it, for the summary."""

    history: History
    named: Named
    topics: int
    rules: Rules
    validation: dict[str, Any]
    doubtful: tuple[Doubtful, ...] = ()


def learn(
    source: Path,
    folder: Path,
    *,
    precision: float,
    name: str | None,
    say: Callable[[str], None],
    said: Names = NOTHING_SAID,
) -> Learned:
    """Read `source`, learn, and write `folder`, which stays as it was if anything fails.

    `say` is told what is being done; `said`: which names are an agency of the folder and which are
    not, kept there. Raises `BadConfiguration` with what is wrong, `LikelyTwins` where a name may be
    an agency of the folder and nobody said so.
    """
    say(worded("reading {source}", source=source))
    return learn_from(
        read_history(source),
        folder,
        precision=precision,
        name=name,
        say=say,
        source=source,
        said=said,
    )


def learn_from(
    history: History,
    folder: Path,
    *,
    precision: float,
    name: str | None,
    say: Callable[[str], None],
    source: Path | str,
    said: Names = NOTHING_SAID,
) -> Learned:
    """The same, of a history that is read already; `source`: what messages call it."""
    if len(history.rows) < FEWEST_ROWS:
        raise BadHistory(
            worded(
                "{source}: {rows} usable rows are too few to learn from; {fewest_rows} "
                "are the least",
                source=source,
                rows=len(history.rows),
                fewest_rows=FEWEST_ROWS,
            )
        )
    rows = history.rows[-MOST_ROWS:]
    base = writing.base_files(folder, name)
    with writing.staged(folder, {**base, **kept_names(folder, said)}) as stage:
        rules = writing.checked(stage, learned=False)
        known_names, earlier = read_names(stage, Findings())[0], _earlier(folder)
        rows = called(rows, known_names)
        named = name_everything(rows, rules, earlier)
        ask(rows, named, rules, {agency.code for agency in earlier[0]}, known_names)
        left = left_to_desk(rows, rules)
        named.problems += without_rows(left, rules)
        answers = [
            left[number].agency if number in left else named.answer(row.agency)
            for number, row in enumerate(rows)
        ]
        if len(set(answers)) < 2:
            raise BadHistory(
                worded(
                    "{source}: names one agency only; there is nothing to tell apart", source=source
                )
            )
        topics = find_topics(rows, answers, rules)
        classes = sorted(set(answers))
        numbers = {answer: number for number, answer in enumerate(classes)}
        names = names_in(rows, answers, left)
        known = [*answers, *(name.answer for name in names)]
        targets = Targets(
            np.array([numbers[answer] for answer in known], dtype=np.int64),
            np.array(topics.of_rows, dtype=np.int64),
            len(classes),
            len(topics.ids),
            np.array([name.first for name in names], dtype=np.int64),
        )
        writing.write_tables(stage, named.agencies, named.areas, topics.learned)
        say(worded("asking the phrases about {rows} rows", rows=len(rows)))
        hints = _hints(rows, writing.phrases(stage))
        say(worded("counting n-grams of {rows} rows", rows=len(rows)))
        texts = [*rows, *(Row(name.text, name.answer) for name in names)]
        known_rows = first_learned(len(rows), history.timed)
        counts, telling = count(texts, targets.classes, known_rows, hints)
        say(gettext("trying it on rows held back"))
        right = _right(rows, classes, named, writing.checked(stage, model=False))
        for number, topic in left.items():  # as people's rules say, too
            right[number, numbers[topic.agency]] = True
        found = validated(counts, targets, right, history.timed, numbers.get(TRIAGE))
        routable = found.routable()
        calibration = calibrated(routable)
        auto = threshold(routable, calibration, precision)
        validation = _figures(history, rows, found, calibration, auto, precision)
        say(
            worded(
                "learning {classes} agencies and {ids} topics from all rows",
                classes=len(classes),
                ids=len(topics.ids),
            )
        )
        everything = fitted(counts, targets, np.arange(len(rows)))
        model = exported(everything, (classes, topics.ids), telling, calibration, auto, validation)
        say(worded("writing {folder}", folder=folder))
        writing.write_learned_model(stage, model)
        complete = writing.checked(stage)
        writing.install(stage, folder, base)
        keep_names(folder, said)
    seem_doubtful = seem_left_to_desk(rows, found, left, answers, classes)
    return Learned(history, named, len(topics.learned), complete, validation, seem_doubtful)


def _hints(rows: Sequence[Row], rules: Rules) -> list[Mapping[str, int]]:
    """What phrases say of each row, as it will be asked when they decide."""
    days = [row.reported_at.date() for row in rows if row.reported_at]
    on = max(days, default=_ANY_DAY)
    return [
        hints_of(
            Query(
                row.text,
                place=Place(district=row.district, village=row.village, address=row.address),
            ),
            rules,
            on,
        )
        for row in rows
    ]


def _earlier(folder: Path) -> tuple[list[Agency], list[Area]]:
    """Agencies and places learned before: they keep their codes. What is broken is forgotten."""
    if not (folder / LEARNED).is_dir():
        return [], []
    tables = read_tables(folder, Findings())
    return (
        [
            Agency(p.entry.code, p.entry.name, kind=p.entry.kind)
            for p in tables.agencies
            if p.file.startswith(LEARNED)
        ],
        [
            Area(
                p.entry.code,
                p.entry.level,
                p.entry.name,
                p.entry.parent or "",
                office=p.entry.office,
            )
            for p in tables.places
            if p.file.startswith(LEARNED)
        ],
    )


def _right(
    rows: Sequence[Row], classes: Sequence[str], named: Named, rules: Rules
) -> NDArray[np.bool_]:
    """Rows x classes: whether a class leads to the agency that the row names."""
    number = {name: n for n, name in enumerate(classes)}
    right = np.zeros((len(rows), len(classes)), dtype=np.bool_)
    territorial = not PLACE_OFFICES.isdisjoint(number)
    for at, row in enumerate(rows):
        code = named.code_of[row.agency]
        if code in number:
            right[at, number[code]] = True
        if territorial:
            place = Place(district=row.district, village=row.village, address=row.address)
            where = Situation(Query(row.text, place=place), rules, _ANY_DAY, frozenset()).place.code
            for name, office in _offices(where, rules).items():
                if name in number:
                    right[at, number[name]] = office == code
    return right


def _offices(where: str | None, rules: Rules) -> dict[str, str | None]:
    """Who answers for `@village` and `@district` at a place."""
    places = rules.gazetteer
    district = places.office(places.district_of(where))
    village = places.office(where) if places.is_village(where) else district
    return {VILLAGE: village, DISTRICT: district}


def _figures(
    history: History,
    rows: Sequence[Row],
    found: Validation,
    calibration: Calibration,
    auto: int,
    precision: float,
) -> dict[str, object]:
    """What the model file says of its validation."""
    sure = confidences_of(found, calibration)
    at = _at(found, sure, auto)
    days = [row.reported_at.date().isoformat() for row in rows if row.reported_at]
    return {
        "rows": len(rows),
        "left_out": history.left_out + len(history.rows) - len(rows),
        "from": min(days) if days else None,
        "to": max(days) if days else None,
        "held_back": len(found.right),
        "in_order_of_time": history.timed,
        "accuracy": round(float(found.right.mean()), 4),
        "asked_precision": precision,
        "auto": at[0],
        "coverage": at[1],
        "precision": at[2],
        "asked": [
            [asked, *_at(found, sure, threshold(found.routable(), calibration, asked))]
            for asked in ASKED
        ],
        "calibration": reliability(sure / CERTAIN, found.right),
    }


def _at(
    found: Validation, sure: NDArray[np.int64], auto: int
) -> tuple[float | None, float, float | None]:
    """A threshold, the part of the rows that it routes, and of these the part that is right."""
    routed = (sure >= auto) & ~found.desk
    return (
        auto / CERTAIN if auto < NEVER else None,
        round(float(routed.mean()), 4),
        round(float(found.right[routed].mean()), 4) if routed.any() else None,
    )
