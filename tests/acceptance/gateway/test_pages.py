"""A citizen's pages, as a browser without any script uses them."""

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

import pytest

from tests.acceptance.gateway.http import Answer, Door
from tests.support.eventually import eventually

LARGEST = 50_000
"""Bytes of a page with its style sheet and script."""


def test_a_citizen_reports_anonymously_is_asked_answers_and_closes(door: Door) -> None:
    filed = _report(
        door, text="sampah menumpuk, telepon 0812-3333-4444", anonymous="1", name="Budi"
    )
    code, pin = _shown(filed, "code"), _shown(filed, "pin")
    here = {"tracking": code, "pin": pin}
    door.until(here, "routed")
    case = f"/v1/agencies/dlh/cases/{code}"
    door.call("POST", f"{case}/held", {"note": "Di <b>mana</b>?"}, key="agency:dlh")
    page = _post(door, "/lacak", code=code, pin=pin)
    assert "Menunggu jawaban Anda." in page
    assert "Di &lt;b&gt;mana&lt;/b&gt;?" in page
    said = _post(door, "/lacak/replied", code=code, pin=pin, note="Di pasar", id="balasan1")
    assert "Balasan Anda sudah diterima." in said
    door.call("POST", f"{case}/resolved", {"note": "Diangkut"}, key="agency:dlh")
    done = _post(door, "/lacak/accepted", code=code, pin=pin, rating="5", id="puas1")
    assert "Terima kasih. Laporan ditutup." in done
    assert door.call("GET", f"/v1/complaints/{code}", key="web").json["rating"] == 5
    seen = door.call("GET", case, key="agency:dlh").body
    assert b"Budi" not in seen and b"0812-3333-4444" not in seen


def test_a_form_that_is_sent_twice_is_one_complaint(door: Door) -> None:
    form = door.call("GET", "/lapor").body.decode()
    (id,) = re.findall(r'name="id" value="([0-9a-f]+)"', form)
    first = _report(door, text="jalan rusak", id=id)
    again = _report(door, text="jalan rusak", id=id)
    assert _shown(first, "code") == _shown(again, "code")
    assert _shown(first, "pin") == _shown(again, "pin")


def test_what_was_written_is_not_lost_where_something_is_missing(door: Door) -> None:
    answer = _form(door, "/lapor", text=" ", address='Jalan "Merdeka" <5>', anonymous="1")
    page = answer.body.decode()
    assert answer.status == 422
    assert "Tulis apa yang terjadi." in page
    assert 'value="Jalan &#34;Merdeka&#34; &lt;5&gt;"' in page
    assert re.search(r'name="anonymous"[^>]* checked', page)


def test_a_wrong_code_and_a_wrong_pin_get_the_same_page(door: Door) -> None:
    filed = _report(door, text="jalan rusak")
    code, pin = _shown(filed, "code"), _shown(filed, "pin")
    door.until({"tracking": code, "pin": pin}, "routed")
    wrong = f"{(int(pin) + 1) % 10**6:06}"
    pages = [
        _form(door, "/lacak", code=code, pin=wrong),
        _form(door, "/lacak", code="0000-0000-0000", pin=pin),
    ]
    assert [page.status for page in pages] == [404, 404]
    bodies = [page.body.decode().replace(code, "").replace("0000-0000-0000", "") for page in pages]
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize("path", ["/", "/lapor", "/lacak", "/lapor?bahasa=en"])
def test_a_page_is_small_strict_and_asks_no_other_host(door: Door, path: str) -> None:
    answer = door.call("GET", path, headers={"Accept-Language": "id"})
    parser = _Links()
    parser.feed(answer.body.decode())
    size = len(answer.body)
    for address in parser.files:
        assert not urlsplit(address).netloc
        size += len(door.call("GET", address).body)
    assert size < LARGEST
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert not parser.inline
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_pages_are_indonesian_first_and_english_second(door: Door) -> None:
    def lang(path: str, accept: str) -> object:
        page = door.call("GET", path, headers={"Accept-Language": accept}).body.decode()
        return re.findall(r'<html lang="(\w+)">', page)[0]

    assert lang("/lapor", "fr") == "en", "that of the process, which the tests have speak English"
    assert lang("/lapor", "en-GB,en;q=0.9") == "en"
    assert lang("/lapor?bahasa=id", "en") == "id"
    assert lang("/lapor?bahasa=en", "id") == "en"


@pytest.mark.parametrize("name", ["../__init__.py", "pintu.cs", "%2e%2e/words.py"])
def test_no_other_file_is_given_out(door: Door, name: str) -> None:
    assert door.call("GET", f"/berkas/{name}").status == 404


def _report(door: Door, **fields: str) -> str:
    answer = _form(door, "/lapor", **fields)
    assert answer.status == 200, answer.body
    return answer.body.decode()


def _post(door: Door, path: str, **fields: str) -> str:
    return str(
        eventually(
            lambda: (answer := _form(door, path, **fields)).status == 200 and answer.body.decode()
        )
    )


def _form(door: Door, path: str, **fields: str) -> Answer:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "id"}
    return door.call("POST", path, raw=urlencode(fields).encode(), headers=headers)


def _shown(page: str, id: str) -> str:
    return unescape(re.findall(rf'id="{id}">([^<]+)<', page)[0])


class _Links(HTMLParser):
    """What a page loads, and whatever of it a strict policy would forbid."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("script", "img") or (tag == "link" and given.get("rel") == "stylesheet"):
            address = given.get("src") or given.get("href")
            self.files.append(address or "")
        self.inline += [name for name in given if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.inline.append(tag)
