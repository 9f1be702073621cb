"""A score in words, for whoever answers for the rules and is no programmer."""

from collections.abc import Iterator, Sequence

from config.language import gettext, marked, worded
from pintu.rules.evaluating.discretion_report import apart, suggestion
from pintu.rules.evaluating.scoring import At, Tally
from pintu.rules.evaluating.summary import by_agency, confused, thresholds, worst_topics
from pintu.rules.evaluating.tables import clipped, columns, percent

_ROWS = 5
_STRANGE = 10
_AGENCIES = 20

REASONS = {
    "triage/nothing": marked("nothing in the text that the rules know"),
    "triage/unsure": marked("not sure enough"),
    "triage/place-missing": marked("the place decides, and is not said"),
    "triage/outside": marked("a place outside the region"),
    "triage/rule": marked("the rules leave this topic to the desk"),
    "triage/nobody-left": marked("the agency no longer exists"),
}

Section = tuple[str, list[str]]
"""A heading and its lines."""

_TOPIC_HEADS = (marked("wrong"), marked("of"), marked("right"), marked("topic"))


def report(tally: Tally, source: str, without_text: Sequence[int]) -> Iterator[Section]:
    """Section by section."""
    rules = tally.rules
    yield (
        worded(
            "{name}, rules {version}, on {source}",
            name=rules.name,
            version=rules.version,
            source=source,
        ),
        [
            worded(
                "Every complaint is decided as if it came on {on}, from text and place alone.",
                on=tally.on,
            )
        ],
    )
    yield gettext("Result"), list(_result(tally))
    yield (
        worded("If the threshold (auto, now {auto:.2f}) were another", auto=tally.auto),
        _thresholds(tally),
    )
    yield gettext("Routed by itself, and wrongly: the pairs most often confused"), _pairs(tally)
    yield gettext("Topics in which most goes wrong (first candidate, sure or not)"), _topics(tally)
    if seem := suggestion(tally.outcomes.doubtful(), rules):
        yield gettext("Topics that may be the desk's discretion: no text tells who gets them"), seem
    yield gettext("Agencies with most complaints"), _agencies(tally)
    yield gettext("Wrong and sure of it: examples"), _errors(tally)
    if left := list(_left_out(tally, without_text)):
        yield gettext("Left out"), left


def wrong_of_100(at: At, rows: int) -> str:
    """How many of a hundred complaints would be routed wrongly."""
    return worded("{n:.1f}", n=100 * (at.routed - at.right) / rows) if rows else "-"


def reasons(tally: Tally) -> str:
    """Why complaints are left to the desk, the most frequent reason first."""
    return "; ".join(
        f"{gettext(REASONS.get(rule, rule))} ({worded('{n:,}', n=number)})"
        for rule, number in tally.reasons.most_common()
    )


def _result(tally: Tally) -> Iterator[str]:
    rows, routed = tally.rows, tally.routed
    desk = rows - routed
    first_at_desk = tally.first_right - tally.routed_right
    yield from columns(
        [
            (gettext("complaints scored"), worded("{n:,}", n=rows), ""),
            (
                gettext("routed by themselves"),
                worded("{n:,}", n=routed),
                worded("{percent} of all", percent=percent(routed, rows)),
            ),
            (
                gettext("  to the right agency"),
                worded("{n:,}", n=tally.routed_right),
                worded("{percent} of those routed", percent=percent(tally.routed_right, routed)),
            ),
            (
                gettext("  to a wrong one"),
                worded("{n:,}", n=routed - tally.routed_right),
                worded(
                    "{percent} of those routed",
                    percent=percent(routed - tally.routed_right, routed),
                ),
            ),
            (
                gettext("left to the desk"),
                worded("{n:,}", n=desk),
                worded("{percent} of all", percent=percent(desk, rows)),
            ),
            (
                gettext("  the right agency stands first there"),
                worded("{n:,}", n=first_at_desk),
                worded("{percent} of those at the desk", percent=percent(first_at_desk, desk)),
            ),
            (
                gettext("right agency first, sure or not"),
                worded("{n:,}", n=tally.first_right),
                worded("{percent} of all", percent=percent(tally.first_right, rows)),
            ),
        ],
        left=(0, 2),
    )
    yield from apart(tally)
    if tally.reasons:
        yield worded("Why the desk: {reasons}", reasons=reasons(tally))


