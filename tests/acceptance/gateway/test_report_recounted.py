"""The numbers of the report, counted again from the audit stream by somebody else: equal.

A few hundred complaints and what is said of them, on a fast clock, until weeks have gone by.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from broker.node import Node
from tests.acceptance.gateway import recounted, recounted_clocks
from tests.acceptance.gateway.recounted import Told, drawn, share, top
from tests.acceptance.gateway.recounted_world import MANY, World


@pytest.fixture(scope="module")
def counted(
    gateway_url: str, rabbitmq: Node, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[dict[str, Any], dict[str, Told], date, date, datetime]]:
    """The report as the program makes it, and the cases as the stream tells them."""
    world = World(gateway_url, tmp_path_factory.mktemp("recounted"), rabbitmq.management_url or "")
    world.sends()
    world.stop()
    cases = recounted.tell(world.stream())
    days = sorted(case.day for case in cases.values())
    assert len(days) == MANY and days[-1] - days[0] > timedelta(days=10)
    # Some came before the period, some come after it.
    first, last = days[MANY // 5], days[-MANY // 6]
    report = world.report("--from", first.isoformat(), "--to", last.isoformat())
    world.outside.close()
    yield report, cases, first, last, datetime.fromisoformat(report["as_of"])


@pytest.fixture
def inside(counted: Any) -> list[Told]:
    _, cases, first, last, _ = counted
    return [case for case in cases.values() if first <= case.day <= last]


def table(report: dict[str, Any], section: str, id: str) -> list[dict[str, Any]]:
    [found] = [one for one in report["sections"] if one["id"] == section]
    [rows] = [one["rows"] for one in found["tables"] if one["id"] == id]
    return [
        {k: v["code"] if isinstance(v, dict) and "code" in v else v for k, v in row.items()}
        for row in rows
    ]


def figures(report: dict[str, Any], section: str) -> dict[str, Any]:
    [found] = [one for one in report["sections"] if one["id"] == section]
    return {one["id"]: one["value"] for one in found["figures"]}


def accuracy(some: list[Told]) -> dict[str, Any]:
    judged = [case.right for case in some if case.right is not None]
    return share(sum(judged), len(judged))


def alternatives(some: list[Told]) -> dict[str, Any]:
    named = [case.alternative for case in some if case.alternative is not None]
    return share(sum(named), len(named))


@pytest.mark.slow
def test_the_summary_is_what_the_stream_tells(counted: Any, inside: list[Told]) -> None:
    report, _, _, _, now = counted
    of, n = Counter(case.status for case in inside), len(inside)
    answers = [answer for case in inside if (answer := case.answer()) is not None]
    verdicts = Counter(case.verdict(clock, now) for case in inside for clock in case.clocks)
    del verdicts[None]
    solved = [
        max(
            recounted_clocks.between(
                *(m.astimezone(recounted_clocks.WIB).date() for m in (clock.start, clock.stop))
            )
            - clock.held_closes(),
            0,
        )
        for case in inside
        for clock in case.of("resolution")
        if case.standing and clock.stop is not None
    ]
    verified = [
        max(
            recounted_clocks.between(
                *(m.astimezone(recounted_clocks.WIB).date() for m in (clock.start, clock.stop))
            )
            - clock.held_closes(),
            0,
        )
        for case in inside
        for clock in case.of("verification")
        if clock.stop is not None
    ]
    followed = of["process"] + of["done"]
    assert figures(report, "summary") == {
        "in": n,
        "tl": share(followed, n),
        "tl_net": share(followed, n - of["archived"] - of["held"]),
        "done": share(of["done"], n),
        "archived": share(of["archived"], n),
        "speed": recounted.days([one for one, _ in answers]),
        "speed_net": recounted.days([one for _, one in answers]),
        "solving": recounted.days(solved),
        "verifying": recounted.days(verified),
        "in_time": share(verdicts["in_time"], verdicts.total()),
    }
    assert min(of[one] for one in ("triage", "waiting", "done", "archived")) > 0, of
    assert {"in_time", "late", "overdue"} <= verdicts.keys(), verdicts


@pytest.mark.slow
def test_flow_and_status_are_what_the_stream_tells(counted: Any, inside: list[Told]) -> None:
    report, cases, first, last, _ = counted
    everybody = list(cases.values())

    def open_at(day: date) -> int:
        """At the beginning of a day."""
        return sum(
            case.day < day and (case.closed_day is None or case.closed_day >= day)
            for case in everybody
        )

    rows = table(report, "flow", "flow")
    whole = rows[-1]
    closed = sum(
        case.closed_day is not None and first <= case.closed_day <= last and case.day <= last
        for case in everybody
    )
    assert (whole["before"], whole["in"], whole["closed"], whole["after"]) == (
        open_at(first),
        len(inside),
        closed,
        open_at(last + timedelta(days=1)),
    )
    of = Counter(case.status for case in inside)
    status = {row["status"]: row["cases"] for row in table(report, "status", "status")}
    assert status == {
        **{one: of[one] for one in ("triage", "waiting", "process", "held", "done", "archived")},
        "total": len(inside),
    }


@pytest.mark.slow
def test_clocks_agencies_and_rungs_are_what_the_stream_tells(
    counted: Any, inside: list[Told]
) -> None:
    report, _, _, _, now = counted
    verdicts = Counter(
        (case.kind, clock.name, case.verdict(clock, now))
        for case in inside
        for clock in case.clocks
    )
    shown = {
        (row["kind"], row["clock"], verdict): row[verdict]
        for row in table(report, "in_time", "in_time")
        for verdict in ("in_time", "late", "overdue")
        if row[verdict]
    }
    assert shown == {key: n for key, n in verdicts.items() if key[2] is not None}
    rows = {row["agency"]: row for row in table(report, "agencies", "agencies")}
    assert set(rows) == {case.agency or "triage" for case in inside} | {
        one for case in inside for one in case.returned
    }
    for code, row in rows.items():
        mine = [case for case in inside if (case.agency or "triage") == code]
        of = Counter(case.status for case in mine)
        days = recounted.days([answer[0] for case in mine if (answer := case.answer()) is not None])
        late = sum(
            any(
                case.verdict(clock, now) == "overdue"
                and (clock.name != "response" or clock.agency == case.agency)
                for clock in case.clocks
            )
            for case in mine
        )
        assert row == {
            "agency": code,
            "in": len(mine),
            **{
                one: of[one] for one in ("triage", "waiting", "process", "held", "done", "archived")
            },
            "tl": share(of["process"] + of["done"], len(mine)),
            "median": days["median"],
            "mean": days["mean"],
            "overdue": late,
            "returned": sum(case.returned.count(code) for case in inside),
        }
    rungs = Counter(one for case in inside for one in case.rungs)
    assert figures(report, "escalations")["rungs"] == rungs.total() > 0
    for row in table(report, "escalations", "rungs"):
        for clock in ("verification", "response", "resolution"):
            assert row[clock] == rungs[clock, row["rung"]], (row, clock)


@pytest.mark.slow
def test_breakdowns_hide_and_count_what_the_stream_tells(counted: Any, inside: list[Told]) -> None:
    report = counted[0]
    of: dict[str, Any] = {
        "kind": lambda case: case.kind,
        "topic": lambda case: case.topic,
        "district": lambda case: case.region and len(case.region) >= 8 and case.region[:8],
        "village": lambda case: case.region if case.region and len(case.region) == 13 else None,
        "channel": lambda case: case.channel,
    }
    for dimension, code_of in of.items():
        counts = Counter(code for case in inside if (code := code_of(case)))
        # Of a case that was closed long ago nobody can tell any more.
        secret = {code_of(case) for case in inside if case.anonymous or case.confidential}
        secret = secret if dimension in ("topic", "district", "village") else set()
        rows = [(row["name"], row["cases"]) for row in table(report, "breakdowns", dimension)]
        assert rows == top(counts, secret, len(inside)), dimension
    assert table(report, "breakdowns", "burns") == []


@pytest.mark.slow
def test_routing_endings_and_ratings_are_what_the_stream_tells(
    counted: Any, inside: list[Told]
) -> None:
    report, cases, _, last, now = counted
    n, own = len(inside), [case for case in inside if case.first is not None]
    by = Counter(case.corrected for case in own)
    assert figures(report, "routing") == {
        "by_itself": share(len(own), n),
        "triaged": share(n - len(own), n),
        "corrected_desk": share(by["desk"], len(own)),
        "corrected_agency": share(by["agency"], len(own)),
        "accuracy": accuracy(inside),
        "first_alternative": alternatives(inside),
        "ping_pong": share(sum(case.moves >= 3 for case in inside), n),
        "external": share(sum(case.agency == "pln" for case in inside), n),
    }
    assert by["desk"] and by["agency"]
    complete = date.fromisoformat(report["complete_from"])
    months = {
        month: [
            case for case in cases.values() if case.day <= last and f"{case.day:%Y-%m}" == month
        ]
        for month in sorted({f"{case.day:%Y-%m}" for case in cases.values()})
        if date.fromisoformat(f"{month}-01") >= complete
    }
    rows = table(report, "routing", "accuracy")
    assert [row["month"][:7] for row in rows] == [
        month for month, theirs in months.items() if theirs
    ]
    for row in rows:
        theirs = months[row["month"][:7]]
        of_router = [case for case in theirs if case.first is not None]
        assert row == {
            "month": row["month"],
            "in": len(theirs),
            "by_itself": share(len(of_router), len(theirs)),
            "judged": sum(case.right is not None for case in theirs),
            "accuracy": accuracy(theirs),
            "first_alternative": alternatives(theirs),
        }
    assert 0 < accuracy(inside)["part"] < accuracy(inside)["of"] < len(own)
    assert alternatives(inside)["of"]
    moves = Counter(case.moves for case in inside)
    assert {row["moves"]: row["cases"] for row in table(report, "routing", "moves")} == moves
    for row in table(report, "routing", "router_by_agency"):
        mine = Counter(case.corrected for case in own if case.first == row["name"])
        assert (row["cases"], row["desk"], row["agency"]) == (
            mine.total(),
            mine["desk"],
            mine["agency"],
        )
    ends = Counter(case.end for case in inside)
    assert {
        row["reason"]: row["cases"] for row in table(report, "endings", "archived") if row["cases"]
    } == {end: count for end, count in ends.items() if end not in (None, "accepted", "closing")}
    waits = Counter("agency" if one else "desk" for case in inside for one in case.waits)
    assert {row["by"]: row["holds"] for row in table(report, "endings", "holds")} == {
        "desk": waits["desk"],
        "agency": waits["agency"],
    }
    reopened = sum(case.reopened for case in inside)
    assert figures(report, "endings")["reopened"] == share(
        reopened, sum(case.resolved for case in inside)
    )
    assert reopened
    ratings = [case.rating for case in inside if case.rating is not None]
    assert figures(report, "quality") == {
        "rating": round(sum(ratings) / len(ratings), 2),
        "ratings": len(ratings),
    }
    key = report["period"]["key"]
    assert [row["tracking"] for row in table(report, "quality", "sample")] == drawn(key, inside)
    today = now.astimezone(recounted_clocks.WIB).date()
    waiting = sorted(
        (-recounted_clocks.between(case.day, today), case.tracking)
        for case in cases.values()
        if case.status == "waiting" and case.day <= last
    )
    assert [
        (-row["age"], row["tracking"]) for row in table(report, "not_followed_up", "codes")
    ] == waiting
