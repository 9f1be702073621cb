"""From what was fitted to the integers of a model."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from broker.domain.routing.learned.calibration import WHOLE, Calibration
from broker.domain.routing.learned.model import MIXED, Block, LearnedModel
from config.loading.model_file import read_model, write_model
from consumers.learning.matrix import Columns
from consumers.learning.training import FACTORS, MIX, SHARP, Floats, Targets

_MOST = 32_000  # of a weight


def exported(
    blocks: Sequence[Columns],
    weights: Floats,
    targets: Targets,
    names: tuple[Sequence[str], Sequence[str]],
    calibration: Calibration,
    auto: int,
    validation: Mapping[str, Any],
) -> LearnedModel:
    """`weights`: of the rows, as `solved` gives them; `names`: of the classes, of the topics."""
    per_head = np.concatenate(
        [
            np.full(targets.class_count, SHARP["classes"] / math.log(2)),
            np.full(targets.topic_count, SHARP["topics"] / math.log(2)),
        ]
    ).astype(np.float32)
    real = {b.name: (FACTORS[b.name] * (b.matrix.T @ weights)) * per_head for b in blocks}
    # A column counts with its rarity, which is taken into the weight; the norm divides by it.
    real = {b.name: real[b.name] * b.rarity[:, None].astype(np.float32) for b in blocks}
    largest = max(float(np.abs(matrix).max()) for matrix in real.values())
    scale = math.floor(math.log2(_MOST / largest))
    parts = {
        b.name: Block(
            b.name,
            b.grams,
            b.rarity,
            np.round(real[b.name] * np.float32(2.0**scale)).astype(np.int16),
        )
        for b in blocks
    }
    everything = np.arange(len(targets.classes))
    model = LearnedModel(
        digest="",
        classes=tuple(names[0]),
        topics=tuple(names[1]),
        blocks=parts,
        bias=np.zeros(targets.class_count + targets.topic_count, dtype=np.int32),
        table=np.round(targets.table(everything) * WHOLE).astype(np.int32),
        scale=scale,
        mix=round(MIX * MIXED),
        calibration=calibration,
        auto=auto,
        validation=validation,
    )
    return replace(model, digest=read_model(write_model(model)).digest)