def _thresholds(tally: Tally) -> list[str]:
    rows: list[tuple[str, ...]] = [
        (
            gettext("threshold"),
            gettext("routed by themselves"),
            gettext("of these rightly"),
            gettext("wrongly, of 100 complaints"),
        )
    ]
    for at in thresholds(tally):
        wrong = wrong_of_100(at, tally.rows)
        now = " *" if at.threshold == tally.auto else ""
        routed = percent(at.routed, tally.rows)
        rows.append((f"{at.threshold:.2f}{now}", routed, percent(at.right, at.routed), wrong))
    return columns(rows, left=(0,))


def _pairs(tally: Tally) -> list[str]:
    called = tally.rules.agency_name
    rows = [
        (worded("{n:,}", n=pair.rows), clipped(called(pair.right)), clipped(called(pair.given)))
        for pair in confused(tally)
    ]
    return columns(
        [(gettext("times"), gettext("should have gone to"), gettext("went to")), *rows], left=(1, 2)
    )


def _topics(tally: Tally) -> list[str]:
    rows = [
        (
            worded("{n:,}", n=t.rows - t.right),
            worded("{n:,}", n=t.rows),
            percent(t.right, t.rows),
            clipped(t.topic),
        )
        for t in worst_topics(tally)
    ]
    return columns([tuple(map(gettext, _TOPIC_HEADS)), *rows], left=(3,))


def _agencies(tally: Tally) -> list[str]:
    rows = [
        (
            clipped(tally.rules.agency_name(a.agency)),
            worded("{n:,}", n=a.rows),
            percent(a.right, a.rows),
            percent(a.astray, a.rows),
            percent(a.desk, a.rows),
            worded("{n:,}", n=a.strangers),
        )
        for a in by_agency(tally)[:_AGENCIES]
    ]
    head = (
        gettext("agency"),
        gettext("complaints"),
        gettext("reach it"),
        gettext("go astray"),
        gettext("to the desk"),
        gettext("of others come to it"),
    )
    return columns([head, *rows], left=(0,))


def _errors(tally: Tally) -> list[str]:
    called = tally.rules.agency_name
    lines = []
    for error in tally.errors[:_ROWS]:
        lines += [
            worded("row {row}: {text}", row=error.row, text=error.text),
            worded(
                "    went to {called} ({confidence:.2f}), should have gone to {called2}",
                called=called(error.given),
                confidence=error.confidence,
                called2=called(error.right),
            ),
            worded("    because: {because}", because=error.because),
        ]
    return lines or [gettext("none")]


def _left_out(tally: Tally, without_text: Sequence[int]) -> Iterator[str]:
    for what, rows in ((gettext("text"), without_text), (gettext("agency"), tally.without_agency)):
        if rows:
            yield worded(
                "{rows:,} rows without {what}: {listed}",
                rows=len(rows),
                what=what,
                listed=listed(rows),
            )
    for why, words in (
        ("unknown", gettext("whose agency the rules do not know")),
        ("ended", gettext("whose agency no longer exists, and nobody succeeded it")),
    ):
        names = [(name, n) for (name, what), n in tally.strange.most_common() if what == why]
        if not names:
            continue
        yield worded("{n:,} rows {words}:", n=sum(n for _, n in names), words=words)
        yield from columns(
            [
                (worded("{n:,}", n=n), clipped(name, 70), _likely(tally, name, why))
                for name, n in names[:_STRANGE]
            ],
            (1, 2),
        )
        if len(names) > _STRANGE:
            yield worded(
                "  … and {names:,} more names (--json has all)", names=len(names) - _STRANGE
            )


def _likely(tally: Tally, name: str, why: str) -> str:
    """Which agency an unknown name may be: an alias of it is missing then."""
    twin = tally.likely(name) if why == "unknown" else None
    return "" if twin is None else worded("perhaps {code}?", code=twin.code)


def listed(rows: Sequence[int]) -> str:
    """`row 3, 7, 9, …`"""
    more = ", …" if len(rows) > _ROWS else ""
    return worded("row {rows}{more}", rows=", ".join(map(str, rows[:_ROWS])), more=more)
