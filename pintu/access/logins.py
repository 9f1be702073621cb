"""Passwords, and what RabbitMQ keeps of them
(https://www.rabbitmq.com/docs/passwords#computing-password-hash)."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final

SHA256: Final = "rabbit_password_hashing_sha256"
_SALT_BYTES: Final = 4
"""RabbitMQ takes the first four bytes for the salt."""
_PASSWORD_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Login:
    """How a user proves who it is; an empty hash: by its certificate alone, by no password."""

    password_hash: str = field(repr=False)
    algorithm: str = SHA256


BY_CERTIFICATE: Final = Login("")


def new_password() -> str:
    """One that nobody guesses and that needs no escaping in a URL or a shell."""
    return secrets.token_urlsafe(_PASSWORD_BYTES)


def login_of(password: str, salt: bytes | None = None) -> Login:
    """What RabbitMQ is given of a password. ``salt``: four bytes, fresh ones if left out."""
    salt = secrets.token_bytes(_SALT_BYTES) if salt is None else salt
    digest = hashlib.sha256(salt + password.encode()).digest()
    return Login(base64.b64encode(salt + digest).decode())
