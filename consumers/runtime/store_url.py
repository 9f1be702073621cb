"""Where the stores are."""

from typing import Literal

from broker.errors import StoreUnavailable
from config.language import worded
from config.settings import Settings


def store_url(settings: Settings, store: Literal["journal", "cases", "gateway"]) -> str:
    """The database of a store: a file of its own in the state folder where no server is named.

    Raises:
        StoreUnavailable: that folder is not there and cannot be made.
    """
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    folder = settings.state_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as why:
        raise StoreUnavailable(
            worded(
                "The state folder {folder} cannot be used: {strerror}",
                folder=folder,
                strerror=why.strerror,
            )
        ) from why
    return f"sqlite:///{(folder / f'{store}.sqlite3').absolute()}"
