"""``pintu case``: what became of a complaint, for the counter and the operators."""

import typer

from pintu.cli.case.export import export
from pintu.cli.case.forget import forget
from pintu.cli.case.list import list_
from pintu.cli.case.merge import merge, separate
from pintu.cli.case.move import move
from pintu.cli.case.resend import resend
from pintu.cli.case.show import show

app = typer.Typer(
    no_args_is_help=True,
    help="Cases: what became of a complaint.\n\nExample: pintu case show 9KB0-BSXF-M8V4",
)
app.command()(show)
app.command("list")(list_)
app.command()(resend)
app.command()(move)
app.command()(merge)
app.command()(separate)
app.command()(forget)
app.command()(export)
