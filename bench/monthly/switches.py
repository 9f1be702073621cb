"""Parts of learning and deciding taken away, to see what each of them brings."""

from contextlib import AbstractContextManager
from unittest import mock

from broker.domain.routing import tables
from broker.domain.routing.tables import Words
from pintu.rules.learning import learn


def without_phrases() -> AbstractContextManager[object]:
    """As if no phrase were in any complaint that is learned from: the model does not ask them."""
    return mock.patch.object(learn, "hints_of", _nothing)


def without_corrector() -> AbstractContextManager[object]:
    """Rules that are loaded read typing errors as words that they do not know."""
    return mock.patch.object(tables, "Words", _uncorrected)


def _nothing(*_: object) -> dict[str, int]:
    return {}


def _uncorrected(**given: object) -> Words:
    return Words(**{**given, "corrected": False})  # type: ignore[arg-type]  # as it is called
