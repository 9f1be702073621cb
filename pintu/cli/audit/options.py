"""What the commands of the audit trail have in common."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
