"""What anybody may read of a running gateway: the directories, and the contract."""

import json
import re

from tests.acceptance.gateway.http import Door


def test_a_running_gateway_shows_its_contract_and_its_directories(door: Door) -> None:
    page = door.call("GET", "/docs/")
    assert page.status == 200
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha")
    links = set(re.findall(r'href="([a-z-]+\.json)"', page.body.decode()))
    assert {"asyncapi.json", "openapi.json"} <= links
    for name in links:
        assert door.call("GET", f"/docs/{name}").json
    document = door.call("GET", "/openapi.json")
    assert json.loads(door.call("GET", "/docs/openapi.json").body) == document.json
    for name in ("agencies", "topics", "regions", "channels"):
        assert f"/v1/{name}" in document.json["paths"]
        listed = door.call("GET", f"/v1/{name}")
        assert listed.json[name]
        tag = {"If-None-Match": listed.headers["etag"]}
        assert door.call("GET", f"/v1/{name}", headers=tag).status == 304
