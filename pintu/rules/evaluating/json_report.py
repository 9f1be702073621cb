"""A score as plain values that JSON can carry."""

from collections.abc import Sequence
from dataclasses import asdict

from pintu.rules.evaluating.scoring import At, Tally
from pintu.rules.evaluating.summary import by_agency, confused, thresholds, worst_topics

_ALL = 1 << 30


def record(tally: Tally, without_text: Sequence[int]) -> dict[str, object]:
    """Everything that the report says, and the lists in full length.

    Shares are of one, None where there is nothing to take a share of.
    """
    rules = tally.rules
    codes = {code for pair in tally.went for code in pair if code is not None}
    return {
        "rules": {"tenant": rules.tenant, "name": rules.name, "version": rules.version},
        "on": tally.on.isoformat(),
        "threshold": tally.auto,
        "rows": tally.rows,
        "routed": tally.routed,
        "routed_right": tally.routed_right,
        "first_right": tally.first_right,
        "coverage": share(tally.routed, tally.rows),
        "precision": share(tally.routed_right, tally.routed),
        "accuracy": share(tally.first_right, tally.rows),
        "discretion": _apart(tally),
        "seem_discretion": [asdict(topic) for topic in tally.outcomes.doubtful()],
        "desk": dict(tally.reasons.most_common()),
        "thresholds": [_at(at, tally.rows) for at in thresholds(tally)],
        "confused": [asdict(pair) for pair in confused(tally, _ALL)],
        "agencies": [asdict(agency) for agency in by_agency(tally)],
        "topics": [asdict(topic) for topic in worst_topics(tally, _ALL)],
        "errors": [asdict(error) for error in tally.errors],
        "names": {code: rules.agency_name(code) for code in sorted(codes)},
        "left_out": {
            "without_text": len(without_text),
            "without_agency": len(tally.without_agency),
            "agencies": [
                {"agency": name, "rows": rows, "why": why, **_likely(tally, name, why)}
                for (name, why), rows in tally.strange.most_common()
            ],
        },
    }


def _apart(tally: Tally) -> dict[str, object]:
    """The rows of the desk's discretion, and the shares of the others."""
    left = tally.discretion
    rest, routed = tally.rows - left.rows, tally.routed - left.routed
    return asdict(left) | {
        "others": {
            "coverage": share(routed, rest),
            "precision": share(tally.routed_right - left.routed_right, routed),
            "accuracy": share(tally.first_right - left.first_right, rest),
        }
    }


def _likely(tally: Tally, name: str, why: str) -> dict[str, str]:
    """The agency that an unknown name may be, where one is likely."""
    twin = tally.likely(name) if why == "unknown" else None
    return {"likely": twin.code} if twin else {}


def share(part: int, whole: int) -> float | None:
    """Of one; None of nothing."""
    return round(part / whole, 6) if whole else None


def _at(at: At, rows: int) -> dict[str, object]:
    shares = {"coverage": share(at.routed, rows), "precision": share(at.right, at.routed)}
    return asdict(at) | shares
