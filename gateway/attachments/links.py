"""Links to attachments: signed, and good until a moment that is written in them."""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final, Literal
from urllib.parse import urlsplit
from uuid import UUID

from gateway.attachments.kinds import kind_of_type

PREFIX: Final = "/v1/attachments"
IN_EVENTS: Final = timedelta(days=365)
"""Of a link that lies in an event or in a case: all clocks of a case together are shorter."""
IN_ANSWERS: Final = timedelta(days=7)
"""Of one in an answer over HTTP: the next answer has another."""
ON_PAGES: Final = timedelta(hours=1)
_SIGNATURE: Final = 16
"""Bytes."""
_PATH: Final = re.compile(
    rf"{PREFIX}/(?P<complaint>[0-9a-f-]{{36}})/(?P<digest>[0-9a-f]{{64}})(?:\.[a-z]{{1,5}})?"
)


@dataclass(frozen=True, slots=True)
class Named:
    """The file of a complaint that a path names."""

    complaint: UUID
    digest: bytes


class Links:
    """Made and checked with a secret of the installation. ``base``: where people reach it."""

    def __init__(self, secret: bytes, base: str) -> None:
        self._secret = secret
        self._base = base.rstrip("/")

    def path(self, named: Named, media_type: str | None, until: datetime) -> str:
        """Without the host: for a page of the same one."""
        kind = kind_of_type(media_type or "")
        name = named.digest.hex() + (f".{kind.extension}" if kind else "")
        end = int(until.timestamp())
        signed = self._signature(named, end)
        return f"{PREFIX}/{named.complaint}/{name}?until={end}&signature={signed}"

    def link(self, named: Named, media_type: str | None, until: datetime) -> str:
        """For everybody else."""
        return self._base + self.path(named, media_type, until)

    def state(
        self, named: Named, until: str, signature: str, now: datetime
    ) -> Literal["good", "expired", "wrong"]:
        """Of a link that somebody sent."""
        if not until.isascii() or not until.isdecimal() or len(until) > 12:
            return "wrong"
        expected = self._signature(named, int(until))
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            return "wrong"
        return "good" if now < datetime.fromtimestamp(int(until), UTC) else "expired"

    def shown(
        self, attachments: object, complaint: UUID, until: datetime, *, whole: bool = True
    ) -> list[dict[str, object]]:
        """These of a case's, with links that are good from now on; addresses elsewhere, and such
        as name another complaint, stay as they are."""
        found = list[dict[str, object]]()
        for one in attachments if isinstance(attachments, Sequence) else ():
            if not isinstance(one, Mapping):
                continue
            named = named_by(one.get("url"))
            made = dict(one)
            if named is not None and named.complaint == complaint:
                media_type = one.get("media_type")
                make = self.link if whole else self.path
                made["url"] = make(named, media_type if isinstance(media_type, str) else "", until)
            found.append(made)
        return found

    def _signature(self, named: Named, until: int) -> str:
        text = f"{named.complaint}/{named.digest.hex()}?{until}"
        mac = hmac.digest(self._secret, text.encode(), sha256)[:_SIGNATURE]
        return urlsafe_b64encode(mac).rstrip(b"=").decode()


def named_by(url: object) -> Named | None:
    """What a link of ours names, under whatever host we are reached; None for any other."""
    if not isinstance(url, str) or PREFIX not in url:
        return None
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    return named_by_path(path[path.find(PREFIX) :])  # a proxy may serve us under a path


def named_by_path(path: str) -> Named | None:
    """The same of a path alone."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    try:
        return Named(UUID(found["complaint"]), bytes.fromhex(found["digest"]))
    except ValueError:
        return None
