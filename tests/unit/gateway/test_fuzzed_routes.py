"""Every route with whatever the OpenAPI document lets in, and with what it does not: no failure of
this program, no trace of it in an answer, and refusals in the shape that was promised."""

import asyncio
import json
import re
import xml.etree.ElementTree as ET
from typing import Any, Final
from urllib.parse import quote_from_bytes

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gateway.api.application import openapi_document
from tests.contract.keeping import a_case
from tests.unit.gateway.door import MemoryDoor, memory_door

EXAMPLES: Final = 12
TRACE: Final = re.compile(r"Traceback|File \"|\.py\b|Error\(")
FEW: Final = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


async def _door() -> MemoryDoor:
    context = memory_door()
    made = await context.__aenter__()
    await made.keep(a_case(agency="dlh"))
    return made


DOOR: Final = asyncio.run(_door())
SCHEMA: Final = schemathesis.openapi.from_dict(openapi_document("0"))
SCHEMA.app = DOOR.app
HEALTHY: Final = {200, 202, 304, 308, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429}


@SCHEMA.parametrize()
@FEW
def test_no_route_fails_whatever_is_sent(case: schemathesis.Case[Any]) -> None:
    key = DOOR.keys["agency" if case.path.startswith("/v1/agencies/") else "web"]
    case.headers["Authorization"] = f"Bearer {key}"
    for name in ("agency", "code", "service_request_id"):
        # Now and then the right one, so that it gets past the first check.
        if name in case.path_parameters and len(str(case.path_parameters[name])) % 2:
            case.path_parameters[name] = "dlh" if name == "agency" else _code()
    answer = case.call()
    whole(answer.status_code, answer.headers["content-type"][0], answer.text)


def _code() -> str:
    return next(iter(DOOR.cases._kept.cases.values())).tracking


def whole(status: int, content_type: str, text: str) -> None:
    """The answer is one that was promised."""
    assert status in HEALTHY, (status, text)
    assert not TRACE.search(text), text
    kind = content_type.partition(";")[0]
    if kind in ("application/json", "application/problem+json"):
        told = json.loads(text)
        if status >= 400:
            assert (told[0]["code"] if isinstance(told, list) else told["status"]) == status
    elif kind == "text/xml":
        root = ET.fromstring(text)
        assert status < 400 or root.findtext("error/code") == str(status)
    else:
        assert status == 304, kind


METHODS: Final = st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
PATHS: Final = st.sampled_from(
    [
        "/open311/v2/requests.xml",
        "/open311/v2/requests.json",
        "/open311/v2/requests",
        "/open311/v2/requests/",
        "/open311/v2/requests/%00.json",
        "/open311/v2/requests/%ff.xml",
        "/open311/v2/services/..%2f..%2fetc.json",
        "/open311/v2/services/<script>.xml",
        "/open311/v2/servicerequestupdates.xml",
        "/open311/v2/tokens/{}.json",
        "/open311/",
        "/v1/complaints",
        "/v1/complaints/%c3%28",
        "/v1/agencies/dlh/cases?after=%00_",
        "/v1/agencies/../topics",
    ]
)
KINDS: Final = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=latin-1",
        "multipart/form-data; boundary=x",
        'multipart/form-data; boundary="',
        "multipart/mixed; boundary=x",
        "application/json",
        "text/xml",
        "",
    ]
)
PART: Final = b'--x\r\nContent-Disposition: form-data; name="description"\r\n\r\n'
BODIES: Final = st.one_of(
    st.binary(max_size=80),
    st.binary(max_size=40).map(lambda raw: b"service_code=waste&lat=1&long=1&description=" + raw),
    st.binary(max_size=40).map(lambda raw: PART + raw + b"\r\n--x--"),
    st.binary(max_size=40).map(lambda raw: b'{"text": "' + raw + b'"}'),
)


@given(METHODS, PATHS, KINDS, BODIES, st.binary(max_size=20))
@settings(FEW, max_examples=300)
def test_bytes_of_any_kind_are_answered(
    method: str, path: str, kind: str, body: bytes, query: bytes
) -> None:
    async def call() -> httpx.Response:
        headers = {"Content-Type": kind, "Authorization": f"Bearer {DOOR.keys['web']}"}
        mark = "&" if "?" in path else "?"
        address = f"http://gateway.test{path}{mark}page={quote_from_bytes(query)}"
        transport = httpx.ASGITransport(app=DOOR.app)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.request(method, address, content=body, headers=headers)

    answer = asyncio.run(call())
    if method == "HEAD" or answer.status_code == 307:
        assert answer.status_code in HEALTHY | {307}
        return
    whole(answer.status_code, answer.headers["content-type"], answer.text)
