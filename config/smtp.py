"""Where mail is handed in, as a URL: ``smtps://user@mail.example.go.id?cafile=/etc/ca.pem``."""

import ipaddress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from config.language import gettext, worded

_PORTS: Final = {"smtp": 587, "smtps": 465}
_KNOWN: Final = ("cafile", "rate")
_MOST_RATE: Final = 6_000
_RATE: Final = 60


@dataclass(frozen=True, slots=True)
class SmtpAddress:
    """``tls``: from the first byte on, by STARTTLS, or none, to loopback alone; ``cafile``: of an
    authority of one's own; ``rate``: mails a minute."""

    host: str
    port: int
    tls: bool
    starttls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    cafile: str | None = None
    rate: int = _RATE

    @property
    def shown(self) -> str:
        """Without the password."""
        return f"{'smtps' if self.tls else 'smtp'}://{self.host}:{self.port}"


def parse_smtp(url: str, password: str | None = None) -> SmtpAddress:
    """The address of a URL. ``password``: where it stands in a setting of its own.

    Outside of loopback it is always TLS: by STARTTLS with ``smtp://``, from the beginning with
    ``smtps://``. Raises ValueError, which never quotes the URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError(
            gettext("not a usable URL that starts with smtp:// or smtps://, host:port after")
        )
    if "@" in parts.query or parts.fragment:
        raise ValueError(gettext("write @ in a password as %40, # as %23, ? as %3F"))
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := sorted(given.keys() - {*_KNOWN}):
        raise ValueError(
            worded(
                "unknown parameter {unknown!r}; known are {known}",
                unknown=unknown[0][:40],
                known=", ".join(_KNOWN),
            )
        )
    rate = given.get("rate", str(_RATE))
    if not rate.isdecimal() or not 1 <= int(rate[:6]) <= _MOST_RATE:
        raise ValueError(worded("rate: mails a minute, 1 to {most_rate:,}", most_rate=_MOST_RATE))
    user = unquote(parts.username) if parts.username else None
    inside = unquote(parts.password) if parts.password else None
    if inside is not None and password is not None:
        raise ValueError(gettext("holds a password, and PINTU_SMTP_PASSWORD is set too; keep one"))
    return SmtpAddress(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        tls=parts.scheme == "smtps",
        starttls=parts.scheme == "smtp" and not _is_loopback(parts.hostname),
        user=user,
        password=inside if inside is not None else password,
        cafile=given.get("cafile"),
        rate=int(rate),
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
