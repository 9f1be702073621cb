"""What would go elsewhere under other rules, in words."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from config.language import gettext, marked, worded
from pintu.rules.evaluating.diff import Changes
from pintu.rules.evaluating.tables import clipped, columns, percent
from pintu.rules.evaluating.text_report import Section, listed

_SHOWN: Final = 20
_WITH_EXAMPLES: Final = 8
_AGENCY_HEADS: Final = (
    *(marked("agency"), marked("now"), marked("loses"), marked("gains"), marked("then")),
)
_PAIR_HEADS: Final = (marked("times"), marked("from"), marked("to"))
_KNOWN_HEADS: Final = (marked("better"), marked("worse"))


def changes_report(changes: Changes, source: str, without_text: list[int]) -> Iterator[Section]:
    """In words, section by section."""
    old, new = changes.old, changes.new
    yield (
        worded(
            "{name}, rules {version} → {name2}, rules {version2}, on {source}",
            name=old.name,
            version=old.version,
            name2=new.name,
            version2=new.version,
            source=source,
        ),
        list(_totals(changes)),
    )
    if changes.moves:
        yield gettext("What each would get"), _agencies(changes)
        yield gettext("Where they go from, and where to"), _moves(changes)
        yield gettext("Examples"), list(_examples(changes))
    if without_text:
        yield (
            gettext("Left out"),
            [
                worded(
                    "{without_text:,} rows without text: {listed}",
                    without_text=len(without_text),
                    listed=listed(without_text),
                )
            ],
        )


def _totals(changes: Changes) -> Iterator[str]:
    rows = changes.rows
    yield from columns(
        [
            (gettext("complaints"), worded("{n:,}", n=rows), ""),
            (
                gettext("would go elsewhere"),
                worded("{n:,}", n=changes.moved),
                percent(changes.moved, rows),
            ),
            (
                gettext("  to the desk, which are routed now"),
                worded("{n:,}", n=changes.to_desk),
                "",
            ),
            (gettext("  from the desk, to be routed"), worded("{n:,}", n=changes.from_desk), ""),
            (
                gettext("keep their agency, other agencies support it"),
                worded("{n:,}", n=changes.supported),
                "",
            ),
        ],
        left=(0,),
    )
    before, after = changes.before, changes.after
    table = [
        ("", gettext("before"), gettext("after")),
        (
            gettext("routed by themselves"),
            percent(before.routed, rows),
            percent(after.routed, rows),
        ),
    ]
    if changes.known:
        known = changes.known
        table += [
            (worded("of {known:,} whose agency is known:", known=known), "", ""),
            (gettext("  routed to it"), percent(before.right, known), percent(after.right, known)),
            (
                gettext("  routed to another"),
                percent(before.wrong, known),
                percent(after.wrong, known),
            ),
        ]
    yield ""
    yield from columns(table, left=(0,))
    if changes.known:
        totals = Counter[str]()
        for move in changes.moves.values():
            totals.update(better=move.better, worse=move.worse)
        yield worded(
            "  {totals:,} get better, {totals2:,} get worse",
            totals=totals["better"],
            totals2=totals["worse"],
        )


def _agencies(changes: Changes) -> list[str]:
    balances = changes.by_agency()
    rows = [
        (
            clipped(changes.called(b.agency)),
            *(worded("{n:,}", n=n) for n in (b.before, b.loses, b.gains, b.after)),
            f"{b.after - b.before:+,}",
        )
        for b in balances[:_SHOWN]
    ]
    head = (*map(gettext, _AGENCY_HEADS), "")
    more = len(balances) - _SHOWN
    return [
        *columns([head, *rows], left=(0,)),
        *([worded("  … and {more:,} more (--json has all)", more=more)] if more > 0 else []),
    ]


def _moves(changes: Changes) -> list[str]:
    head = (*map(gettext, _PAIR_HEADS), *(map(gettext, _KNOWN_HEADS) if changes.known else ()))
    rows = [
        (
            worded("{n:,}", n=move.rows),
            clipped(changes.called(old)),
            clipped(changes.called(new)),
            *(
                (worded("{n:,}", n=move.better), worded("{n:,}", n=move.worse))
                if changes.known
                else ()
            ),
        )
        for (old, new), move in changes.sorted_moves()[:_SHOWN]
    ]
    more = len(changes.moves) - _SHOWN
    return [
        *columns([head, *rows], left=(1, 2)),
        *([worded("  … and {more:,} more pairs (--json has all)", more=more)] if more > 0 else []),
    ]


def _examples(changes: Changes) -> Iterator[str]:
    for (old, new), move in changes.sorted_moves()[:_WITH_EXAMPLES]:
        for example in move.examples:
            yield worded("row {row}: {text}", row=example.row, text=example.text)
            yield worded(
                "    from {called}: {because_old}",
                called=changes.called(old),
                because_old=example.because_old,
            )
            yield worded(
                "    to {called}: {because_new}",
                called=changes.called(new),
                because_new=example.because_new,
            )
