"""Files: complaints as CSV and JSON lines, configurations, learned models."""

import contextlib
import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC
from functools import cache, partial
from pathlib import Path

import numpy as np

from broker.domain.routing.learned.calibration import WIDEST, Calibration
from broker.domain.routing.learned.model import Block, LearnedModel
from broker.errors import BadConfiguration
from config.csv_file import BadFile, Line, lines_of
from config.loading import load_rules
from config.loading.clocks import load_clocks
from config.loading.model_file import BadModel, read_model, write_model
from gateway.text.csv_rows import BadRow, CsvRows
from pintu.publishing.columns import Choice, columns_of
from pintu.publishing.complaints import complaints
from pintu.publishing.csv_rows import csv_records
from pintu.publishing.json_items import json_items
from pintu.publishing.json_lines import json_records
from pintu.publishing.lines import OfficeLines
from schemas.limits import PUBLISHED_LINE_BYTES
from tests.fuzz import seeds
from tests.fuzz.mutating import Maker
from tests.fuzz.parts import joined, split
from tests.fuzz.target import Target
from tests.support.regions import SMALL_REGION

_HEADERS = (
    "text",
    "text,title,village,phone",
    "id;text;anonymous;time",
    "text\tlatitude\tlongitude\textra",
    '"text","Nama ""A"""',
    "text,attachments,channel,oversight",
    "Tracking ID;Isi Laporan Awal;Tipe Laporan;Tanggal Laporan Masuk;Kelurahan;ID Kategori",
)
_A_FILE = 0.5
"""Seconds: a file is read once, by who has it; a mebibyte of it may be half a million lines."""
_HOME = Path("/dev/shm") if Path("/dev/shm").is_dir() else None


def a_table(maker: Maker) -> bytes:
    random = maker.random
    header = random.choice(_HEADERS)
    mark = next((c for c in ";\t" if c in header), ",")
    rows = [header]
    for _ in range(random.randrange(1, 5)):
        cells = [maker.text(seeds.texts()) for _ in header.split(mark)]
        quoted = ['"' + cell.replace('"', '""') + '"' if "\n" in cell else cell for cell in cells]
        rows.append(mark.join(quoted))
    data = "\n".join(rows).encode("utf-8", "surrogatepass")
    return maker.bent_bytes(data) if random.random() < 0.5 else data


def _lines(data: bytes) -> Iterator[Line]:
    return lines_of(io.BytesIO(data), PUBLISHED_LINE_BYTES, cut=True)


def publish_table(data: bytes) -> None:
    with contextlib.suppress(BadFile):
        columns = partial(columns_of, zone=UTC)
        lines = OfficeLines(io.BytesIO(data), PUBLISHED_LINE_BYTES)
        records = csv_records(lines, columns, Choice().knows_text)
        list(complaints(records, batch="b", channel="web"))


def read_table(data: bytes) -> None:
    for lenient in (False, True):
        with contextlib.suppress(BadRow):
            rows = CsvRows(io.BytesIO(data), lenient=lenient)
            rows.columns(("text", "title"), ("text",))
            list(rows)


def some_lines(maker: Maker) -> bytes:
    lines = [seeds.a_body(maker) for _ in range(maker.random.randrange(1, 4))]
    return b"\n".join(lines)


def publish_lines(data: bytes) -> None:
    with contextlib.suppress(BadFile):
        records = json_records(_lines(data))
        list(complaints(records, batch="b", channel="web"))


def an_array(maker: Maker) -> bytes:
    items = b",".join(seeds.a_body(maker) for _ in range(maker.random.randrange(1, 4)))
    data = b"[" + items + b"]"
    return maker.bent_bytes(data) if maker.random.random() < 0.5 else data


def publish_array(data: bytes) -> None:
    with contextlib.suppress(BadFile):
        records = json_records(json_items(io.BytesIO(data), PUBLISHED_LINE_BYTES))
        list(complaints(records, batch="b", channel="web"))


@cache
def _configuration() -> dict[str, bytes]:
    files = [path for path in SMALL_REGION.rglob("*") if path.is_file()]
    return {str(path.relative_to(SMALL_REGION)): path.read_bytes() for path in sorted(files)}


