"""The score of the months in words and as JSON."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from bench.monthly.comparing import paired
from bench.monthly.models import DISCRETION, REGIME, WITHOUT_CORRECTOR, WITHOUT_PHRASES
from bench.monthly.scoring import ASKED, Outcome

ONCE = "learned-once"
CALLED = {
    REGIME: "learned anew each month",
    ONCE: "learned once, before the first of them",
    WITHOUT_PHRASES: "each month, without the phrases as features",
    WITHOUT_CORRECTOR: "each month, typing errors not corrected",
    DISCRETION: "each month, with the topics marked that it suggests",
}
Months = Mapping[str, Sequence[Outcome]]


def record(found: Mapping[str, Months], left: Collection[str]) -> dict[str, object]:
    """`found`: way → month → its rows; `left`: keys of the topics that are the desk's discretion,
    as suggested before the first month."""
    regime = joined(found[REGIME])
    return {
        "months": {
            month: figures(rows) | {"others": figures(_others(rows, left))}
            for month, rows in found[REGIME].items()
        },
        "ways": {
            way: figures(rows := joined(months))
            | {"others": figures(_others(rows, left)), "against_regime": _against(regime, rows)}
            for way, months in found.items()
        },
        "discretion": {
            "topics": len(left),
            "rows": sum(row.topic in left for row in regime),
            "share_of_wrong": _share(
                sum(row.topic in left and not row.right for row in regime),
                sum(not row.right for row in regime),
            ),
        },
    }


def joined(months: Months) -> list[Outcome]:
    """The rows of all months, in order of time."""
    return [row for month in sorted(months) for row in months[month]]


def _others(rows: Iterable[Outcome], left: Collection[str]) -> list[Outcome]:
    return [row for row in rows if row.topic not in left]


def figures(rows: Sequence[Outcome]) -> dict[str, object]:
    """Rows, right, and for each precision asked what is routed by itself and of that right."""
    found: dict[str, object] = {
        "rows": len(rows),
        "right": _share(sum(r.right for r in rows), len(rows)),
    }
    for number, asked in enumerate(ASKED):
        routed = sum(row.routed[number] for row in rows)
        good = sum(row.routed_right(number) for row in rows)
        found[f"asked_{asked:.0%}".rstrip("%")] = {
            "by_itself": _share(routed, len(rows)),
            "of_these_right": _share(good, routed),
        }
    return found


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _against(regime: Sequence[Outcome], rows: Sequence[Outcome]) -> dict[str, object]:
    both = paired([row.right for row in regime], [row.right for row in rows])
    return {
        "only_regime_right": both.only_first,
        "only_this_right": both.only_other,
        "chance": round(both.chance, 5),
    }


def text(found: Mapping[str, Months], left: Collection[str]) -> Iterator[str]:
    """Line by line."""
    head = f"{'':52}{'rows':>6}{'right':>8}" + "".join(
        f"{f'at {asked:.0%}':>9}{'right':>8}" for asked in ASKED
    )
    yield head
    for month, rows in found[REGIME].items():
        yield _line(month, rows)
    yield "together:"
    for way, months in found.items():
        yield _line(CALLED[way], joined(months))
    if left:
        yield f"without the {len(left)} topics that it suggests to leave to the desk:"
        for way, months in found.items():
            yield _line(CALLED[way], _others(joined(months), left))
    yield "right first candidates, paired with learning anew each month:"
    regime = [row.right for row in joined(found[REGIME])]
    for way, months in found.items():
        if way != REGIME:
            both = paired(regime, [row.right for row in joined(months)])
            yield (
                f"  {CALLED[way]:50} only each month {both.only_first:4}, only so "
                f"{both.only_other:4}, by chance {both.chance:.4f}"
            )


def _line(name: str, rows: Sequence[Outcome]) -> str:
    right = sum(row.right for row in rows)
    line = f"  {name:50}{len(rows):6}{_percent(right, len(rows)):>8}"
    for number in range(len(ASKED)):
        routed = sum(row.routed[number] for row in rows)
        good = sum(row.routed_right(number) for row in rows)
        line += f"{_percent(routed, len(rows)):>9}{_percent(good, routed):>8}"
    return line


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


def as_json(found: Mapping[str, Months], left: Collection[str]) -> str:
    """For programs."""
    return json.dumps(record(found, left), indent=2)
