"""``pintu demo``."""

import logging


def demo() -> None:
    """The whole story on a private RabbitMQ node in under a minute.

    Needs RabbitMQ's programs on this machine and nothing else; touches no other broker, leaves
    nothing behind. All complaints in it are invented.

    Example: pintu demo
    """
    import uvloop

    from config.logging import configure_logging
    from config.settings import load_settings
    from gateway.text.console import Console
    from pintu.demo.story import tell

    settings = load_settings()
    configure_logging(settings.log_format, level=logging.ERROR)
    uvloop.run(tell(settings, Console(highlight=False)))
