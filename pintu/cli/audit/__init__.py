"""``pintu audit``: the audit trail."""

import typer

from pintu.cli.audit.replay import replay
from pintu.cli.audit.search import search
from pintu.cli.audit.tail import tail

app = typer.Typer(
    no_args_is_help=True,
    help="The audit trail: everything that was said of complaints, for as long as audit_days says."
    " It holds personal data.\n\nExample: pintu audit search 9KB0-BSXF-M8V4",
)
app.command()(tail)
app.command()(search)
app.command()(replay)
