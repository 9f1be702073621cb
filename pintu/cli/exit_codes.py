"""How commands end. Errors of ours have codes of sysexits.h (``os.EX_…``): see ``exit_code``."""

from typing import Final

import typer

NOT_ALL: Final = 1
"""A comparison found differences, a check found errors, or not everything could be done."""
BAD_USE: Final = typer.BadParameter.exit_code
"""Wrong use, as Typer says it: 2, and not ``os.EX_USAGE``."""
SIGNALLED: Final = 128
"""Plus the number of the signal, as shells have it."""
