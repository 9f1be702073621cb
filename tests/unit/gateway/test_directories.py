"""The directories and the contract over HTTP: for anybody, once for each version of the rules."""

import json
import re
from base64 import b64encode
from hashlib import sha256

import pytest

from config.loading.configuration import load_configuration
from gateway.directories import directories
from pintu.contract import contract_files
from schemas.directories import DIRECTORIES
from tests.support.regions import SMALL_REGION
from tests.unit.gateway.door import TOWN, MemoryDoor, memory_door


@pytest.mark.parametrize("name", DIRECTORIES)
async def test_a_directory_is_the_one_of_the_export(door: MemoryDoor, name: str) -> None:
    answer = await door.client.get(f"/v1/{name}")
    rules, _ = load_configuration(TOWN)
    assert answer.json() == directories(rules)[name].model_dump(mode="json")
    assert DIRECTORIES[name].model_validate(answer.json())


async def test_whoever_has_it_is_not_sent_it_again_until_the_rules_change(
    door: MemoryDoor,
) -> None:
    first = await door.client.get("/v1/agencies")
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await door.client.get("/v1/agencies", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    rules, clocks = load_configuration(SMALL_REGION)
    door.world.config.rules, door.world.config.clocks = rules, clocks
    changed = await door.client.get("/v1/agencies", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag
    assert changed.json()["rules"] == rules.version


async def test_docs_are_the_exported_contract_from_files_of_their_own() -> None:
    rules, _ = load_configuration(TOWN)
    files = contract_files(rules, "1.2.3")
    async with memory_door(contract=lambda rules: contract_files(rules, "1.2.3")) as door:
        moved = await door.client.get("/docs")
        assert (moved.status_code, moved.headers["location"]) == (308, "/docs/")
        for name in ("index.html", "asyncapi.json", "openapi.json", "README.md"):
            answer = await door.client.get(f"/docs/{name}")
            assert answer.text == files[name]
        page = await door.client.get("/docs/")
        assert page.text == files["index.html"]
        assert (await door.client.get("/openapi.json")).json() == json.loads(files["openapi.json"])
        for wrong in ("nothing.html", "..%2f..%2fetc%2fpasswd", "%00"):
            assert (await door.client.get(f"/docs/{wrong}")).status_code == 404
        style = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)[0]
        digest = b64encode(sha256(style.encode()).digest()).decode()
        policy = page.headers["content-security-policy"]
        assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'; ")
        assert "unsafe" not in policy
        assert page.headers["x-content-type-options"] == "nosniff"


async def test_the_page_names_every_route_of_the_document() -> None:
    rules, _ = load_configuration(TOWN)
    files = contract_files(rules, "1.2.3")
    document = json.loads(files["openapi.json"])
    for path, operations in document["paths"].items():
        for method in operations:
            assert f"<code>{method.upper()} {path}</code>" in files["index.html"]
