"""Memory after a configuration was loaded: most of it stays, the rest goes back to the machine."""

import contextlib
import ctypes
import gc


def collect_garbage() -> None:
    """What loading left behind and what went out of force is collected and given back; what is
    there now the collector need not walk at every full collection. Runs in any thread."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    # Left to itself, the C library keeps what a load in another thread needed; glibc alone has it.
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
