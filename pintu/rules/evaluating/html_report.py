"""A score as one HTML page: no script, nothing from the network, fit to be printed.

What it looks like stands in ``templates/report.html``; here is what it shows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from config.language import gettext, language, worded
from gateway.text.pages import templates
from pintu.rules.evaluating.chart import curve
from pintu.rules.evaluating.discretion_report import apart
from pintu.rules.evaluating.matrix_table import matrix_table
from pintu.rules.evaluating.scoring import Tally
from pintu.rules.evaluating.summary import by_agency, confused, matrix, thresholds, worst_topics
from pintu.rules.evaluating.tables import clipped, percent
from pintu.rules.evaluating.text_report import listed, reasons, wrong_of_100

_AGENCIES: Final = 25
_STRANGE: Final = 25


@dataclass(frozen=True, slots=True)
class ThresholdRow:
    """A line of the table of thresholds; ``now``: it is that of the rules."""

    name: str
    now: bool
    cells: tuple[str, ...]


def page(tally: Tally, source: str, without_text: Sequence[int]) -> str:
    """The whole page. Texts in it are shortened and masked, none of a confidential complaint."""
    pages = templates("pintu.rules.evaluating")
    pages.filters.update(clipped=clipped, percent=percent, number=_number)
    rules = tally.rules
    return pages.get_template("report.html").render(
        title=worded("{name}: rules {version}", name=rules.name, version=rules.version),
        language=language(),
        source=source,
        tally=tally,
        called=rules.agency_name,
        cards=_cards(tally),
        curve=curve(tally),
        thresholds=list(_thresholds(tally)),
        reasons=reasons(tally),
        apart=list(apart(tally)),
        doubtful=tally.outcomes.doubtful(),
        matrix=matrix_table(matrix(tally), rules),
        pairs=confused(tally),
        topics=worst_topics(tally),
        agencies=by_agency(tally)[:_AGENCIES],
        left_out=list(_left_out(tally, without_text)),
    )


def _number(value: float) -> str:
    return worded("{value:,}", value=value)


def _cards(tally: Tally) -> Sequence[tuple[str, str, str]]:
    rows, routed = tally.rows, tally.routed
    return (
        (worded("{rows:,}", rows=rows), gettext("complaints scored"), ""),
        (
            percent(routed, rows),
            gettext("routed by themselves"),
            worded("{routed:,} complaints", routed=routed),
        ),
        (
            percent(tally.routed_right, routed),
            gettext("of these to the right agency"),
            worded("{routed:,} went to a wrong one", routed=routed - tally.routed_right),
        ),
        (
            percent(tally.first_right, rows),
            gettext("right agency first, sure or not"),
            worded("{rows:,} are left to the desk", rows=rows - routed),
        ),
    )


def _thresholds(tally: Tally) -> Iterator[ThresholdRow]:
    for at in thresholds(tally):
        now = at.threshold == tally.auto
        wrong = wrong_of_100(at, tally.rows)
        cells = (percent(at.routed, tally.rows), percent(at.right, at.routed), wrong)
        yield ThresholdRow(
            worded("{threshold:.2f}", threshold=at.threshold) + (gettext(" (now)") if now else ""),
            now,
            cells,
        )


def _left_out(tally: Tally, without_text: Sequence[int]) -> Iterator[str]:
    for what, rows in ((gettext("text"), without_text), (gettext("agency"), tally.without_agency)):
        if rows:
            yield worded(
                "{rows:,} rows without {what}: {listed}",
                rows=len(rows),
                what=what,
                listed=listed(rows),
            )
    words = {
        "unknown": gettext("the rules do not know it"),
        "ended": gettext("it no longer exists"),
    }
    for (name, why), number in tally.strange.most_common(_STRANGE):
        yield worded(
            "{number:,} rows of {clipped}: {words}",
            number=number,
            clipped=clipped(name, 90),
            words=words[why],
        )
    if len(tally.strange) > _STRANGE:
        yield worded("… and {strange:,} more names", strange=len(tally.strange) - _STRANGE)
