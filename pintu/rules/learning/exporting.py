"""From what was fitted to the integers of a model."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from broker.domain.routing.learned.calibration import Calibration
from broker.domain.routing.learned.model import WHOLE, Block, LearnedModel
from config.loading.model_file import read_model, write_model
from pintu.rules.learning.training import FACTORS, Fitted, Floats

_MOST = 32_000  # of a weight


def exported(
    found: Fitted,
    names: tuple[Sequence[str], Sequence[str]],
    telling: frozenset[str],
    calibration: Calibration,
    auto: int,
    validation: Mapping[str, Any],
) -> LearnedModel:
    """`names`: of the classes, of the topics; `telling`: words of the block `near`."""
    real: dict[str, Floats] = {}
    for block in found.blocks:
        heads = [
            h.weights[block.name] for h in (found.classes, found.topics) if block.name in h.weights
        ]
        # A column counts with its rarity, which is taken into the weight; the norm divides by it.
        weights = np.concatenate(heads, axis=1) * block.rarity[:, None]
        real[block.name] = FACTORS[block.name] * weights
    largest = max(float(np.abs(matrix).max()) for matrix in real.values())
    scale = math.floor(math.log2(_MOST / largest))
    bias = np.concatenate([found.classes.bias, found.topics.bias])
    model = LearnedModel(
        digest="",
        classes=tuple(names[0]),
        topics=tuple(names[1]),
        telling=telling,
        blocks={
            b.name: Block(
                b.name, b.grams, b.rarity, np.round(real[b.name] * 2.0**scale).astype(np.int16)
            )
            for b in found.blocks
        },
        bias=np.round(bias * 2.0**scale).astype(np.int32),
        table=np.round(found.table * WHOLE).astype(np.int32),
        scale=scale,
        calibration=calibration,
        auto=auto,
        validation=validation,
    )
    return replace(model, digest=read_model(write_model(model)).digest)
