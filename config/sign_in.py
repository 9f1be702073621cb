"""Settings of signing in: a provider of accounts elsewhere, and who needs a second factor."""

from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_core import PydanticCustomError

from broker.errors import BadConfiguration
from config.language import gettext, worded
from config.variables import PREFIX

WITH_FACTOR: Final = ("admin", "agency", "auditor", "desk", "lead")
"""Roles for which a second factor can be made compulsory; ``agency``: of any agency."""
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


def checked_roles(value: Any) -> Any:
    """The check of roles with commas between."""
    if not isinstance(value, str):
        return value
    roles = frozenset(one.strip().lower() for one in value.split(",") if one.strip())
    if roles - frozenset(WITH_FACTOR):
        raise _wrong(
            worded("roles with commas between: {with_factor}", with_factor=", ".join(WITH_FACTOR))
        )
    return roles


def checked_issuer(value: str) -> str:
    """The check of an OpenID provider's issuer: https, outside of loopback."""
    parts = urlsplit(value)
    here = parts.scheme == "http" and parts.hostname in _LOOPBACK
    usable = parts.hostname and not parts.query and not parts.fragment and "@" not in parts.netloc
    if not usable or not (here or parts.scheme == "https"):
        raise _wrong(
            gettext("the provider's `issuer`, such as https://sso.example.go.id/realms/pemkab")
        )
    return value


def whole_client(
    issuer: str | None, client: str | None, secret: SecretStr | None
) -> tuple[str, str, str] | None:
    """All three of a provider; None where none is given. Raises BadConfiguration."""
    if issuer is not None and client is not None and secret is not None:
        return issuer, client, secret.get_secret_value()
    given = {"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": client, "OIDC_CLIENT_SECRET": secret}
    missing = [PREFIX + name for name, one in given.items() if one is None]
    if len(missing) < len(given):
        told = " and ".join(missing)
        raise BadConfiguration(
            worded("{told}: missing; an account elsewhere needs all three", told=told)
        )
    return None


def _wrong(what: str) -> PydanticCustomError:
    return PydanticCustomError("setting", "{what}", {"what": what})
