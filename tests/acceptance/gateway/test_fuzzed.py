"""Every route of a running gateway with what its OpenAPI document lets in, and what it does not.

The pages and Open311 with forms of any kind as well. No failure, no trace, and every answer is one
that was promised.

`GATEWAY_FUZZ`: examples of each route and fuzzer; thousands on demand.
"""

import http.client
import json
import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote_from_bytes, urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gateway.api.application import openapi_document
from tests.acceptance.gateway.http import Door

EXAMPLES: Final = int(os.environ.get("GATEWAY_FUZZ", "6"))
TRACE: Final = re.compile(r"Traceback|File \"|\.py\b|Error\(|site-packages")
PLANTED: Final = "<b onclick=x>tanam</b>"
SCHEMA: Final = schemathesis.openapi.from_dict(openapi_document("0"))
CHECKS: Final = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
FEW: Final = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES < 100,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# Examples take as long as there are.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300 + EXAMPLES * 60)]


@pytest.fixture(scope="module")
def filed(door: Door) -> Any:
    """A case that the agency has, so that routes get past their first look."""
    made = door.files(f"sampah menumpuk {PLANTED}")
    door.until(made, "routed")
    return made


def test_the_document_is_the_one_that_is_served(door: Door) -> None:
    served, here = door.call("GET", "/openapi.json").json, json.loads(json.dumps(SCHEMA.raw_schema))
    assert {**served, "info": None} == {**here, "info": None}


@SCHEMA.parametrize()
@FEW
def test_every_answer_is_one_that_the_document_promises(
    case: schemathesis.Case[Any], door: Door, filed: Any
) -> None:
    of = "agency:dlh" if case.path.startswith("/v1/agencies/") else "web"
    case.headers["Authorization"] = f"Bearer {door.key(of)}"
    for name, known in (
        ("agency", "dlh"),
        ("code", filed["tracking"]),
        ("service_request_id", filed["tracking"]),
    ):
        # Now and then the right one.
        if name in case.path_parameters and len(str(case.path_parameters[name])) % 2:
            case.path_parameters[name] = known
    answer = case.call(base_url=door.address)
    assert not TRACE.search(answer.text), answer.text
    case.validate_response(answer, checks=list(CHECKS))


WORDS: Final = st.one_of(
    st.text(max_size=40),
    st.binary(max_size=20),
    st.sampled_from(
        [
            PLANTED,
            "",
            "0",
            "-1",
            "1e400",
            "NaN",
            "a" * 5000,
            "\x00",
            "{0.__class__}",
            "%s%n",
            "../..",
        ]
    ),
)
FIELDS: Final = (
    *("id", "bahasa", "switch", "text", "village", "address", "latitude", "longitude", "kind"),
    *("category", "anonymous", "confidential", "name", "phone", "email", "code", "pin", "note"),
    *("rating", "service_code", "lat", "long", "description", "media_url", "attribute[title]"),
    *("service_request_id", "update_id", "status", "start_date", "page", "page_size", "api_key"),
)
FORMS: Final = st.dictionaries(st.one_of(st.sampled_from(FIELDS), st.text(max_size=9)), WORDS)
PATHS: Final = st.sampled_from(
    [
        *("/", "/lapor", "/lapor/", "/lacak", "/lacak/replied", "/lacak/accepted"),
        *("/lacak/withdrawn", "/lacak/berbisik", "/berkas/pintu.css", "/berkas/../x", "/tidak"),
        *("/open311/v2/requests.xml", "/open311/v2/requests.json", "/open311/v2/requests"),
        *("/open311/v2/servicerequestupdates.xml", "/open311/v2/servicerequestupdates.json"),
        *("/open311/v2/services/waste.xml", "/open311/v2/requests/{code}.xml", "/docs/"),
        *("/open311/v2/tokens/{code}.json", "/open311/discovery.xml", "/v1/complaints/{code}"),
    ]
)
KINDS: Final = st.sampled_from(
    [
        *("application/x-www-form-urlencoded", "multipart/form-data; boundary=tanda"),
        *("multipart/form-data; boundary=", "text/plain", "application/json", ""),
    ]
)
HEADERS: Final = st.dictionaries(
    st.sampled_from(
        ["Accept", "Accept-Language", "X-Request-Id", "Idempotency-Key", "If-None-Match", "Cookie"]
    ),
    st.one_of(
        st.sampled_from(["text/html", "en;q=x, id;q=9e999", "*/*;q=0", "text/xml"]),
        st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f")),
    ),
)


