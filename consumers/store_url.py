"""Where the stores are."""

from typing import Literal

from config.settings import Settings


def store_url(settings: Settings, store: Literal["journal", "cases"]) -> str:
    """The database of a store: a file of its own in the state folder where no server is named."""
    if settings.database_url is not None:
        return settings.database_url
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{(settings.state_dir / f'{store}.sqlite3').absolute()}"
