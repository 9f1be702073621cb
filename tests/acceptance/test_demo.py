"""The story that a newcomer sees first, told on a node of its own; then everything stays, to be
tried in a browser, until Ctrl-C."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from tests.acceptance.program import PINTU, environment
from tests.support.eventually import eventually

pytestmark = pytest.mark.rabbitmq

TOLD = (
    "none lost",
    "0 of them twice",
    "─ The desk asks, and the answer routes it ─",
    "─ Moved to PT PLN",
    "not for the reporter: Sudah kami cek",
    "─ The reporter is content, and a rating closes the case ─",
    "★★★★★",
    "Any door, and any agency",
    "webhook, signed",
    "mail, a link",
    "─ Answered ─",
    "─ Handed back, and routed anew ─",
    "the node is stopped and its folder removed",
)
_WITHIN: Final = 240.0
_LAST: Final = re.compile(r"^  auditor +\S+", re.MULTILINE)
_HIDDEN: Final = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_LINK: Final = re.compile(r'<a href="(/[^"#?]*)"')
_ROW: Final = re.compile(r"^  (\S.*?)  +(\S+)(?:  +(.*))?$")


@dataclass
class Stayed:
    """A demonstration that stays: what it said, and what was tried while it ran."""

    process: "subprocess.Popen[bytes]"
    out: Path
    folder: Path
    addresses: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    look_up: Mapping[str, str] = field(default_factory=dict)

    @property
    def said(self) -> str:
        return self.out.read_text()

    def told(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(self.said)
        return _LAST.search(self.said) is not None

    def read(self) -> None:
        """Addresses and passwords, as a person would read them."""
        _, _, after = self.said.partition("Everything stays")
        where, _, who = after.partition("Who signs in how")
        for line in where.splitlines():
            if found := _ROW.match(line):
                name = f"{found[1]} {found[3]}" if "inbox" in found[1] else found[1]
                self.addresses[name] = found[2]
        for line in who.splitlines():
            if found := _ROW.match(line):
                self.people[found[1]] = found[2]
        code = re.search(r"code (\S+), PIN (\S+)", where)
        assert code is not None
        self.look_up = {"code": code[1], "pin": code[2]}


@pytest.fixture(scope="module")
def stayed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stayed]:
    folder = tmp_path_factory.mktemp("demo")
    settings = environment(STATE_DIR=str(folder / "state"), HTTP="127.0.0.1:0")
    out = folder / "out"
    with out.open("wb") as writing:
        process = subprocess.Popen(
            [PINTU, "demo", "--stay"],
            env=settings | {"TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=subprocess.STDOUT,
        )
    found = Stayed(process, out, folder)
    try:
        eventually(found.told, within=_WITHIN)
        found.read()
        yield found
    finally:
        process.kill()
        process.wait()


def signed_in(stayed: Stayed, name: str) -> httpx.Client:
    """A browser in which somebody has signed in."""
    address = stayed.addresses["signing in"]
    client = httpx.Client(base_url=address.removesuffix("/masuk"), headers={"Accept": "text/html"})
    hidden = dict(_HIDDEN.findall(client.get("/masuk").text))
    form = hidden | {"name": name, "password": stayed.people[name]}
    assert client.post("/masuk", data=form).status_code == 303, name
    return client


def test_everybody_signs_in_and_sees_what_is_theirs(stayed: Stayed) -> None:
    assert set(stayed.people) == {"rina", "budi", "sari", "lead", "admin", "auditor"}
    inboxes = [
        urlsplit(address).path for name, address in stayed.addresses.items() if "inbox" in name
    ]
    assert len(set(inboxes)) == 2
    rules = {"rina": 200, "budi": 403, "sari": 403, "lead": 403, "admin": 200, "auditor": 200}
    for name, status in rules.items():
        with closing(signed_in(stayed, name)) as client:
            assert name in client.get("/saya").text
            assert client.get("/meja/aturan").status_code == status, name


def test_every_page_that_somebody_is_led_to_is_theirs(stayed: Stayed) -> None:
    for name in stayed.people:
        with closing(signed_in(stayed, name)) as client:
            home = client.get("/masuk").headers["location"]
            links = _LINK.findall(client.get("/saya").text)
            assert links, name
            for path in {home, *links} - {"/"}:
                answer = client.get(path, follow_redirects=True)
                assert answer.status_code == 200, (name, path)
                assert len(answer.text) > 1_000, (name, path)


def test_the_pages_are_filled_with_the_cases_of_the_story(stayed: Stayed) -> None:
    with closing(signed_in(stayed, "auditor")) as client:
        shown = client.get("/meja/aturan/keliru", params={"bahasa": "en"}).text
        assert "Handed back by the agency" in shown
        example = re.search(r'href="(/meja/kasus/[^"]+)"', shown)
        assert example is not None
        assert client.get(example[1]).status_code == 200
        inbox = next(
            urlsplit(one).path for name, one in stayed.addresses.items() if "inbox" in name
        )
        code = inbox.removeprefix("/opd/")
        agency = client.get(f"/meja/aturan/instansi/{code}", params={"bahasa": "en"}).text
        has = re.search(r"Open cases</dt><dd>(\d+)<", agency)
        assert has is not None
        assert int(has[1]) > 0


def test_the_other_addresses_answer_and_the_report_is_found_by_its_pin(stayed: Stayed) -> None:
    for name in ("a citizen's form", "for programmers", "metrics"):
        assert httpx.get(stayed.addresses[name], follow_redirects=True).status_code == 200, name
    answer = httpx.post(stayed.addresses["looking a report up"], data=dict(stayed.look_up))
    assert answer.status_code == 200
    assert 'id="state"' in answer.text
    for address in stayed.addresses.values():
        assert urlsplit(address).hostname == "127.0.0.1"


def test_ctrl_c_ends_it_and_leaves_nothing_behind(stayed: Stayed) -> None:
    """Last: the whole story has been told by then."""
    stayed.process.send_signal(signal.SIGINT)
    assert stayed.process.wait(timeout=60) == 0, stayed.said
    for words in TOLD:
        assert words in stayed.said
    # A machine that is too slow for a day in 0.4 seconds says so, and has a shorter story.
    assert "─ Nobody answered ─" in stayed.said or "not climbed to its end in time" in stayed.said
    assert "Traceback" not in stayed.said
    assert [one for one in os.listdir(stayed.folder) if one.startswith("pintu-demo-")] == []
    eventually(lambda: not _running(stayed.folder))
    for address in stayed.addresses.values():
        with pytest.raises(httpx.ConnectError):
            httpx.get(address)


def _running(folder: Path) -> list[str]:
    """Programs that know the folder."""
    found = []
    for one in psutil.process_iter(["cmdline"]):
        words = " ".join(one.info["cmdline"] or [])
        if str(folder) in words:
            found.append(words)
    return found
