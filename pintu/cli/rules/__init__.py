"""`pintu rules …`: the rules files of a tenant, seen from the command line."""

import typer

from pintu.cli.rules.check import check
from pintu.cli.rules.diff import diff
from pintu.cli.rules.evaluate import evaluate
from pintu.cli.rules.history import history
from pintu.cli.rules.init import init
from pintu.cli.rules.learn import learn
from pintu.cli.rules.learnings import back, learnings
from pintu.cli.rules.new_services import new_services

app = typer.Typer(no_args_is_help=True, help="Make, validate, learn, evaluate and compare rules.")


@app.callback()
def _rules() -> None:
    """Make, validate, learn, evaluate and compare rules."""


app.command("init")(init)
app.command("check")(check)
app.command("learn")(learn)
app.command("evaluate")(evaluate)
app.command("diff")(diff)
app.command("history")(history)
app.command("learnings")(learnings)
app.command("back")(back)
app.command("new-services")(new_services)
