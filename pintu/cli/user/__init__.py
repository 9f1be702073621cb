"""``pintu user``: people who sign in at the gateway."""

import typer

from pintu.cli.user import adding, changing, listing

app = typer.Typer(
    no_args_is_help=True,
    help="People of the desk, of agencies, leaders, auditors and administrators.\n\n"
    "Example: pintu user add rina --role desk",
)
app.command("add")(adding.add)
app.command("list")(listing.list_people)
app.command("change")(changing.change)
app.command("password")(changing.password)
app.command("end-sessions")(changing.end_sessions)
app.command("reset-second-factor")(changing.reset_second_factor)
app.command("unlock")(changing.unlock)
app.command("remove")(changing.remove)
app.command("log")(listing.log)
