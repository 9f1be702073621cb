"""The links in mails: signed, for one case, one agency and one address, and not for ever.

Nothing is kept of a link. What it says is in it, behind an HMAC under a secret of the gateway's
store; the page that it opens looks at the case, at the contacts and at what was taken back.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final, Literal
from uuid import UUID

LINKS: Final = "links"
"""The name of the secret in the gateway's store."""
PATH: Final = "/jawab"
"""Where the gateway's page of a case is."""
Purpose = Literal["answer", "read"]

_PURPOSES: Final[tuple[Purpose, ...]] = ("answer", "read")
_ROLES: Final = ("agency", "head", "coordinator", "secretary", "inspectorate")
_VERSION: Final = b"\x01"
_MAC: Final = 24
_HEAD: Final = 1 + 1 + 1 + 16 + 16 + 4 + 4 + 8
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Link:
    """``purpose``: to answer for ``agency``, or to read; ``address``: a digest of the address that
    it was sent to; ``mail``: the id of the mail. Moments to the second."""

    purpose: Purpose
    role: str
    complaint: UUID
    mail: UUID
    agency: str
    address: bytes
    made_at: datetime
    expires_at: datetime

    @property
    def ends(self) -> tuple[str, ...]:
        """Under which names it can be taken back (the port GatewayStore)."""
        return f"case:{self.complaint}", f"agency:{self.agency}", f"mail:{self.mail}"

    def ended(self, ends: Mapping[str, datetime]) -> bool:
        """Whether one of these took it back."""
        return any(self.made_at <= ends[name] for name in self.ends if name in ends)


def address_digest(address: str) -> bytes:
    """What a link holds of an address."""
    return sha256(b"address:" + address.lower().encode()).digest()[:8]


def signed(link: Link, secret: bytes) -> str:
    """The link as it stands in an address, with letters, digits, ``-`` and ``_``."""
    body = b"".join(
        (
            _VERSION,
            bytes((_PURPOSES.index(link.purpose), _ROLES.index(link.role))),
            link.complaint.bytes,
            link.mail.bytes,
            _seconds(link.made_at),
            _seconds(link.expires_at),
            link.address,
            link.agency.encode("ascii"),
        )
    )
    return urlsafe_b64encode(_mac(body, secret) + body).rstrip(b"=").decode()


def read_link(text: str, secret: bytes) -> Link | None:
    """A link as somebody brought it; None where it is not one of ours to the last bit.

    Whether it has expired or was taken back is another question.
    """
    if not secret or len(text) > _LONGEST or not text.isascii():
        return None
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    mac, body = raw[:_MAC], raw[_MAC:]
    if len(body) <= _HEAD or not hmac.compare_digest(mac, _mac(body, secret)):
        return None
    if urlsafe_b64encode(raw).rstrip(b"=").decode() != text or body[:1] != _VERSION:
        return None
    return Link(
        purpose=_PURPOSES[body[1]],
        role=_ROLES[body[2]],
        complaint=UUID(bytes=body[3:19]),
        mail=UUID(bytes=body[19:35]),
        agency=body[_HEAD:].decode("ascii"),
        address=body[43:_HEAD],
        made_at=_moment(body[35:39]),
        expires_at=_moment(body[39:43]),
    )


def _mac(body: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, b"pintu mail link\0" + body, sha256)[:_MAC]


def _seconds(moment: datetime) -> bytes:
    return int((moment - _EPOCH).total_seconds()).to_bytes(4, "big")


def _moment(raw: bytes) -> datetime:
    return _EPOCH + timedelta(seconds=int.from_bytes(raw, "big"))
