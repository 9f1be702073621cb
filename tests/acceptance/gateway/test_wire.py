"""Requests as no library sends them: each is answered or refused, none fails, and none is read
otherwise than a proxy before the gateway might read it."""

import json
from typing import Final

import psutil
import pytest

from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.wire import connected, heard, request, say

FORM: Final = b"POST /lapor HTTP/1.1\r\nHost: a\r\n"
CHUNKED: Final = FORM + b"Transfer-Encoding: chunked\r\n\r\n"
TOPICS: Final = b"GET /v1/topics HTTP/1.1\r\n"
SMUGGLED: Final = b"GET /v1/channels HTTP/1.1\r\nHost: a\r\n\r\n"
MISREAD: Final = {
    "both lengths": FORM + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
    "two lengths": FORM + b"Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello",
    "one length twice": FORM + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    "a list of lengths": FORM + b"Content-Length: 5, 5\r\n\r\nhello",
    "a signed length": FORM + b"Content-Length: +5\r\n\r\nhello",
    "a hexadecimal length": FORM + b"Content-Length: 0x5\r\n\r\nhello",
    "a length with a space": FORM + b"Content-Length: 1 1\r\n\r\nhello hello",
    "a length beyond numbers": FORM + b"Content-Length: 99999999999999999999\r\n\r\nhello",
    "an unknown coding": FORM + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a coding before": FORM + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "a coding behind": FORM + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "no coding": FORM + b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "a coding twice": CHUNKED[:-2] + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a coding after a tab": FORM + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "a coding of 1.0": CHUNKED.replace(b"1.1", b"1.0") + b"0\r\n\r\n",
    "a bare line feed in a chunk": CHUNKED + b"5;\nhello\r\n0\r\n\r\n",
    "a chunk without its end": CHUNKED + b"5\r\nhelloX0\r\n\r\n",
    "a chunk beyond numbers": CHUNKED + b"fffffffffffffffff\r\nhello\r\n0\r\n\r\n",
    "a negative chunk": CHUNKED + b"-1\r\nhello\r\n0\r\n\r\n",
    "a length in a trailer": CHUNKED + b"0\r\nContent-Length: 5\r\n\r\n",
    "bare line feeds": b"GET /v1/topics HTTP/1.1\nHost: a\n\n",
    "a bare line feed": TOPICS + b"Host: a\nX: y\r\n\r\n",
    "a bare carriage return": TOPICS + b"Host: a\rX: y\r\n\r\n",
    "a space before a colon": TOPICS + b"Host : a\r\n\r\n",
    "a folded line": TOPICS + b"Host: a\r\nX: y\r\n z\r\n\r\n",
    "a space before a name": TOPICS + b" Host: a\r\n\r\n",
    "a zero byte": TOPICS + b"Host: a\r\nX: y\x00z\r\n\r\n",
    "a name that is none": TOPICS + b"Host: a\r\n\xff: y\r\n\r\n",
    "no host": TOPICS + b"\r\n",
    "two hosts": TOPICS + b"Host: a\r\nHost: b\r\n\r\n",
    "a host without a path": b"GET http://evil.example HTTP/1.1\r\nHost: a\r\n\r\n",
    "a port beyond numbers": b"GET http://evil.example:99999999/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "a tunnel": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: a\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "another version": b"GET / HTTP/3.9\r\nHost: a\r\n\r\n",
    "an unknown method": b"STEAL / HTTP/1.1\r\nHost: a\r\n\r\n",
    "bytes in a path": b"GET /v1/complaints/\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
    "a path with a space": b"GET /lapor x HTTP/1.1\r\nHost: a\r\n\r\n",
    "a path without a slash": b"GET lapor HTTP/1.1\r\nHost: a\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


@pytest.mark.parametrize("sent", MISREAD.values(), ids=MISREAD)
def test_what_others_may_read_otherwise_is_refused_and_ends_the_connection(
    door: Door, sent: bytes
) -> None:
    heard = say(door, sent + SMUGGLED, answers=2)
    assert heard.statuses == [400]
    assert heard.ended
    assert heard.headers["content-type"] == "application/problem+json"
    assert heard.headers["connection"] == "close"
    assert json.loads(heard.all.partition(b"\r\n\r\n")[2])["title"] == "bad-request"


TAKEN: Final = {
    "a coding after a tab": (CHUNKED.replace(b": chunked", b":\tchunked") + b"0\r\n\r\n", 422),
    "a coding in capitals": (CHUNKED.replace(b"chunked", b"CHUNKED") + b"0\r\n\r\n", 422),
    "an extension of a chunk": (CHUNKED + b"5;a=b\r\nhello\r\n0\r\n\r\n", 422),
    "an absolute address": (
        b"GET http://evil.example/v1/channels HTTP/1.1\r\nHost: a\r\n\r\n",
        200,
    ),
    "HTTP/1.0": (b"GET /v1/channels HTTP/1.0\r\n\r\n", 200),
    "no bytes of UTF-8 in headers": (request("GET /v1/channels", headers=["X: \xff\xfe"]), 200),
    "an id and a tag of bytes": (
        request("GET /v1/channels", headers=["X-Request-Id: \xff", "If-None-Match: \xff"]),
        200,
    ),
    "a key of bytes": (request("POST /v1/complaints", headers=["Authorization: Bearer \xff"]), 401),
    "a zero byte in a path": (request("GET /berkas/%00"), 404),
    "a path upwards": (request("GET /berkas/..%2f..%2f__init__.py"), 404),
    "a path upwards in the documents": (request("GET /docs/../../../../etc/passwd"), 404),
    "two slashes": (request("GET //lapor"), 404),
    "another host as a path": (request("GET //evil.example/"), 404),
    "a parameter of a path": (request("GET /lapor;x=y"), 404),
    "half an escape": (request("GET /lapor%"), 404),
    "a line feed in a path": (request("GET /docs%0d%0aX:%20y"), 404),
    "no UTF-8 in a path": (request("GET /v1/complaints/%ff?pin=%ff"), 404),
    "no UTF-8 in a form": (request("POST /lapor", b"text=\xff\xfe"), 400),
    "a form of something else": (request("POST /lapor", b'{"text": 1}'), 422),
    "another method in a header": (
        request("POST /v1/topics", headers=["X-HTTP-Method-Override: DELETE"]),
        405,
    ),
    "OPTIONS of everything": (b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 404),
    "OPTIONS": (request("OPTIONS /v1/complaints"), 405),
    "TRACE": (request("TRACE /v1/topics", headers=["Cookie: secret"]), 405),
    "PROPFIND": (request("PROPFIND /"), 405),
    "an expectation": (request("POST /lapor", b"text=", headers=["Expect: 100-continue"]), 422),
    "another expectation": (request("POST /lapor", b"text=", headers=["Expect: wonders"]), 422),
    "a websocket": (
        request("GET /v1/channels", headers=["Connection: Upgrade", "Upgrade: websocket"]),
        200,
    ),
    "a body that is too large to expect": (
        FORM + b"Expect: 100-continue\r\nContent-Length: 9999999\r\n\r\n",
        413,
    ),
    "a large head": (request("GET /v1/channels", headers=["X: " + "a" * 60_000]), 200),
    "a larger head": (request("GET /v1/channels", headers=["X: " + "a" * 70_000]), 431),
    "a head of a megabyte": (request("GET /v1/channels", headers=["X: " + "a" * 1_000_000]), 431),
    "twenty thousand headers": (request("GET /v1/channels", headers=["X: a"] * 20_000), 431),
    "an address of a megabyte": (request("GET /" + "a" * 1_000_000), 431),
}


@pytest.mark.parametrize(("sent", "status"), TAKEN.values(), ids=TAKEN)
def test_what_is_odd_is_answered_for_what_it_is(door: Door, sent: bytes, status: int) -> None:
    heard = say(door, sent)
    assert heard.statuses == [status]
    assert b"secret" not in heard.all


def test_a_body_that_offers_another_protocol_is_read_in_this_one(door: Door) -> None:
    """As Java's own client sends everything over plain HTTP."""
    offers = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAA"]
    sent = request("POST /lapor", b"text=sampah", headers=offers)
    heard = say(door, sent + sent + request("GET /v1/channels", headers=offers), answers=3)
    assert heard.statuses == [200, 200, 200]


def test_of_several_requests_at_once_each_is_answered_and_what_is_none_ends_it(door: Door) -> None:
    several = request("GET /v1/channels") + request("GET /v1/nothing")
    heard = say(door, several * 50 + b"GARBAGE\r\n\r\n", answers=101)
    assert heard.statuses == [200, 404] * 50
    assert heard.ended


def test_what_host_says_is_in_no_address(door: Door) -> None:
    slashed = say(door, request("GET /lapor/", host="evil.example"))
    assert (slashed.statuses, slashed.headers["location"]) == ([308], "/lapor")
    for path in (
        "/docs",
        "/v1/topics/",
        "/lacak/",
        "/open311/v2/requests/",
        "//evil.example/lapor/",
    ):
        heard = say(door, request(f"GET {path}", host="evil.example"))
        assert b"evil.example" not in heard.all, path


def test_head_is_get_without_its_body(door: Door) -> None:
    for path in ("/", "/lapor", "/v1/channels", "/open311/v2/services.xml"):
        head, get = (
            say(door, request(f"{method} {path}", headers=["Connection: close"]), answers=2)
            for method in ("HEAD", "GET")
        )
        assert head.statuses == get.statuses == [200]
        assert head.all.endswith(b"\r\n\r\n")
        assert head.headers["content-type"] == get.headers["content-type"]


def test_a_hundred_megabytes_are_refused_and_kept_nowhere(door: Door) -> None:
    process = psutil.Process(door.program.process.pid)
    before = process.memory_info().rss
    megabyte = b"x" * (1 << 20)
    for path in ("/lapor", "/v1/complaints", "/open311/v2/requests.json", "/v1/nothing"):
        sent = f"POST {path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        chunks = [b"100000\r\n" + megabyte + b"\r\n"] * 100
        heard = say(door, sent, *chunks)
        assert heard.statuses[0] in (401, 403, 404, 413), path
        assert door.call("GET", "/v1/channels").status == 200
    assert process.memory_info().rss - before < 30 << 20


def test_whoever_leaves_amid_a_body_is_no_failure_of_this_program(door: Door) -> None:
    for path in ("/lapor", "/lacak", "/open311/v2/requests.json"):
        with connected(door) as wire:
            wire.sendall(f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nt".encode())
    with connected(door) as wire:
        wire.sendall(b"POST /lapor HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nt")
        wire.shutdown(1)
        assert heard(wire).ended
    told = [line for line in door.program.log() if line["level"] in ("warning", "error")]
    assert told == []


def test_only_a_proxy_on_this_machine_says_who_calls_and_how(door: Door) -> None:
    def endpoint(source: str) -> str:
        named = ["X-Forwarded-Proto: https", "X-Forwarded-For: 203.0.113.9"]
        sent = request("GET /open311/discovery.json", headers=named)
        told = say(door, sent, source=source).all.partition(b"\r\n\r\n")[2]
        return str(json.loads(told)["endpoints"][0]["url"])

    assert endpoint("127.0.0.1").startswith("https://")
    assert endpoint("127.0.0.2").startswith("http://")
