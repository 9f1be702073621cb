"""What is fuzzed: everything that reads what strangers send, under the shipped rules."""

import asyncio
import io
import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import cache
from itertools import count, islice
from pathlib import Path
from typing import Any, Final

import aiormq
import structlog
from pamqp import commands

from broker.amqp.protocol.channel import BatchChannel
from broker.amqp.protocol.lane import LaneReader
from broker.domain.case import Applied, Context, apply, read, refusal_of, refuse
from broker.domain.clocks import Hold, due_at
from broker.domain.masking import masked
from broker.domain.routing.decide import Place, Query, decide
from broker.errors import BadConfiguration
from broker.memory import MemoryJournal
from broker.memory.cases import MemoryCaseStore
from broker.messaging import names
from broker.messaging.messages import Incoming
from broker.messaging.parking.properties_json import as_json, from_json
from broker.messaging.parking.unpark import read_parked, replay
from config.loading import load_rules
from config.loading.clocks import load_clocks
from config.loading.model_file import BadModel, read_model
from consumers.cases import CaseHandler
from consumers.cases.watermark import Watermarks
from gateway.text.csv_rows import BadRow, CsvRows
from pintu.demo.corpus import complaints, unusual
from pintu.publishing.columns import columns_of
from pintu.publishing.csv_rows import csv_records
from pintu.publishing.json_lines import json_records
from pintu.publishing.lines import BadFile, lines_of
from schemas.events import BadEvent, read_routing
from schemas.identifiers import normalise_tracking
from schemas.properties import Properties
from schemas.submission import read_submission
from schemas.updates import BadUpdate
from tests.fuzz.trying import CPU, Target
from tests.unit.broker.domain.case.story import (
    LIGHT,
    MONDAY,
    Story,
    an_echo,
    an_update,
    routed_by_router,
)

TOWN: Final = Path(__file__).parents[1] / "acceptance" / "town"
NOW: Final = datetime(2026, 2, 2, 2, tzinfo=UTC)
LARGE_FILE: Final = 2.0
"""Seconds a file, which is read by an operator's command and not amid messages."""


class Frozen:
    def now(self) -> datetime:
        return NOW


def properties(data: bytes) -> Properties:
    """Properties that the input itself names: its last bytes, as RabbitMQ would pass them on."""
    tail = data[-60:].decode("utf-8", "replace")
    types = (None, "application/json", "application/cloudevents+json", "text/plain", tail)
    number = sum(data[:8])
    return Properties(
        content_type=types[number % 5],
        message_id=None if number % 3 == 0 else tail,
        type=None if number % 2 else tail,
        headers={"cloudEvents_id": tail, "cloudEvents:subject": tail} if number % 7 == 0 else {},
        timestamp=number**9 if number % 4 == 0 else None,
    )


def _seeds() -> tuple[list[bytes], list[bytes], list[bytes]]:
    submitted = [one.body for one in (*complaints(), *unusual())]
    routed = [out.body for out in routed_by_router(LIGHT, MONDAY)]
    case = Story().begins(LIGHT).it
    verbs = ("acknowledged", "resolved", "returned", "closed", "replied")
    said = [
        an_update(
            case.complaint_id, f"agency.dishub.{verb}", id=verb, time=NOW, note="sudah", reason="x"
        ).body
        for verb in verbs
    ]
    return submitted, said, routed


