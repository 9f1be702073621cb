"""``pintu run``: the long-running commands."""

import typer

app = typer.Typer(
    no_args_is_help=True,
    help="Run a consumer until SIGTERM, which finishes what is in hand; a second one leaves at"
    " once.\n\nExample: PINTU_AMQP_URL=amqp://pintu:…@rabbit:5672/ pintu run router",
)


@app.command("router")
def run_router() -> None:
    """Route complaints to agencies. Any number may run side by side.

    Example: PINTU_AMQP_URL=amqp://pintu:…@rabbit:5672/ pintu run router
    """
    _run("router")


@app.command("cases")
def run_cases() -> None:
    """Keep the cases and their clocks. A second one is a hot standby.

    Example: PINTU_DATABASE_URL=postgresql://pintu@db/pintu pintu run cases
    """
    _run("cases")


@app.command("escalations")
def run_escalations() -> None:
    """Fire what falls due. Any number may run side by side.

    Example: PINTU_HTTP=127.0.0.1:9470 pintu run escalations
    """
    _run("escalations")


@app.command("gateway")
def run_gateway() -> None:
    """Take complaints and updates over HTTP. Any number may run side by side.

    Example: PINTU_GATEWAY=127.0.0.1:8080 pintu run gateway
    """
    _run("gateway")


@app.command("mail")
def run_mail() -> None:
    """Tell agencies and roles by mail, as contacts.toml says.

    Example: PINTU_SMTP_URL=smtps://lapor@mail.example.go.id pintu run mail
    """
    _run("mail")


@app.command("webhooks")
def run_webhooks() -> None:
    """Deliver events by POST to who speaks no AMQP. Any number may run side by side.

    Example: PINTU_WEBHOOK_ALLOW=hook.dlh.local pintu run webhooks
    """
    _run("webhooks")


@app.command("learner")
def run_learner() -> None:
    """Learn from the store once a month, and put it in force only where it is better.

    Needs the store and PINTU_CONFIG_DIR, which must be writable, and no RabbitMQ. Of several one
    learns.

    Example: PINTU_CONFIG_DIR=/etc/pintu/rules pintu run learner
    """
    _run("learner")


@app.command("all")
def run_all() -> None:
    """Everything in one process, for a small installation.

    Example: PINTU_STATE_DIR=/var/lib/pintu pintu run all
    """
    _run("all")


def _run(name: str) -> None:
    # Late: the other commands start without the event loop, the store and the metrics.
    from pintu.app import run

    run(name)
