"""The numbers of the report, counted again from the audit stream by somebody else: equal.

A few hundred complaints and what is said of them, on a fast clock, until weeks have gone by.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pika  # type: ignore[import-untyped]  # -- it has no types
import pytest

from broker.node import Node
from tests.acceptance.cases.case_town import PARTS
from tests.acceptance.gateway import recounted
from tests.acceptance.gateway.recounted import Told, drawn, share, top
from tests.acceptance.outside import Outside
from tests.acceptance.program import TOWN, Program, pintu
from tests.support.eventually import eventually

SPEED = "300000"
"""A second is three days and a half."""
MANY, AT_ONCE = 240, 30
PATIENCE = 90
TEXTS = ("sampah menumpuk", "jalan rusak parah", "lampu jalan mati", "mohon bantuan pak")
AGENCIES = ("dlh", "dpupr", "dishub", "dlh")
LIVES: tuple[tuple[tuple[str, dict[str, Any]], ...], ...] = (
    (("A.acknowledged", {}), ("A.responded", {"note": "Ya."}), ("A.resolved", {"note": "Sudah."})),
    (
        ("A.responded", {"note": "Ya."}),
        ("A.resolved", {"note": "Sudah."}),
        ("C.accepted", {"rating": 4}),
    ),
    (
        ("A.held", {"note": "Di mana?"}),
        ("C.replied", {"note": "Di pasar."}),
        ("A.resolved", {"note": "Sudah."}),
    ),
    (
        ("A.returned", {"reason": "Bukan kami."}),
        ("D.assigned", {"agency": "dpupr"}),
        ("B.resolved", {"note": "Sudah."}),
    ),
    (("D.assigned", {"agency": "dishub"}), ("E.responded", {"note": "Ya."})),
    (
        ("A.resolved", {"note": "Sudah."}),
        ("C.replied", {"note": "Belum."}),
        ("A.resolved", {"note": "Sudah."}),
        ("C.accepted", {"rating": 2}),
    ),
    (("D.dismissed", {"reason": "Kurang.", "code": "incomplete"}),),
    (("A.responded", {"note": "Ya."}), ("C.withdrawn", {})),
    (("A.held", {"note": "Di mana?"}),),
    (),
)
BY = {"B": "agency.dpupr", "E": "agency.dishub", "D": "desk.sari", "C": "channel.web"}


def complaint(number: int) -> dict[str, Any]:
    chance = random.Random(number)
    return {
        "text": f"{TEXTS[number % 4]} {number}",
        "anonymous": chance.random() < 0.2,
        "confidential": chance.random() < 0.2,
        "classification": chance.choice(["complaint"] * 4 + ["aspiration", "information_request"]),
        "location": {"village": "Rias"} if chance.random() < 0.5 else {},
    }


def id_of(number: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"/channels/web#recounted-{number}"))


class World:
    """The parts of a program on one store, and the messages of everybody else."""

    def __init__(self, url: str, folder: Path, management: str) -> None:
        self.url, self.folder = url, folder
        self.programs = [
            Program(part, url, folder, CLOCK_SPEED=SPEED, MANAGEMENT_URL=management)
            for part in PARTS
        ]
        self.outside = Outside(url)

    def sends(self) -> None:
        """Complaints in portions, and in between what comes next in each life."""
        for start in range(0, MANY, AT_ONCE):
            for number in range(start, start + AT_ONCE):
                body = json.dumps(complaint(number)).encode()
                self.outside.publish(
                    "web", body, message_id=f"recounted-{number}", content_type="application/json"
                )
            self.waits()
            for number in range(max(0, start - 4 * AT_ONCE), start):
                self.says(number, (start - number // AT_ONCE * AT_ONCE) // AT_ONCE - 1)
            self.reads()

    def says(self, number: int, step: int) -> None:
        life = LIVES[number % len(LIVES)]
        if not 0 <= step < len(life):
            return
        who, data = life[step]
        speaker, verb = who.split(".")
        key = f"{BY.get(speaker) or f'agency.{AGENCIES[number % 4]}'}.{verb}"
        event = {
            "specversion": "1.0",
            "id": f"said-{number}-{step}",
            "source": f"/{key}",
            "type": f"complaint.{verb}.v1",
            "subject": id_of(number),
            "data": data,
        }
        body = json.dumps(event).encode()
        self.outside.publish(
            key, body, exchange="complaints.updates", content_type="application/cloudevents+json"
        )

    def waits(self) -> None:
        """Until some days have gone by: rungs tell."""
        before = self.outside.depth("escalations")
        eventually(lambda: self.outside.depth("escalations") > before + 3, PATIENCE, "rungs fire")

    def reads(self) -> None:
        def quiet() -> bool:
            return not self.outside.depth("router.intake") and not self.outside.depth("cases")

        eventually(quiet, PATIENCE, "everything is read")

    def stop(self) -> None:
        for program in self.programs:
            program.stop()

    def report(self, *words: str) -> Any:
        settings = {
            "AMQP_URL": self.url,
            "STATE_DIR": str(self.folder),
            "CONFIG_DIR": str(TOWN),
            "CLOCK_SPEED": SPEED,
        }
        done = pintu("report", *words, "--json", settings=settings)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    def stream(self) -> list[dict[str, Any]]:
        """All events on the audit trail, in their order."""
        connection = pika.BlockingConnection(pika.URLParameters(f"{self.url}?heartbeat=0"))
        channel = connection.channel()
        channel.basic_qos(prefetch_count=500)
        found: list[dict[str, Any]] = []
        first = {"x-stream-offset": "first"}
        for method, _, body in channel.consume("audit", arguments=first, inactivity_timeout=3):
            if method is None:
                break
            channel.basic_ack(method.delivery_tag)
            if method.exchange == "complaints.events":
                found.append(json.loads(body))
        connection.close()
        return found


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


@pytest.mark.slow
def test_the_summary_is_what_the_stream_tells(counted: Any, inside: list[Told]) -> None:
    report, _, _, _, now = counted
    of, n = Counter(case.status for case in inside), len(inside)
    answers = [answer for case in inside if (answer := case.answer()) is not None]
    verdicts = Counter(case.verdict(clock, now) for case in inside for clock in case.clocks)
    del verdicts[None]
    solved = [
        max(
            recounted.between(
                *(m.astimezone(recounted.WIB).date() for m in (clock.start, clock.stop))
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
            recounted.between(
                *(m.astimezone(recounted.WIB).date() for m in (clock.start, clock.stop))
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
        "ping_pong": share(sum(case.moves >= 3 for case in inside), n),
        "external": share(sum(case.agency == "pln" for case in inside), n),
    }
    assert by["desk"] and by["agency"]
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
    today = now.astimezone(recounted.WIB).date()
    waiting = sorted(
        (-recounted.between(case.day, today), case.tracking)
        for case in cases.values()
        if case.status == "waiting" and case.day <= last
    )
    assert [
        (-row["age"], row["tracking"]) for row in table(report, "not_followed_up", "codes")
    ] == waiting
