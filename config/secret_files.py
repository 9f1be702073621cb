"""Variables that name a file with their value in it, as Docker and Kubernetes hand out secrets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from config.files import read_whole
from config.foreign import told
from config.language import worded
from config.variables import FILE, PREFIX, SETTINGS

_MOST_BYTES: Final = 64 * 1024


def from_files(values: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The variables with the content of the files that some name, and what is wrong with these."""
    read, errors = dict(values), list[str]()
    for setting in SETTINGS:
        name = PREFIX + setting.name
        file = read.pop(name + FILE, None) if setting.secret else None
        if file is None:
            continue
        if name in values:
            errors.append(
                worded("{name}{file}: {name} is set too; unset one of them", name=name, file=FILE)
            )
            continue
        try:
            read[name] = _content(Path(file), "URL" if name.endswith("URL") else "password")
        except OSError as why:
            errors.append(f"{name}{FILE}: {file}: {told(why.strerror or why)}")
        except ValueError as why:
            errors.append(f"{name}{FILE}: {file}: {why}")
    return read, errors


def _content(file: Path, what: str) -> str:
    """Raises OSError, and ValueError with what to put there."""
    try:
        content = read_whole(file, _MOST_BYTES).decode().strip()
    except UnicodeDecodeError:
        # Its message would quote what it could not read.
        raise ValueError(
            worded("is not UTF-8; put the {what} there, and nothing else", what=what)
        ) from None
    if not content or len(content.splitlines()) > 1:
        raise ValueError(worded("must hold the {what}, in one line, and nothing else", what=what))
    return content
