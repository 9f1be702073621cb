"""The words of a text as a learned model knows them: typing errors are read as what is meant."""

from collections.abc import Collection, Mapping
from functools import cached_property, lru_cache

from broker.domain.routing.language.corrections import Corrections, ReadAs
from broker.domain.routing.learned.features import normal_words

REMEMBERED = 1 << 14


class Said:
    """``index``: the words that a model has learned; ``ordinary``: others that are no typing
    errors; None: none is read."""

    def __init__(self, index: Mapping[str, int], ordinary: Collection[str] | None) -> None:
        self._index, self._ordinary = index, ordinary
        self._read = lru_cache(REMEMBERED)(self._read_as)

    def words(self, text: str) -> list[str]:
        """As `features.normal_words`; what stands for a typing error is a `ReadAs`."""
        said = normal_words(text)
        if self._ordinary is None:
            return said
        index, read = self._index, self._read
        return [word if word in index else read(word) for word in said]

    def ready(self) -> None:
        """Make now what the first typing error would wait for."""
        if self._ordinary is not None:
            self._corrections.of("", "")

    @cached_property
    def _corrections(self) -> Corrections:
        return Corrections(self._index, self._ordinary or (), str)

    def _read_as(self, word: str) -> str:
        meant = self._corrections.of(word, word)
        return word if meant is None else ReadAs(meant)