def targets() -> list[Target]:
    """All of them, ready to run."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory(), processors=[_silent])
    rules, clocks = load_rules(None), load_clocks(None)
    submitted, said, routed = _seeds()
    texts = [body[:2_000] for body in submitted]
    case = Story().begins(LIGHT).it
    context = Context(NOW, NOW, rules, clocks)
    keys = ("agency.dishub.acknowledged", "desk.admin.placed", "channel.web.replied", "\x00")

    def complaint(data: bytes) -> None:
        read_submission(data, properties(data), channel="web")

    def decision(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        third = len(text) // 3
        place = Place(region=text[:13], district=text[:third], address=text[third:])
        decide(Query(text=text, title=text[:third], place=place, agency=text[:20]), rules, on=_DAY)

    def mask(data: bytes) -> None:
        once = masked(data.decode("utf-8", "replace"))
        assert masked(once) == once, "masked twice differs from once"

    def incoming(data: bytes, exchange: str = names.UPDATES) -> Incoming:
        return Incoming(data, exchange, keys[len(data) % 4], properties(data), False, 1)

    def updates(data: bytes) -> None:
        it: Any = case
        for part in (data, data[: len(data) // 2]):
            message = incoming(part)
            what = read(message)
            if isinstance(what, BadUpdate):
                refuse(message, what, refusal_of(what), case=None, now=NOW)
            elif isinstance(outcome := apply(it, what, context), Applied):
                it = outcome.case

    def parked(data: bytes) -> None:
        found = read_parked(incoming(data, names.PARKED_EXCHANGE))
        replay(found, "fresh")

    def properties_json(data: bytes) -> None:
        given, _ = from_json(data.decode("utf-8", "replace"))
        json.loads(as_json(given))

    def due(data: bytes) -> None:
        words = data.decode("utf-8", "replace").split()
        moments = [datetime.fromisoformat(word).replace(tzinfo=UTC) for word in words[:3]]
        holds = [Hold(moments[1], moments[2])] if len(moments) > 2 else []
        due_at(clocks.calendar, moments[0], 1 + len(data) % 30, holds)

    def csv_file(data: bytes) -> None:
        _drain(iter(CsvRows(io.BytesIO(data))))

    def published_csv(data: bytes) -> None:
        _drain(csv_records(lines_of(io.BytesIO(data)), columns_of))

    def json_lines(data: bytes) -> None:
        _drain(json_records(lines_of(io.BytesIO(data))))

    csv = [b"text,agency,address\nhalo,pln,Rias\n", 'text;"a b"\n"x\ny";é\n'.encode()]
    model = b"pintu-model 1 00\n{}\nx"
    refused = (BadRow, BadFile)
    return [
        Target("complaint", complaint, submitted),
        Target("decision", decision, texts),
        Target("mask", mask, [*texts, b"0812-3456-7890 a@b.id 3201010101010001"], cpu=2 * CPU),
        Target("updates", updates, [*said, *routed]),
        Target("routing-event", read_routing, routed, (BadEvent,)),
        Target("router", _router(rules, clocks), submitted),
        Target("case-consumer", _case_consumer(rules, clocks), [*said, *routed]),
        Target("frames", _frames(), _frame_seeds()),
        Target("parked", parked, submitted),
        Target("properties-json", properties_json, [b'{"headers":{"a":{"$time":"x"}}}'], _JSON),
        Target("csv-file", csv_file, csv, refused, cpu=LARGE_FILE),
        Target("published-csv", published_csv, csv, refused, cpu=LARGE_FILE),
        Target("json-lines", json_lines, submitted, refused, cpu=LARGE_FILE),
        Target("rules", _folder(), _files(), (BadConfiguration,), cpu=LARGE_FILE),
        Target("model", read_model, [model], (BadModel,), cpu=LARGE_FILE),
        Target("tracking", lambda d: normalise_tracking(d.decode("latin-1")), [b"AB12-CD34-EF"]),
        Target("due", due, [b"2026-02-04T16:00 2026-02-05 2026-02-06"], _DATES),
    ]


_DAY: Final = date(2026, 1, 15)
_JSON: Final = (ValueError, RecursionError)
_DATES: Final = (ValueError, OverflowError, IndexError)


def _silent(*_: object) -> Any:
    raise structlog.DropEvent


def _drain(rows: Iterator[object]) -> None:
    for _ in rows:
        pass


@cache
def _runner() -> asyncio.Runner:
    return asyncio.Runner()


def _router(rules: Any, clocks: Any) -> Callable[[bytes], None]:
    from consumers.router import RouterHandler  # noqa: PLC0415  # beside its use

    ids = count()
    handler = RouterHandler(
        rules,
        clocks,
        MemoryJournal(),
        Frozen(),
        new_id=lambda: f"fresh-{next(ids)}",
    )

    async def one(data: bytes) -> None:
        message = Incoming(data, names.INTAKE, "web", properties(data), False, 1)
        async with handler.transaction(await handler.prepare([message])) as outgoing:
            _fit(outgoing)

    return lambda data: _runner().run(one(data))


def _case_consumer(rules: Any, clocks: Any) -> Callable[[bytes], None]:
    async def one(data: bytes) -> None:
        seconds = asyncio.get_running_loop().time
        watermarks = Watermarks("fuzz", seconds, every=3600.0)
        handler = CaseHandler(rules, clocks, MemoryCaseStore(), watermarks, Frozen())
        begun = [an_echo(out) for out in routed_by_router(LIGHT, MONDAY)]
        message = Incoming(
            data, names.UPDATES, "agency.dishub.resolved", properties(data), False, 2
        )
        async with handler.transaction(await handler.prepare([*begun, message])) as outgoing:
            _fit(outgoing)

    return lambda data: _runner().run(one(data))


def _fit(outgoing: Any) -> None:
    """Everything that is published can be framed."""
    from broker.amqp.protocol.encode import publish_frames  # noqa: PLC0415  # beside its use

    for out in outgoing:
        publish_frames(out, 1, 131_072)


def _frames() -> Callable[[bytes], None]:
    loop = _runner().get_loop()

    async def channel() -> BatchChannel:
        connection = aiormq.Connection("amqp://guest@127.0.0.1:1")
        connection.server_properties = {"capabilities": {"publisher_confirms": True}}
        connection.connection_tune = commands.Connection.Tune()
        made = BatchChannel(connection, 1)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()  # the library's reader, which nobody needs here
        await asyncio.sleep(0)
        return made

    lane = _runner().run(channel())

    def run(data: bytes) -> None:
        reader = LaneReader(loop)
        lane._delivery, lane._missing, lane._returning = None, None, False
        lane._body.clear()
        lane.arrived.clear()
        reader.lane = lane
        for at in range(0, len(data), 4_096):
            reader.feed_data(data[at : at + 4_096])

    return run


def _frame_seeds() -> list[bytes]:
    def frame(kind: int, payload: bytes) -> bytes:
        return bytes([kind, 0, 1]) + len(payload).to_bytes(4, "big") + payload + b"\xce"

    deliver = frame(1, b"\x00\x3c\x00\x3c\x01c" + b"\0" * 7 + b"\x07\x00\x01e\x01k")
    head = frame(2, b"\x00\x3c\0\0" + b"\0" * 7 + b"\x04\x00\x80\x02ab")
    return [deliver + head + frame(3, b"body"), frame(1, b"\x00\x3c\x00\x50" + b"\0" * 9)]


def _files() -> list[bytes]:
    """Each file of a small configuration folder, with its name before it."""
    files = sorted(p for p in TOWN.rglob("*") if p.suffix in (".toml", ".csv"))
    return [str(p.relative_to(TOWN)).encode() + b"\n" + p.read_bytes() for p in files]


def _folder() -> Callable[[bytes], None]:
    known = {str(p.relative_to(TOWN)): p.read_bytes() for p in TOWN.rglob("*") if p.is_file()}
    folder = Path(tempfile.mkdtemp(prefix="pintu-fuzz-"))

    def run(data: bytes) -> None:
        name, _, content = data.partition(b"\n")
        changed = name.decode("latin-1")
        changed = changed if changed in known else next(islice(known, len(data) % len(known), None))
        for path, was in known.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content if path == changed else was)
        load_rules(folder)

    return run
