"""Two folders change places in one step: at every moment either the one or the other is there."""

import ctypes
import errno
import os
from pathlib import Path
from typing import Final

_HERE: Final = -100  # AT_FDCWD: paths count from the working directory
_EXCHANGE: Final = 2  # RENAME_EXCHANGE of renameat2(2), Linux 3.15
_CANNOT: Final = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM})


def exchanged(one: Path, other: Path) -> bool:
    """Both are there and on one file system. False where it cannot do that, as some network file
    systems, and nothing has changed. Raises `OSError`."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:  # a C library that does not have it
        return False
    if rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(one))
