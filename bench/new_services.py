"""How well new services are found in a labelled history that grows.

Run: ``python -m bench.new_services EARLY.csv LATER.csv RULES``. RULES was learned from EARLY
(``pintu rules learn``). LATER is gone through in windows of 60 days, as if a person at the desk had
named each agency that the rules did not. A topic with fewer than three rows in EARLY is new; a
group is right where at least 60 % of it are of one new topic. Of topics that are there to be found
a window has three rows or more of one agency, which the rules know nothing of. Counts alone are
printed; nothing is asserted.
"""

import argparse
import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from broker.domain.routing.decide import Place, Query
from broker.domain.routing.directory import agency_key
from broker.domain.routing.rules import Rules
from config.loading import load_rules
from gateway.desk.services.finding import PERIOD, Looked, rows_of
from gateway.desk.services.grouping import FEWEST, Group, groups, too_personal

_RIGHT = 0.6
Rows = Sequence[Mapping[str, str]]


def measure(early: Rows, later: Rows, rules: Rules) -> None:
    """Print a line for each window, and the sum."""
    seen, total = Counter(row["topic"] for row in early), Counter[str]()
    for some in _windows(later):
        looked = [_looked(n, row, rules) for n, row in enumerate(some)]
        found = rows_of(looked, rules)
        rows = [replace(row, of=one.agency) for (row, _), one in zip(found, looked, strict=True)]
        never = too_personal((told.terms, told.cut) for _, told in found)
        unknown = Counter((row.of, some[int(row.id)]["topic"]) for row in rows if row.unknown)
        real = {key for key, n in unknown.items() if n >= FEWEST and seen[key[1]] < FEWEST}
        right, wrong = set[tuple[str, str]](), 0
        for group in groups(rows, never):
            topic, share = _topic(group, some)
            if share >= _RIGHT and seen[topic] < FEWEST:
                right.add((group.of, topic))
            else:
                wrong += 1
        counts = {
            "rows": len(some),
            "unknown": sum(row.unknown for row in rows),
            "new topics": len(real),
            "found": len(right & real),
            "other new ones": len(right - real),
            "false groups": wrong,
        }
        total.update(counts)
        print(f"{some[0]['reported_at'][:10]}: {_told(counts)}", flush=True)
    print(f"all: {_told(total)}")


def _windows(rows: Rows) -> Iterator[Rows]:
    ordered = sorted(rows, key=lambda row: row["reported_at"])
    first = datetime.fromisoformat(ordered[0]["reported_at"])
    by: dict[int, list[Mapping[str, str]]] = {}
    for row in ordered:
        number = (datetime.fromisoformat(row["reported_at"]) - first) // PERIOD
        by.setdefault(number, []).append(row)
    yield from by.values()


def _looked(number: int, row: Mapping[str, str], rules: Rules) -> Looked:
    place = Place(district=row["district"], village=row["village"], address=row["address"])
    return Looked(
        id=str(number),
        agency=rules.agency_index.get(agency_key(row["agency"]), row["agency"]),
        by_desk=True,
        query=Query(row["text"], place=place),
        reporter=None,
        on=datetime.fromisoformat(row["reported_at"]).date(),
    )


def _topic(group: Group, rows: Rows) -> tuple[str, float]:
    """The topic that most of it are of, and how many that is."""
    topics = Counter(rows[int(one)]["topic"] for one in group.ids)
    topic, times = topics.most_common(1)[0]
    return topic, times / len(group.ids)


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{n:,} {what}" for what, n in counts.items())


def _read(file: Path) -> Rows:
    with file.open(encoding="utf-8-sig", newline="") as rows:
        return list(csv.DictReader(rows))


def main() -> None:
    """Read, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("early", "later", "rules"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    measure(_read(given.early), _read(given.later), load_rules(given.rules))


if __name__ == "__main__":
    main()
