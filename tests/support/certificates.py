"""Certificates for the tests, made by the `openssl` of this machine."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificates:
    """An authority, and a server's certificate that it signed for the name `localhost`."""

    authority: Path
    certificate: Path
    key: Path


def make_certificates(folder: Path) -> Certificates:
    """PEM files in a folder that exists."""
    # What the strict reading of RFC 5280 wants, which Python 3.13 has by default.
    (folder / "names").write_text(
        "subjectAltName=DNS:localhost\nauthorityKeyIdentifier=keyid\n"
        "keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n"
    )
    fresh = "-newkey rsa:2048 -nodes"
    for command in (
        f"req -x509 {fresh} -keyout ca.key -out ca.pem -days 2 -subj /CN=authority"
        " -addext keyUsage=critical,keyCertSign,cRLSign",
        f"req {fresh} -keyout server.key -out server.csr -subj /CN=localhost",
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 2"
        " -extfile names",
    ):
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)
    return Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key")
