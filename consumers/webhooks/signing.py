"""Secrets, and what they sign: Standard Webhooks.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from standardwebhooks.webhooks import Webhook

from broker.ports.webhooks import Endpoint

PREFIX: Final = "whsec_"
OLD_FOR: Final = timedelta(days=1)
"""For which a secret still signs after another one was made."""
_BYTES: Final = 32
"""The specification asks for 24 to 64."""


def new_secret() -> bytes:
    """Random bytes."""
    return secrets.token_bytes(_BYTES)


def shown(secret: bytes) -> str:
    """As whoever receives events takes it."""
    return PREFIX + base64.b64encode(secret).decode()


def signed(
    endpoint: Endpoint, event_id: str, body: str, *, now: datetime, wall: datetime
) -> Mapping[str, str]:
    """The headers of one POST.

    Args:
        now: by which an old secret ends; a demonstration's runs fast.
        wall: what the clock on the wall says, by which the receiver judges.
    """
    keys = [endpoint.secret]
    old, until = endpoint.old_secret, endpoint.old_until
    if old is not None and until is not None and now < until:
        keys.append(old)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(wall.timestamp())),
        "webhook-signature": " ".join(Webhook(key).sign(event_id, wall, body) for key in keys),
    }
