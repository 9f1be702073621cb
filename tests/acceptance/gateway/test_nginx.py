"""nginx as the page about proxies has it: TLS outside, the gateway behind, each caller counted."""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest

from gateway.api.rates import WRONG_OF_ADDRESS
from tests.acceptance.gateway.http import Answer, Door
from tests.support.certificates import make_certificates
from tests.support.eventually import PATIENCE, eventually

PAGE: Final = Path(__file__).parents[3] / "docs" / "how-to" / "open-doors-over-http.md"
NAME: Final = "lapor.example.go.id"
AROUND: Final = """
daemon off;
master_process off;
pid {folder}/pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxied;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{block}
}}
"""


@dataclass(frozen=True)
class Proxy:
    """nginx on a port of its own."""

    port: int

    def call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        by: str = "127.0.0.1",
    ) -> Answer:
        """One request over TLS, from a client of that address."""
        unchecked = ssl._create_unverified_context()  # noqa: S323 -- a certificate of this test
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=PATIENCE, context=unchecked, source_address=(by, 0)
        )
        try:
            connection.request(method, path, body, {"Host": NAME, **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def answers(self) -> bool:
        try:
            return self.call("GET", "/v1/topics").status == 200
        except OSError:
            return False


@pytest.fixture(scope="module")
def proxy(door: Door, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        missing = "nginx is not installed: make setup-test"
        if os.environ.get("CI", "").lower() in ("", "0", "false"):
            pytest.skip(missing)
        pytest.fail(missing)
    folder = tmp_path_factory.mktemp("nginx")
    made = make_certificates(folder)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = int(listening.getsockname()[1])
    (block,) = re.findall(r"```nginx\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    for said, here in {
        "127.0.0.1:8080": urlsplit(door.address).netloc,
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "/etc/ssl/lapor.pem": str(made.certificate),
        "/etc/ssl/private/lapor.key": str(made.key),
    }.items():
        assert said in block
        block = block.replace(said, here)
    settings = folder / "nginx.conf"
    settings.write_text(AROUND.format(folder=folder, block=block))
    running = subprocess.Popen([nginx, "-p", str(folder), "-c", str(settings)])
    try:
        made_it = Proxy(port)
        eventually(made_it.answers, saying="nginx passes on")
        yield made_it
    finally:
        running.terminate()
        running.wait(PATIENCE)


def test_a_complaint_is_filed_through_it(door: Door, proxy: Proxy) -> None:
    headers = {"Authorization": f"Bearer {door.key('web')}", "Content-Type": "application/json"}
    filed = proxy.call("POST", "/v1/complaints", b'{"text": "jalan rusak"}', headers)
    assert filed.status == 202
    door.until(filed.json, "routed")
    shown = proxy.call("GET", f"/v1/complaints/{filed.json['tracking']}?pin={filed.json['pin']}")
    assert shown.json["tracking"] == filed.json["tracking"]


def test_addresses_that_are_named_are_those_outside(proxy: Proxy) -> None:
    found = proxy.call("GET", "/open311/discovery.json").json
    assert [one["url"] for one in found["endpoints"]] == [f"https://{NAME}/open311/v2"]


def test_what_is_too_large_without_files_is_refused_by_the_gateway(
    door: Door, proxy: Proxy
) -> None:
    headers = {"Authorization": f"Bearer {door.key('web')}", "Content-Type": "application/json"}
    refused = proxy.call("POST", "/v1/complaints", b" " * (3 << 20), headers)
    assert refused.status == 413
    assert refused.json["title"] == "too-large"


def test_each_client_is_counted_by_its_own_address(proxy: Proxy) -> None:
    """Whatever it says that it is."""
    tried = [
        proxy.call(
            "GET",
            f"/v1/complaints/none-{n}?pin=1",
            headers={"X-Forwarded-For": f"203.0.113.{n % 200}"},
            by="127.0.0.9",
        ).status
        for n in range(WRONG_OF_ADDRESS.most + 1)
    ]
    assert tried == [404] * WRONG_OF_ADDRESS.most + [429]
    assert proxy.call("GET", "/v1/complaints/none?pin=1", by="127.0.0.10").status == 404
