"""Requests that go past FastAPI get the answers that FastAPI would give."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.api.direct import Direct
from tests.unit.gateway.door import MemoryDoor

FILED = {"text": "sampah menumpuk"}
KEY = "0f3e"
REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/v1/complaints", {"json": FILED, "headers": {"Idempotency-Key": KEY}}),
    ("POST", "/v1/complaints", {"json": {"text": " "}}),
    ("POST", "/v1/complaints", {"content": b"{"}),
    ("POST", "/v1/complaints?pin=1", {"json": FILED, "headers": {"Idempotency-Key": KEY}}),
    ("POST", "/v1/complaints/", {"json": FILED}),
    ("PUT", "/v1/complaints", {}),
    ("HEAD", "/v1/complaints/0000-0000-0000", {}),
    ("GET", "/v1/complaints", {}),
    ("GET", "/v1/complaints/0000-0000-0000", {}),
    ("GET", "/v1/complaints/0000-0000-0000?pin=1", {}),
    ("GET", "/v1/complaints/0000-0000-0000?pin=", {}),
    ("GET", "/v1/complaints/0000-0000-0000?pin=1&pin=2", {}),
    ("GET", "/v1/complaints/0000-0000-0000?other=1", {}),
    ("GET", f"/v1/complaints/0000-0000-0000?pin={'1' * 21}", {}),
    ("GET", "/v1/complaints/0000-0000-0000?pin=%ff", {}),
    ("GET", f"/v1/complaints/{'0' * 41}", {}),
    ("GET", "/v1/complaints/%20", {}),
    ("GET", "/v1/complaints/a/b", {}),
    ("GET", "/v1/complaints/%2F", {}),
    ("GET", "/v1/complaints/../agencies", {}),
]


async def test_a_request_that_goes_past_fastapi_is_answered_as_it_would_be(
    door: MemoryDoor,
) -> None:
    direct = door.app._app
    assert isinstance(direct, Direct)
    for key in ("web", "reads", "agency", None):
        for method, path, more in REQUESTS:
            headers = {"X-Request-Id": "one", **more.get("headers", {})}
            if key is not None:
                headers["Authorization"] = f"Bearer {door.keys[key]}"
            answers = []
            for app in (direct, direct._app):  # and FastAPI alone
                door.app._app = app
                answer = await door.client.request(method, path, **{**more, "headers": headers})
                answers.append((answer.status_code, dict(answer.headers), answer.content))
            assert answers[0] == answers[1], (method, path, key)


@pytest.mark.parametrize("path", ["/v1/complaints", "/open311/v2/requests.json", "/lapor"])
async def test_a_caller_who_hangs_up_amid_a_body_is_no_failure(door: MemoryDoor, path: str) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"authorization", f"Bearer {door.keys['web']}".encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8080),
        "scheme": "http",
        "http_version": "1.1",
    }
    with capture_logs() as lines:
        await door.app(scope, receive, send)
    assert [line["event"] for line in lines if line["log_level"] == "error"] == []
    assert door.world.metrics.in_hand == 0
