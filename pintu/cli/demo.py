"""``pintu demo``."""

import logging
from typing import Annotated

import typer


def demo(
    stay: Annotated[
        bool,
        typer.Option(
            "--stay",
            help="Leave everything running, with people to sign in as, until Ctrl-C.",
        ),
    ] = False,
) -> None:
    """The whole story on a private RabbitMQ node in under a minute.

    Needs RabbitMQ's programs on this machine and nothing else; touches no other broker, leaves
    nothing behind. All complaints in it are invented.

    With --stay the pages of citizens, the desk, agencies and leaders are there to be tried, on
    loopback alone; their addresses and passwords are printed.

    Example: pintu demo

    Example: pintu demo --stay
    """
    import uvloop

    from config.logging import configure_logging
    from config.settings import load_settings
    from gateway.text.console import Console
    from pintu.demo.story import tell

    settings = load_settings()
    configure_logging(settings.log_format, level=logging.ERROR)
    uvloop.run(tell(settings, Console(highlight=False), stays=stay))
