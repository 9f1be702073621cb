"""``pintu webhook``: endpoints that hear of events by POST."""

import typer

from pintu.cli.webhook.deliveries import list_deliveries, replay
from pintu.cli.webhook.endpoints import add, list_endpoints, pause, resume, rotate
from pintu.cli.webhook.ping import ping
from pintu.cli.webhook.removing import remove

app = typer.Typer(
    no_args_is_help=True,
    help="Webhooks: events by signed POST, for agencies and channels without AMQP.\n\n"
    "Example: pintu webhook add agency.dlh https://pengaduan.dlh.example.go.id/pintu",
)
app.command("add")(add)
app.command("list")(list_endpoints)
app.command("test")(ping)
app.command("pause")(pause)
app.command("resume")(resume)
app.command("rotate")(rotate)
app.command("remove")(remove)
app.command("deliveries")(list_deliveries)
app.command("replay")(replay)
