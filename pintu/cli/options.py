"""The option of every command that reads rules."""

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        envvar="PINTU_CONFIG_DIR",
        help="The configuration folder; the shipped one by default.",
    ),
]
