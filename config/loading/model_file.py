"""The file of a learned model: data that can be checked, never code that would be run.

    pintu-model 1 <SHA-256 of all that follows this line>
    <one line of JSON: classes, topics, blocks, calibration, validation, …>
    <the arrays one after the other, little-endian, as the JSON lists them, in one zlib stream>

Nothing in it depends on the machine. Needs numpy, which is imported only here and by the model.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.language import gettext, marked, worded
from schemas.limits import MODEL_BYTES, MODEL_HEADER_BYTES, MODEL_ROWS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from broker.domain.routing.learned.model import Block, LearnedModel

FORMAT, VERSION = "pintu-model", 2
READ = ("1", "2")
"""Versions that are read; the second knows what phrases say as well."""
_LONGEST_FIRST_LINE = 200
_MOST_OF_TABLE = 1 << 21  # parts of a topic: twice the whole, whatever was rounded
_BLOCKS = frozenset({"word", "pair", "near", "char", "address", "phrase"})
AGAIN = marked("run `pintu rules learn` again, or copy the file again from where it was made")


NOT_FIT = marked("is broken: its parts do not fit each other; {again}")


class BadModel(Exception):
    """The file is not a model that can be used; the message says why and what to do."""


class _Block(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str
    topics: bool  # whether its weights are for the topics, too
    rows: Annotated[int, Field(ge=1)]
    characters: Annotated[int, Field(ge=1)]  # bytes of the n-grams, one a line


class _Header(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    classes: Annotated[list[str], Field(min_length=1)]
    topics: list[str]
    blocks: Annotated[list[_Block], Field(min_length=1)]
    telling: list[str]
    scale: Annotated[int, Field(ge=-40, le=40)]
    leads: list[int]
    confidences: list[int]
    auto: Annotated[int, Field(ge=0, le=10_001)]
    validation: dict[str, Any]


def write_model(model: LearnedModel) -> bytes:
    """The content of a file that `read_model` reads; the digest in `model` plays no part."""
    header: dict[str, Any] = {
        "classes": model.classes,
        "topics": model.topics,
        "blocks": [],
        "scale": model.scale,
        "telling": sorted(model.telling),
        "leads": model.calibration.leads,
        "confidences": model.calibration.confidences,
        "auto": model.auto,
        "validation": model.validation,
    }
    arrays = [model.bias.astype("<i4").tobytes(), model.table.astype("<i4").tobytes()]
    for block in model.blocks.values():
        grams = "\n".join(block.grams).encode()
        header["blocks"].append(
            {
                "name": block.name,
                "topics": block.weights.shape[1] > len(model.classes),
                "rows": len(block.grams),
                "characters": len(grams),
            }
        )
        arrays += [grams, block.rarity.astype("<i2").tobytes()]
        arrays.append(block.weights.astype("<i2").tobytes())
    line = json.dumps(header, ensure_ascii=False, sort_keys=True).encode()
    rest = line + b"\n" + zlib.compress(b"".join(arrays), 6)
    version = VERSION if "phrase" in model.blocks else 1
    return f"{FORMAT} {version} {hashlib.sha256(rest).hexdigest()}\n".encode() + rest


def read_model(content: bytes) -> LearnedModel:
    """Raises `BadModel` for anything but a whole model of this version, and where numpy lacks."""
    first, newline, rest = content.partition(b"\n")
    words = first[:_LONGEST_FIRST_LINE].decode("ascii", "replace").split(" ")
    if words[0] != FORMAT or len(words) != 3:
        raise BadModel(worded("is not a learned model of Pintu; {again}", again=gettext(AGAIN)))
    if words[1] not in READ:
        raise BadModel(
            worded(
                "has version {words} of the format, this Pintu reads {version}; run "
                "`pintu rules learn` with this Pintu",
                words=words[1],
                version=", ".join(READ),
            )
        )
    if not newline or hashlib.sha256(rest).hexdigest() != words[2]:
        raise BadModel(
            worded(
                "is truncated or was changed (its checksum is wrong); {again}", again=gettext(AGAIN)
            )
        )
    line, _, packed = rest.partition(b"\n")
    if len(line) > MODEL_HEADER_BYTES:
        raise BadModel(
            worded("is broken: its second line is too long; {again}", again=gettext(AGAIN))
        )
    try:
        header = _Header.model_validate_json(line)
    except (ValidationError, ValueError, RecursionError) as error:
        raise BadModel(
            worded(
                "is broken: {splitlines}; {again}",
                splitlines=str(error).splitlines()[0],
                again=gettext(AGAIN),
            )
        ) from None
    body = _unpacked(packed, _sizes(header))
    try:
        import numpy  # noqa: F401  # looked for, not used
    except ImportError:
        what = gettext("needs numpy, which is not installed: pip install 'pintu[learn]'")
        raise BadModel(what) from None
    return _built(header, body, words[2])


def _sizes(header: _Header) -> list[int]:
    """Bytes of each array, in their order. Raises `BadModel` where they are more than any model
    has."""
    classes, topics = len(header.classes), len(header.topics)
    sizes = [4 * (classes + topics), 4 * topics * classes]
    for block in header.blocks:
        outputs = classes + topics * block.topics
        sizes += [block.characters, 2 * block.rows, 2 * block.rows * outputs]
    if sum(sizes) > MODEL_BYTES or sum(block.rows for block in header.blocks) > MODEL_ROWS:
        raise BadModel(
            worded(
                "would take more than {model_bytes} MiB of memory or has more than "
                "{model_rows:,} n-grams; learn from fewer rows",
                model_bytes=MODEL_BYTES >> 20,
                model_rows=MODEL_ROWS,
            )
        )
    return sizes


def _unpacked(packed: bytes, sizes: list[int]) -> bytes:
    """The arrays; never more of them than the header announces, whatever is packed."""
    unpacking = zlib.decompressobj()
    try:
        body = unpacking.decompress(packed, sum(sizes) + 1)
    except zlib.error as error:
        raise BadModel(
            worded("is broken: {error}; {again}", error=error, again=gettext(AGAIN))
        ) from None
    if len(body) != sum(sizes) or not unpacking.eof or unpacking.unused_data:
        raise BadModel(worded(NOT_FIT, again=gettext(AGAIN)))
    return body


def _built(header: _Header, body: bytes, digest: str) -> LearnedModel:
    import numpy as np

    from broker.domain.routing.learned.calibration import Calibration, is_sound
    from broker.domain.routing.learned.model import Block, LearnedModel

    classes, topics = len(header.classes), len(header.topics)
    if not is_sound(header.leads, header.confidences):
        raise BadModel(worded(NOT_FIT, again=gettext(AGAIN)))
    sizes = _sizes(header)
    parts: list[bytes | memoryview] = []
    at = 0
    for size in sizes:
        parts.append(memoryview(body)[at : at + size])
        at += size
    blocks: dict[str, Block] = {}
    for number, block in enumerate(header.blocks):
        text, rarity, weights = parts[2 + 3 * number : 5 + 3 * number]
        if bytes(text).count(b"\n") + 1 != block.rows:
            raise BadModel(
                worded(
                    "is broken: the n-grams of {name!r} do not fit; {again}",
                    name=block.name,
                    again=gettext(AGAIN),
                )
            )
        grams = str(text, "utf-8", "replace").split("\n")
        if len(set(grams)) != block.rows or block.name in blocks:
            raise BadModel(
                worded(
                    "is broken: the n-grams of {name!r} do not fit; {again}",
                    name=block.name,
                    again=gettext(AGAIN),
                )
            )
        # A copy: where it stands in the file it need not be aligned, which would be slow.
        rows = np.frombuffer(weights, dtype="<i2").astype(np.int16)
        blocks[block.name] = Block(
            block.name,
            grams,
            np.frombuffer(rarity, dtype="<i2").astype(np.int16),
            rows.reshape(block.rows, classes + topics * block.topics),
        )
    table = np.frombuffer(parts[1], dtype="<i4").astype(np.int32)
    _check(header, blocks, table)
    return LearnedModel(
        digest=digest,
        classes=tuple(header.classes),
        topics=tuple(header.topics),
        telling=frozenset(header.telling),
        blocks=blocks,
        bias=np.frombuffer(parts[0], dtype="<i4").astype(np.int32),
        table=table.reshape(topics, classes),
        scale=header.scale,
        calibration=Calibration(tuple(header.leads), tuple(header.confidences)),
        auto=header.auto,
        validation=header.validation,
    )


def _check(header: _Header, blocks: Mapping[str, Block], table: NDArray[np.int32]) -> None:
    """What deciding relies on. Raises `BadModel`."""
    import numpy as np

    words = blocks["word"].index if "word" in blocks else {}
    pairs = (gram for name in blocks.keys() & {"pair", "near"} for gram in blocks[name].grams)
    sound = (
        blocks.keys() <= _BLOCKS
        and len(set(header.classes)) == len(header.classes)
        and all(int(np.min(block.rarity)) > 0 for block in blocks.values())
        and (table.size == 0 or (int(np.min(table)) >= 0 and int(np.max(table)) <= _MOST_OF_TABLE))
        and all(gram.count(" ") == 1 and words.keys() >= {*gram.split(" ")} for gram in pairs)
    )
    if not sound:
        raise BadModel(worded(NOT_FIT, again=gettext(AGAIN)))
