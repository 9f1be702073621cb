"""What was said of names is kept in `names.toml`, so that nobody is asked twice.

A file that people have keeps its comments as far as lines can be added to it.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from config.files import replaced
from config.language import gettext
from config.loading.documents import Unusable, table_of
from config.loading.names import NAMES, Names, read_names
from config.loading.problems import ConfigurationError, Findings
from pintu.rules.toml_text import toml_text

NOTHING_SAID: Final = Names()


def kept_names(folder: Path, said: Names) -> dict[str, str]:
    """The text of `names.toml` with what was said now; nothing where nothing was. Raises
    `ConfigurationError` where the file cannot be read."""
    if not (said.alias or said.apart):
        return {}
    findings = Findings()
    there, text = read_names(folder, findings)
    if findings.errors:
        raise ConfigurationError(tuple(findings.errors), folder)
    alias = {**there.alias, **said.alias}
    apart = tuple(dict.fromkeys((*there.apart, *said.apart)))
    # Who said that two are one, or are not, and now says otherwise, means the last.
    wanted = Names(
        {name: code for name, code in alias.items() if name not in said.apart},
        tuple(name for name in apart if name not in said.alias),
    )
    added = _added(text, there, said)
    return {NAMES: added if _read(added) == wanted else whole(wanted)}


def keep_names(folder: Path, said: Names) -> None:
    """Write it."""
    for name, text in kept_names(folder, said).items():
        with replaced(folder / name, keeps_mode=True) as file:
            file.write(text)


def whole(names: Names, notes: Mapping[str, str] | None = None) -> str:
    """A file of its own. ``notes``: what is said beside an alias."""
    lines = [
        f"# {gettext('How histories and other offices call the agencies of this folder.')}",
        "[alias]",
    ]
    for name, code in names.alias.items():
        note = (notes or {}).get(name)
        lines.append(f"{toml_text(name)} = {toml_text(code)}" + (f"  # {note}" if note else ""))
    lines += [
        "",
        f"# {gettext('Names that are agencies of their own, however much they look like one.')}",
        "[apart]",
        _list(names.apart),
    ]
    return "\n".join(lines) + "\n"


def _added(text: str, there: Names, said: Names) -> str:
    """The text with lines for what is new in it; it may come to nothing that can be read."""
    if not text:
        return ""
    lines = "".join(
        f"{toml_text(name)} = {toml_text(code)}\n"
        for name, code in said.alias.items()
        if name not in there.alias
    )
    text = re.sub(r"^(\[alias\][^\n]*\n)", lambda m: m[1] + lines, text, count=1, flags=re.M)
    apart = _list(tuple(dict.fromkeys((*there.apart, *said.apart))))
    return re.sub(r"^names[ \t]*=[ \t]*\[[^\]]*\]", lambda _: apart, text, count=1, flags=re.M)


def _read(text: str) -> Names | None:
    try:
        table = table_of(text)
    except Unusable:
        return None
    return Names(table.get("alias", {}), tuple(table.get("apart", {}).get("names", ())))


def _list(names: tuple[str, ...]) -> str:
    if not names:
        return "names = []"
    return "names = [\n" + "".join(f"  {toml_text(name)},\n" for name in names) + "]"
