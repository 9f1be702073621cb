"""A string as TOML has it."""

import json


def toml_text(value: object) -> str:
    """A TOML basic string of a string, or an array of such strings of a list: JSON's escapes are
    TOML's, but that TOML wants DEL escaped too (v1.0.0, String)."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
