"""Where it is served: at the address of the setting, whatever a request says."""

import pytest

from tests.unit.gateway.door import MemoryDoor

ADDRESS = "https://lapor.example.go.id/open311/v2"


@pytest.mark.parametrize("path", ["/open311/discovery.json", "/open311/v2/discovery.xml"])
async def test_the_address_is_that_of_the_setting(door: MemoryDoor, path: str) -> None:
    told = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "host=evil.example",
        "X-Forwarded-Proto": "http",
    }
    answer = await door.client.get(path, headers=told)
    assert ADDRESS in answer.text
    assert "evil.example" not in answer.text
