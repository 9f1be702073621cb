"""Words that are no typing errors, though no phrase of the rules has them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # numpy is imported where a model is in use, and only there
    from broker.domain.routing.learned.model import LearnedModel

FILE: Final = "indonesian.txt"


def known_words(of_folder: Iterable[str], model: LearnedModel | None) -> frozenset[str]:
    """Ordinary Indonesian words, those that a folder names, and those that a model has learned."""
    learned = model.blocks["word"].grams if model and "word" in model.blocks else ()
    return indonesian().union((word.lower() for word in of_folder), learned)


@cache
def indonesian() -> frozenset[str]:
    """Ordinary words that look like one of the rules' with a letter wrong, and common roots."""
    text = files("config").joinpath("defaults", FILE).read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())
