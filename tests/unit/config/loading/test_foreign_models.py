"""Learned models whose checksum is right and whose content is not what deciding needs."""

import hashlib
import json
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.domain.routing.learned.calibration import WIDEST, Calibration
from broker.domain.routing.learned.model import Block, LearnedModel
from config.loading.model_file import BadModel, read_model, write_model
from schemas.limits import MODEL_BYTES


def block(name: str, *grams: str, outputs: int = 2) -> Block:
    count = len(grams)
    weights = np.ones((count, outputs), dtype=np.int16)
    return Block(name, grams, np.ones(count, dtype=np.int16), weights)


def model(*blocks: Block, **other: Any) -> LearnedModel:
    fields: dict[str, Any] = {
        "digest": "",
        "classes": ("dishub", "dpupr"),
        "topics": (),
        "telling": frozenset({"jalan"}),
        "blocks": {one.name: one for one in blocks},
        "bias": np.zeros(2, dtype=np.int32),
        "table": np.zeros((0, 2), dtype=np.int32),
        "scale": 0,
        "calibration": Calibration((0, WIDEST), (0, 10_000)),
        "auto": 9_000,
        "validation": {},
    }
    return LearnedModel(**(fields | other))


WORDS = block("word", "jalan", "rusak")


def signed(header: dict[str, Any] | bytes, body: bytes) -> bytes:
    line = header if isinstance(header, bytes) else json.dumps(header).encode()
    rest = line + b"\n" + body
    return f"pintu-model 1 {hashlib.sha256(rest).hexdigest()}\n".encode() + rest


def parts(content: bytes) -> tuple[dict[str, Any], bytes]:
    line, _, packed = content.partition(b"\n")[2].partition(b"\n")
    return json.loads(line), packed


def test_a_model_that_fits_is_read() -> None:
    one = model(WORDS, block("pair", "jalan rusak"), block("char", "jal"))
    assert read_model(write_model(one)).ready().classes == ("dishub", "dpupr")


@pytest.mark.parametrize(
    "blocks",
    [
        (block("pair", "jalan rusak"),),
        (WORDS, block("pair", "jalan")),
        (WORDS, block("near", "jalan rusak berat")),
        (WORDS, block("near", "jalan lubang")),
        (block("word", "jalan", "jalan"),),
        (WORDS, block("emoji", "x")),
        (replace(WORDS, rarity=np.zeros(2, dtype=np.int16)),),
        (replace(WORDS, rarity=np.full(2, -1, dtype=np.int16)),),
    ],
    ids=["no words", "one word", "three", "unknown", "twice", "foreign", "nothing", "negative"],
)
def test_blocks_that_are_none_of_ours_are_refused_before_a_complaint_meets_them(
    blocks: tuple[Block, ...],
) -> None:
    with pytest.raises(BadModel, match="broken"):
        read_model(write_model(model(*blocks))).ready()


@pytest.mark.parametrize(
    "change",
    [
        lambda head: head["blocks"][0].update(rows=-1),
        lambda head: head["blocks"][0].update(characters=10**9),
        lambda head: head["blocks"][0].update(rows=1 << 62),
        lambda head: head["blocks"].append(head["blocks"][0]),
        lambda head: head.update(blocks=[]),
        lambda head: head.update(scale=float("nan")),
        lambda head: head.update(leads=[float("nan"), 1]),
        lambda head: head.update(classes=["dishub", "dishub"]),
        lambda head: head.update(topics=["a"] * 100_000, classes=["b"] * 100_000),
        lambda head: head.update(auto=10**20),
    ],
)
def test_sizes_and_numbers_that_no_model_has_are_refused(
    change: Callable[[dict[str, Any]], Any],
) -> None:
    head, packed = parts(write_model(model(WORDS)))
    change(head)
    with pytest.raises(BadModel):
        read_model(signed(head, packed)).ready()


def test_brackets_and_digits_without_end_in_its_header_are_refused() -> None:
    deep, long = b'{"validation":' + b"[" * 5_000, b'{"scale":' + b"9" * 5_000 + b"}"
    for line in (b"[" * 5_000, deep, long):
        with pytest.raises(BadModel):
            read_model(signed(line, b""))


def test_what_unpacks_to_gigabytes_is_never_unpacked() -> None:
    head, _ = parts(write_model(model(WORDS)))
    packing = zlib.compressobj(1)
    zeros = bytes(1 << 20)
    bomb = b"".join(packing.compress(zeros) for _ in range(256)) + packing.flush()
    tracemalloc.start()
    try:
        with pytest.raises(BadModel, match="do not fit"):
            read_model(signed(head, bomb))
        head["blocks"][0]["characters"] = MODEL_BYTES
        with pytest.raises(BadModel, match="MiB"):
            read_model(signed(head, bomb))
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, 10_000), into=st.binary(min_size=1, max_size=8), packed=st.booleans())
def test_bytes_that_somebody_changed_and_signed_are_read_or_refused(
    at: int, into: bytes, packed: bool
) -> None:
    whole = model(WORDS, block("pair", "jalan rusak"), block("char", "jal", "ala"))
    head, body = write_model(whole).partition(b"\n")[2].split(b"\n", 1)
    if packed:
        arrays = zlib.decompress(body)
        at %= len(arrays)
        body = zlib.compress(arrays[:at] + into + arrays[at + len(into) :])
    else:
        at %= len(head)
        head = head[:at] + into + head[at + len(into) :]
    try:
        one = read_model(signed(head, body)).ready()
    except BadModel:
        return
    for found in one.judge(one.sample("jalan rusak sekali", "jalan merdeka"), 2):
        assert one.weighed(one.sample("jalan rusak", None), found.number, -1) is not None
