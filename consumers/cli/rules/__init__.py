"""`pintu rules …`: the rules files of a tenant, seen from the command line."""

import typer

from consumers.cli.rules.check import check
from consumers.cli.rules.diff import diff
from consumers.cli.rules.evaluate import evaluate
from consumers.cli.rules.history import history
from consumers.cli.rules.learn import learn

app = typer.Typer(no_args_is_help=True, help="Validate, learn, evaluate and compare rules.")


@app.callback()
def _rules() -> None:
    """Validate, learn, evaluate and compare rules."""


app.command("check")(check)
app.command("learn")(learn)
app.command("evaluate")(evaluate)
app.command("diff")(diff)
app.command("history")(history)
