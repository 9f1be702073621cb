"""Why PostgreSQL could not be connected to: what somebody has to change, or else it is away."""

import re
from typing import Final

from sqlalchemy import URL

from broker.errors import StoreLoginRefused, StoreUnavailable
from broker.store.tls import shown, trust_refused

_LOGIN: Final = re.compile(
    r"(?:password|certificate|peer|ident|LDAP|GSSAPI|PAM|RADIUS) authentication failed"
    r"|no password supplied|no pg_hba\.conf entry|pg_hba\.conf rejects|role \".*\" does not exist"
    r"|role \".*\" is not permitted to log in"
)
"""What PostgreSQL says in English; in another language it counts as away, and is tried again."""
_AWAY: Final = re.compile(r"Connection refused|timeout|Multiple connection attempts|^\s*$")


def refused(url: URL, why: Exception) -> StoreUnavailable | None:
    """What has to be changed before a connection can be made; None where it may come by itself.

    Args:
        url: as it was connected to.
        why: of the driver. What it says is the server's own, without a password.
    """
    # One line for each address of the host: that nobody listens at one of them says least.
    said = next((line for line in str(why).splitlines() if not _AWAY.search(line)), None)
    if said is None:
        return None
    if (trust := trust_refused(url, said)) is not None:
        return trust
    if _LOGIN.search(said):
        reason = said.rpartition("FATAL:")[2].strip()
        return StoreLoginRefused(
            f"{shown(url)}: PostgreSQL does not let this user in: {reason}: see to user, password"
            " and certificate in PINTU_DATABASE_URL, and to pg_hba.conf there"
        )
    return None
