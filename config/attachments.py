"""Settings of attachments: where they lie, and who looks for viruses in them."""

from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_core import PydanticCustomError

from config.language import gettext, marked

_CLAMD = marked(
    "host:port such as 127.0.0.1:3310, or the path of a socket such as /run/clamav/clamd.ctl"
)


def checked_place(value: SecretStr) -> SecretStr:
    """A folder, or a URL with a scheme. It may hold a password, and is not repeated."""
    text = value.get_secret_value()
    try:
        parts = urlsplit(text) if "://" in text else None
        usable = parts is None or bool(parts.scheme and (parts.netloc or parts.path))
    except ValueError:
        usable = False
    if not usable or "\0" in text:
        told = gettext("a folder, or a URL of fsspec such as s3://bucket/pintu")
        raise PydanticCustomError("setting", "{what}", {"what": told})
    return value


def checked_clamd(value: str) -> str:
    """An address that a scanner may have; see ``clamd_address``."""
    if value.startswith("/"):
        return value
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise PydanticCustomError("setting", "{what}", {"what": gettext(_CLAMD)})
    return value


def clamd_address(value: str) -> str | tuple[str, int]:
    """The path of its socket, or host and port."""
    if value.startswith("/"):
        return value
    host, _, port = value.rpartition(":")
    return host.strip("[]"), int(port)
