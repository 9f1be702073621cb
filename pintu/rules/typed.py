"""What a person typed, at a terminal or as an option, is text that can be kept."""

from config.language import gettext


def no_text(said: str) -> str | None:
    """What is wrong with words that came as bytes of no UTF-8, which no file could hold; None
    where they are text."""
    try:
        said.encode()
    except UnicodeEncodeError:
        return gettext("is not UTF-8; set the terminal to UTF-8 and type it again")
    return None
