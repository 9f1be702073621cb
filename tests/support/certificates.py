"""Certificates for the tests, made by the `openssl` of this machine."""

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_SETTINGS = """
[ca]
default_ca = own
[own]
database = index
serial = serial
crlnumber = crlnumber
new_certs_dir = .
default_md = sha256
default_crl_days = 2
policy = any
unique_subject = no
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = ${ENV::NAMES}
authorityKeyIdentifier = keyid
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth,clientAuth
[req]
distinguished_name = nothing
[nothing]
"""
"""What the strict reading of RFC 5280 wants, which Python 3.13 has by default."""


@dataclass(frozen=True)
class Certificates:
    """An authority, and a certificate that it signed."""

    authority: Path
    certificate: Path
    key: Path


class Authority:
    """One that signs certificates, and may say of some that they hold no longer."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        """`folder` exists and is empty."""
        self._folder = folder
        self.certificate = folder / "ca.pem"
        (folder / "openssl.cnf").write_text(_SETTINGS)
        (folder / "index").touch()
        for counter in ("serial", "crlnumber"):
            (folder / counter).write_text("1000\n")
        self._openssl(
            f"req -x509 {_FRESH} -keyout ca.key -out ca.pem -days 2 -subj /CN={name}"
            " -config openssl.cnf -addext basicConstraints=critical,CA:TRUE"
            " -addext subjectKeyIdentifier=hash -addext keyUsage=critical,keyCertSign,cRLSign"
        )

    def issue(
        self,
        name: str,
        names: str = "DNS:localhost",
        *,
        since: timedelta = timedelta(days=-1),
        until: timedelta = timedelta(days=2),
    ) -> Certificates:
        """A certificate for the user or host `name`; it may be used for the other `names` too.

        `since` and `until` count from now.
        """
        self._openssl(
            f"req {_FRESH} -keyout {name}.key -out {name}.csr -subj /CN={name} -config openssl.cnf"
        )
        now = datetime.now(UTC)
        first, last = (f"{now + span:%Y%m%d%H%M%SZ}" for span in (since, until))
        self._openssl(
            f"ca -batch -notext -config openssl.cnf -cert ca.pem -keyfile ca.key -in {name}.csr"
            f" -out {name}.pem -startdate {first} -enddate {last}",
            names,
        )
        return Certificates(
            self.certificate, self._folder / f"{name}.pem", self._folder / f"{name}.key"
        )

    def revoked(self, *revoked: Certificates) -> Path:
        """The list of the certificates that hold no longer: these, and those named before."""
        common = "ca -config openssl.cnf -cert ca.pem -keyfile ca.key"
        for one in revoked:
            self._openssl(f"{common} -revoke {one.certificate.name}")
        self._openssl(f"{common} -gencrl -out crl.pem")
        return self._folder / "crl.pem"

    def _openssl(self, command: str, names: str = "DNS:localhost") -> None:
        subprocess.run(
            ["openssl", *command.split()],
            cwd=self._folder,
            env={"PATH": "/usr/bin:/bin:/usr/local/bin", "NAMES": names},
            check=True,
            capture_output=True,
        )


_FRESH = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"


def make_certificates(folder: Path) -> Certificates:
    """An authority, and a server's certificate for `localhost`: PEM files in an empty folder."""
    return Authority(folder).issue("server")