@given(
    method=st.sampled_from(["GET", "POST", "POST", "POST", "HEAD", "PUT"]),
    path=PATHS,
    form=FORMS,
    known=st.booleans(),
    kind=KINDS,
    headers=HEADERS,
    caller=st.integers(1, 250),
)
@settings(FEW, max_examples=EXAMPLES * 40)
def test_forms_of_any_kind_are_answered(
    door: Door,
    filed: Any,
    method: str,
    path: str,
    form: dict[str, str | bytes],
    known: bool,
    kind: str,
    headers: dict[str, str],
    caller: int,
) -> None:
    if known:
        form |= {"code": filed["tracking"], "pin": filed["pin"], "text": PLANTED, "lat": "1"}
        form |= {"service_request_id": filed["tracking"], "service_code": "waste", "long": "1"}
    path = path.replace("{code}", filed["tracking"])
    body, query = _body(form, kind), ""
    if path.startswith("/open311/"):
        query = f"?api_key={door.key('web')}"
        if method == "GET":
            query += "&" + _body(form, "").decode()
    # Of many addresses: too many wrong pins from one, and nothing more is tried.
    sent = {**headers, "Content-Type": kind, "X-Forwarded-For": f"203.0.113.{caller}"}
    answer = _call(door, method, path + query[:20_000], body, sent)
    _whole(method, path, *answer)


NAMES: Final = st.one_of(
    st.sampled_from(["text", "note", "location", "latitude", "reporter", "attachments", "url"]),
    st.sampled_from(["rating", "anonymous", "extra", "category", "follows", "reason", "until"]),
    st.text(st.characters(), max_size=6),
)
VALUES: Final = st.recursive(
    st.one_of(
        *(st.none(), st.booleans(), st.floats(), st.integers(), st.just(10**400)),
        st.text(st.characters(), max_size=12),  # half pairs as well
        st.just(PLANTED),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=8,
)
SPOKEN: Final = st.sampled_from(
    [
        *("/v1/complaints", "/v1/complaints/{code}/replied", "/v1/complaints/{code}/accepted"),
        *("/v1/agencies/dlh/cases/{code}/responded", "/v1/agencies/dlh/cases/{code}/held"),
        *("/v1/agencies/dlh/cases/{code}/returned", "/v1/agencies/dlh/cases/{code}/berbisik"),
    ]
)


@given(path=SPOKEN, data=st.dictionaries(NAMES, VALUES), id=st.text(max_size=8))
@settings(FEW, max_examples=EXAMPLES * 20)
def test_json_of_any_kind_is_answered(
    door: Door, filed: Any, path: str, data: dict[str, Any], id: str
) -> None:
    key = door.key("agency:dlh" if path.startswith("/v1/agencies/") else "web")
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    if id.isprintable() and id.isascii():
        headers["Idempotency-Key"] = id
    path = path.replace("{code}", filed["tracking"])
    _whole("POST", path, *_call(door, "POST", path, json.dumps(data).encode(), headers))


def _body(form: Mapping[str, str | bytes], kind: str) -> bytes:
    pairs = [(name.encode("utf-8", "replace"), _bytes(value)) for name, value in form.items()]
    if kind.startswith("multipart/"):
        head = b'--tanda\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        return b"".join(head % pair for pair in pairs) + b"--tanda--\r\n"
    return "&".join("=".join(map(quote_from_bytes, pair)) for pair in pairs).encode()


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "replace")


def _call(
    door: Door, method: str, path: str, body: bytes, headers: Mapping[str, str]
) -> tuple[int, Mapping[str, str], str]:
    place = urlsplit(door.address)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    try:
        encoded = {name: value.encode("latin-1") for name, value in headers.items()}
        connection.request(method, path, body, encoded)
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, found, answer.read().decode("utf-8")
    finally:
        connection.close()


def _whole(method: str, path: str, status: int, headers: Mapping[str, str], text: str) -> None:
    assert status < 500, (status, text)
    assert not TRACE.search(text) or path == "/docs/", text
    assert PLANTED not in text or "json" in headers.get("content-type", ""), "markup of a stranger"
    assert headers["x-content-type-options"] == "nosniff"
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", headers["x-request-id"])
    if method == "HEAD" or status in (304, 308):
        assert text == ""
        return
    kind = headers["content-type"].partition(";")[0]
    if kind == "text/xml":
        root = ET.fromstring(text)
        assert status < 400 or root.findtext("error/code") == str(status)
    elif kind in ("application/json", "application/problem+json"):
        json.loads(text)
    elif kind == "text/html":
        assert text.startswith("<!doctype html>")
        assert "default-src 'none'" in headers["content-security-policy"]
    else:
        assert kind in ("text/css", "text/javascript")
