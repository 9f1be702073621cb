"""After a configuration was loaded the collector has less to walk, and walks less often."""

import gc
from collections.abc import Iterator

import pytest

from consumers.runtime.garbage import collect_garbage

_A_BATCH = 50_000
"""New objects of a batch that live until it is recorded."""


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_is_there_is_not_walked_again() -> None:
    gc.unfreeze()
    collect_garbage()
    assert gc.get_freeze_count() > 0


def test_the_new_objects_of_a_batch_are_not_walked_while_it_lasts() -> None:
    gc.set_threshold(700, 10, 10)
    collect_garbage()
    collected = [one["collections"] for one in gc.get_stats()]
    batch = [[number] for number in range(_A_BATCH)]
    assert [one["collections"] for one in gc.get_stats()] == collected
    del batch
