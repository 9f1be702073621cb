"""A store that is older than the audit trail is noticed at the start, and told what mends it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.cases.case_town import Town
from tests.acceptance.outside import Outside
from tests.acceptance.program import TOWN, Program, pintu
from tests.support.eventually import eventually

ROAD = "jalan rusak parah di depan pasar"


class Waiting(Program):
    """One that is started on a store that it does not take."""

    def started(self) -> bool:
        status, page = self.get("/readyz")
        return status == 503 and "pintu audit replay" in page

    def _address(self) -> str | None:
        heard = [line for line in self.log() if line["event"] == "store.older"]
        return str(heard[0]["http"]) if heard else None


class Site:
    """Programs and commands on one state folder."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.programs: list[Program] = []
        self.outside = Outside(url)

    def runs(self, kind: type[Program] = Program, state: str = "state") -> Program:
        self.programs.append(kind("all", self.url, self.folder / state))
        return self.programs[-1]

    def does(self, *words: str, state: str = "state", code: int = 0) -> tuple[str, str]:
        settings = {
            "AMQP_URL": self.url,
            "STATE_DIR": str(self.folder / state),
            "CONFIG_DIR": str(TOWN),
        }
        done = pintu(*words, settings=settings)
        out, err = done.stdout.decode(), done.stderr.decode()
        assert done.returncode == code, (words, out, err)
        return out, err


@pytest.fixture
def site(amqp_url: str, tmp_path: Path) -> Iterator[Site]:
    site = Site(amqp_url, tmp_path)
    yield site
    for program in site.programs:
        program.kill()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_restored_store_reads_nothing_before_the_replay_and_all_after_it(site: Site) -> None:
    program = site.runs()
    town = Town(site.outside, {})
    old = town.submits(ROAD)
    town.hears(old, "opened.dpupr.web")
    site.does("store", "backup", str(site.folder / "backup"))
    new = town.submits("sampah menumpuk di kali")
    town.hears(new, "opened.dlh.web")
    town.says(old, "agency.dpupr.responded", note="Kami tinjau.")
    town.hears(old, "responded.dpupr.web")
    gone = town.submits("halo pak saya Siti Maryamah")
    town.hears(gone, "opened.triage.web")
    said, _ = site.does("case", "forget", gone, "--close", "--reason", "surat 12", "--json")
    assert json.loads(said)["forgotten"]

    # The trail, as people look at it. What strangers wrote moves no cursor.
    town.says(new, "agency.dlh.acknowledged", id="x\x1b[2J\u202e")
    town.hears(new, "acknowledged.dlh.web")
    out, _ = site.does("audit", "search", new)
    keys = [line.split("\t")[3] for line in out.splitlines()]
    assert keys[:2] == ["routed.dlh.web", "opened.dlh.web"]
    assert {"agency.dlh.acknowledged", "acknowledged.dlh.web"} < set(keys)
    assert "\x1b" not in out and "\u202e" not in out and "sampah" not in out
    lines = site.does("audit", "search", "--verb", "forgotten", "--json")[0].splitlines()
    assert [json.loads(line)["complaint_id"] for line in lines] == [gone]
    _, err = site.does("audit", "search", "--agency", "inspektorat", code=1)
    assert "nothing found" in err
    assert len(site.does("audit", "tail", "-n", "3", "--no-follow")[0].splitlines()) == 3

    _, err = site.does("audit", "replay", code=78)
    assert "stop" in err and "pintu run" in err
    program.stop()
    site.does("store", "restore", "--force", str(site.folder / "backup"))

    program = site.runs(Waiting)
    town.says(new, "agency.dlh.resolved", note="Sudah diangkut.")
    told = site.does("audit", "replay")[0]
    assert "the store lacked 2 cases" in told and "1 forgotten" in told
    town.hears(new, "resolved.dlh.web")
    eventually(lambda: program.get("/readyz")[0] == 200, saying="it is ready by itself")
    assert not site.outside.drain("parked")
    shown = site.does("case", "show", gone)[0]
    assert "Siti" not in shown and "surat 12" in shown
    assert "Kami tinjau." in site.does("case", "show", old)[0]
    program.kill()

    # Killed amid its work it is not older: what was in hand lies in the queue.
    program = site.runs()
    assert not [line for line in program.log() if line["event"].startswith("store.")]
    program.stop()

    # An empty store may be meant to be: it is told of, and taken; the replay fills it.
    empty = site.runs(state="empty")
    [line] = [line for line in empty.log() if line["event"] == "store.empty"]
    assert "pintu audit replay" in line["note"]
    empty.stop()
    site.does("audit", "replay", state="empty")
    assert "Siti" not in site.does("case", "show", gone, state="empty")[0]
    assert "responded" in site.does("case", "show", old, "--json", state="empty")[0]
    site.outside.close()
