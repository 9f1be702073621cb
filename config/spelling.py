"""A misspelt variable is refused by commands that need no setting, too."""

import os

from config.language import LANGUAGES, VARIABLE
from config.variables import misspelt, ours


def refuse_misspelt() -> None:
    """A name that means nothing is an error of every command; so is a language that is none.

    Raises:
        BadConfiguration: as of `load_settings`; other wrong values alone are no reason.
    """
    values = ours(os.environ)
    if misspelt(values) or values.get(VARIABLE, LANGUAGES[0]) not in LANGUAGES:
        from config.settings import load_settings  # noqa: PLC0415 -- brings pydantic

        load_settings()
