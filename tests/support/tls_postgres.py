"""A real PostgreSQL that speaks TLS, and shows one certificate after another."""

import os
import shutil
from pathlib import Path

import psycopg

from tests.support.certificates import Certificates
from tests.support.postgres import OwnPostgres

_WITH_TLS = """
hostssl  all  by_certificate  127.0.0.1/32  cert
hostssl  all  by_certificate  ::1/128       cert
host     all  by_certificate  all           reject
host     all  by_password     all           scram-sha-256
host     all  all             all           trust
"""


class TlsPostgres(OwnPostgres):
    """`by_certificate` is let in by a certificate of the authority with that name,
    `by_password` by the password `right`, everybody else as they come."""

    def __init__(self, shown: Certificates) -> None:
        super().__init__()
        with self._asking() as connection:
            connection.execute("CREATE ROLE by_certificate LOGIN SUPERUSER")
            connection.execute("CREATE ROLE by_password LOGIN PASSWORD 'right'")
        (self._folder / "data" / "pg_hba.conf").write_text(_WITH_TLS)
        self.show(shown)

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1].split("/")[0])

    def at(
        self,
        host: str = "localhost",
        *,
        user: str = "pintu",
        name: str = "postgres",
        **given: object,
    ) -> str:
        """The URL of a database, with parameters."""
        query = "&".join(f"{key}={value}" for key, value in given.items())
        return f"postgresql://{user}@{host}:{self.port}/{name}?{query}"

    def show(self, shown: Certificates | None) -> None:
        """This certificate from the next connection on; None: no TLS any more."""
        data = self._folder / "data"
        if shown is None:
            self._set(ssl="off")
            return
        for source, name in ((shown.certificate, "tls.pem"), (shown.key, "tls.key")):
            self._own(source, data / name)
        self._own(shown.authority, data / "ca.pem")
        self._set(ssl="on", ssl_cert_file="tls.pem", ssl_key_file="tls.key", ssl_ca_file="ca.pem")

    def _set(self, **settings: str) -> None:
        with self._asking() as connection:
            for name, value in settings.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
            connection.execute("SELECT pg_reload_conf()")

    def _asking(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(f"{self.url}?sslmode=disable", autocommit=True)

    def _own(self, source: Path, file: Path) -> None:
        shutil.copy(source, file)
        file.chmod(0o600)
        if self._user:
            os.chown(file, self._user.pw_uid, self._user.pw_gid)
