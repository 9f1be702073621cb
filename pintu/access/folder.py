"""The folder of `pintu access export`: definitions with hashes, and new passwords in files of their
own. Everything in it is for its owner alone."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from broker.errors import BadConfiguration
from config.files import read_whole, replaced
from config.language import worded
from pintu.access.documents import STEPS, Definitions, steps
from pintu.access.logins import Login

WHOLE: Final = "definitions.json"
SECRETS: Final = "secrets"
_MOST_BYTES: Final = 16 * 1024 * 1024


class _Known(BaseModel):
    model_config = ConfigDict(extra="ignore")
    name: str
    password_hash: str
    hashing_algorithm: str


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore")
    users: list[_Known]


class AccessFolder:
    """Any method may raise OSError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.secrets = path / SECRETS

    def logins(self) -> Mapping[str, Login]:
        """Of the users that were written here before; none at the first time.

        Raises:
            BadConfiguration: the file was spoilt; new passwords for everybody would lock them out.
        """
        file = self.path / WHOLE
        try:
            text = read_whole(file, _MOST_BYTES)
        except FileNotFoundError:
            return {}
        try:
            known = _File.model_validate_json(text).users
        except ValidationError:
            raise BadConfiguration(
                worded(
                    "{file}: is not what `pintu access export` wrote; put a copy of it back, "
                    "or move it away: with --apply, users on RabbitMQ keep their passwords",
                    file=file,
                )
            ) from None
        return {each.name: Login(each.password_hash, each.hashing_algorithm) for each in known}

    def write(self, whole: Definitions) -> None:
        """All in one, and the same in two steps."""
        self._make()
        for name, document in zip((WHOLE, *STEPS), (whole, *steps(whole)), strict=True):
            with replaced(self.path / name) as outgoing:
                json.dump(document, outgoing, indent=2)
                outgoing.write("\n")

    def write_secrets(self, urls: Mapping[str, str]) -> None:
        """A file for each of these users: its AMQP URL in one line, as `PINTU_AMQP_URL_FILE` reads
        it. One that is there is replaced: its password is none any more."""
        self._make()
        for user, url in urls.items():
            with replaced(self.secrets / user) as outgoing:
                outgoing.write(f"{url}\n")

    def remove_secrets(self, users: Iterable[str]) -> None:
        """Of users that are gone, or need none."""
        for user in users:
            (self.secrets / user).unlink(missing_ok=True)

    def _make(self) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.secrets.mkdir(mode=0o700, exist_ok=True)
        os.chmod(self.secrets, 0o700)
