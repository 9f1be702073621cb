"""A misspelt variable is refused by commands that need no setting, too."""

import os

from config.variables import misspelt, ours


def refuse_misspelt() -> None:
    """A name that means nothing is an error of every command.

    Raises:
        BadConfiguration: as of `load_settings`; wrong values alone are no reason.
    """
    if misspelt(ours(os.environ)):
        from config.settings import load_settings  # noqa: PLC0415 -- brings pydantic

        load_settings()
