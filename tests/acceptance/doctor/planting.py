"""How a fault is planted on real parts: a block, at whose end it is taken away again."""

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from tests.acceptance.doctor.examining import Fault
from tests.acceptance.doctor.foreign import Foreign

Plant = Callable[[Foreign, Path], AbstractContextManager[Fault]]
FAULTS: Final[dict[str, Plant]] = {}
"""By name; filled when the modules with faults are imported."""


def planted(plant: Callable[[Foreign, Path], Iterator[Fault]]) -> None:
    """Put it among the faults, by its name."""
    FAULTS[plant.__name__.replace("_", " ").strip()] = contextmanager(plant)


@contextmanager
def silent() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]
