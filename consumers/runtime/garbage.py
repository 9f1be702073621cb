"""Memory after a configuration was loaded: most of it stays, the rest goes back to the machine."""

import contextlib
import ctypes
import gc
from typing import Final

_YOUNG: Final = 100_000


def collect_garbage() -> None:
    """What loading left behind and what went out of force is collected and given back; what is
    there now the collector need not walk at every full collection. Runs in any thread.

    From then on it looks after so many new objects: a batch holds tens of thousands that live
    until it is recorded, and to walk them at every seven hundredth cost a twentieth of the time.
    """
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    # Left to itself, the C library keeps what a load in another thread needed; glibc alone has it.
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
