"""What `pintu rules learn` is told of names: which are an agency of the folder, which are not."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from broker.domain.routing.directory import agency_key
from broker.errors import BadConfiguration
from config.language import gettext, worded
from config.loading.directory import load_directory
from config.loading.names import Names, read_names
from config.loading.problems import ConfigurationError, Findings, nearest
from gateway.text.printable import say
from pintu.rules.typed import no_text

if TYPE_CHECKING:  # numpy is imported where something is learned, and only there
    from pintu.rules.learning.twins import LikelyTwins

Aliases = Annotated[
    list[str] | None,
    typer.Option(
        "--alias",
        metavar='"NAME=CODE"',
        help="A name of the history that is this agency of DIR; kept in DIR/names.toml. Several "
        "times for several.",
    ),
]
AliasFile = Annotated[
    Path | None,
    typer.Option("--aliases", metavar="FILE", help="The same as a file in the form of names.toml."),
]
Apart = Annotated[
    list[str] | None,
    typer.Option(
        "--keep-apart",
        metavar="NAME",
        help="A name of the history that looks like an agency of DIR and is another; kept too.",
    ),
]


def said_of(
    folder: Path, aliases: list[str] | None, file: Path | None, apart: list[str] | None
) -> Names:
    """What the options say. Raises `BadConfiguration` with every error at once."""
    findings = Findings()
    names = Names()
    if file is not None:
        names, _ = read_names(file.parent, findings, file.name)
        if not file.is_file():
            findings.error(str(file), 0, "", gettext("there is no such file"))
    index = _index_of(folder)
    meant = dict(names.alias)
    for alias in aliases or ():
        name, _, code = alias.rpartition("=")
        found = _code(code.strip(), index)
        if not name.strip() or found is None:
            what = worded(
                "{alias!r}: write NAME=CODE, with a code of the folder{nearest}",
                alias=alias,
                nearest=nearest(code.strip(), sorted(set(index.values()))),
            )
            findings.error("--alias", 0, "", what)
        else:
            meant[name.strip()] = found
    given = [("--alias", said) for said in meant]
    given += [("--keep-apart", said) for said in apart or ()]
    for option, said in given:
        if (wrong := no_text(said)) is not None:
            findings.error(option, 0, "", f"{said!r}: {wrong}")
    if findings.errors:
        raise ConfigurationError(tuple(findings.errors))
    return Names(meant, (*names.apart, *(apart or ())))


def refuse(error: "LikelyTwins", folder: Path) -> NoReturn:
    """Say which names may be agencies that are there, and what to do; what can be kept as
    names.toml goes to standard output."""
    from pintu.rules.learning.keeping_names import whole

    say(gettext("Names that may be agencies which the folder has already:"), err=True)
    for line in str(error).splitlines():
        say(f"  {line}", err=True)
    say(
        worded(
            "Nothing was learned: {folder} is as it was. Say of each which it is, once:",
            folder=folder,
        ),
        err=True,
    )
    first = error.twins[0]
    say(f'  --alias "{first.name}={first.code}"', err=True)
    say(f'  --keep-apart "{first.name}"', err=True)
    say(gettext("  or as aliases of agencies.toml:"), err=True)
    for code in dict.fromkeys(twin.code for twin in error.twins):
        known = [*error.rules.agencies[code].aliases]
        known += [twin.name for twin in error.twins if twin.code == code]
        listed = ", ".join(f'"{alias}"' for alias in known)
        say(f'    code = "{code}": aliases = [{listed}]', err=True)
    say(
        gettext("  or all at once: --aliases FILE, with this, where wrong lines go to [apart]:"),
        err=True,
    )
    notes: Mapping[str, str] = {twin.name: f"{twin.rows}" for twin in error.twins}
    say(whole(Names({twin.name: twin.code for twin in error.twins}), notes).rstrip())
    raise typer.Exit(os.EX_CONFIG)


def _index_of(folder: Path) -> Mapping[str, str]:
    """Codes, names and aliases of the folder → codes; nothing of a folder that is none yet."""
    try:
        return load_directory(folder).agency_index if folder.is_dir() else {}
    except BadConfiguration:
        return {}  # learning says what is wrong with it


def _code(said: str, index: Mapping[str, str]) -> str | None:
    from pintu.rules.learning.codes import is_code

    found = index.get(said) or index.get(agency_key(said))
    return found or (said if is_code(said) and not index else None)