@cache
def _clocks() -> dict[str, bytes]:
    return {name: (seeds.SHIPPED / name).read_bytes() for name in ("sla.toml", "holidays.toml")}


def a_file(maker: Maker) -> bytes:
    """Its name, and what stands in it."""
    return _bent(maker, _configuration())


def a_clock_file(maker: Maker) -> bytes:
    return _bent(maker, _clocks())


def _bent(maker: Maker, files: dict[str, bytes]) -> bytes:
    random = maker.random
    name = random.choice(sorted(files))
    content = files[name]
    if random.random() < 0.5:
        lines = content.split(b"\n")
        at = random.randrange(len(lines))
        key = lines[at].partition(b"=")[0].strip() or b"name"
        odd = (
            b"[" * 5000,
            b"9" * 5000,
            b'"',
            b"'''",
            b"1979-05-27T07:32:00Z",
            b"inf",
            b"0x_",
            b"{}",
        )
        text = json.dumps(maker.text(seeds.texts())).encode()
        lines[at] = random.choice(
            (key + b" = " + random.choice((*odd, text)), lines[at] * 2, b"[[x]]")
        )
        content = b"\n".join(lines)
    else:
        content = maker.bent_bytes(content)
    return joined([name.encode(), content])


def load_region(data: bytes) -> None:
    name, content = split(data, 2)[:2]
    known = _configuration()
    if (which := name.decode("utf-8", "replace")) not in known:
        return
    path = Path(tempfile.mkdtemp(prefix="pintu-fuzz-", dir=_HOME))
    try:
        shutil.copytree(SMALL_REGION, path, dirs_exist_ok=True)
        (path / which).write_bytes(content)
        with contextlib.suppress(BadConfiguration):
            load_rules(path)
    finally:
        shutil.rmtree(path)


def load_calendar(data: bytes) -> None:
    name, content = split(data, 2)[:2]
    if (which := name.decode("utf-8", "replace")) not in _clocks():
        return
    with tempfile.TemporaryDirectory(prefix="pintu-fuzz-", dir=_HOME) as folder:
        (Path(folder) / which).write_bytes(content)
        with contextlib.suppress(BadConfiguration):
            load_clocks(Path(folder), range(2024, 2027))


@cache
def _model() -> bytes:
    """A model that fits, without its first line."""
    words = Block(
        "word", ["jalan", "rusak"], np.ones(2, dtype=np.int16), np.ones((2, 2), dtype=np.int16)
    )
    model = LearnedModel(
        digest="",
        classes=("dishub", "dpupr"),
        topics=(),
        telling=frozenset({"jalan"}),
        blocks={"word": words},
        bias=np.zeros(2, dtype=np.int32),
        table=np.zeros((0, 2), dtype=np.int32),
        scale=0,
        calibration=Calibration((0, WIDEST), (0, 10_000)),
        auto=9_000,
        validation={},
    )
    return write_model(model).partition(b"\n")[2]


def a_model(maker: Maker) -> bytes:
    """With a checksum that is right more often than not."""
    random = maker.random
    line, _, packed = _model().partition(b"\n")
    kind = random.random()
    if kind < 0.6:
        line = maker.bent_json(json.loads(line), ("word", "jalan"), ("blocks", "rows", "topics"))
    elif kind < 0.9:
        packed = maker.bent_bytes(packed)
    rest = line + b"\n" + packed
    right = f"pintu-model 1 {hashlib.sha256(rest).hexdigest()}\n".encode()
    return right + rest if random.random() < 0.9 else maker.bent_bytes(right + rest)


def read_a_model(data: bytes) -> None:
    with contextlib.suppress(BadModel):
        read_model(data).ready()


TARGETS = [
    Target("csv-publish", a_table, publish_table, seconds=_A_FILE, weight=4),
    Target("csv-rows", a_table, read_table, seconds=_A_FILE, weight=4),
    Target("json-lines", some_lines, publish_lines, seconds=_A_FILE, weight=3),
    Target("json-array", an_array, publish_array, seconds=_A_FILE, weight=2),
    Target("model", a_model, read_a_model, seconds=_A_FILE, weight=4),
    Target("configuration", a_file, load_region, seconds=1.0, mebibytes=256, weight=0.05),
    Target("calendar", a_clock_file, load_calendar, seconds=0.5, mebibytes=128, weight=0.1),
]
