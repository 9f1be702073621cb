"""`pintu rules evaluate`: what it counts, what it shows, and what it leaves out."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pintu.cli.main import app
from pintu.rules.evaluating.scoring import shortened

TOWN = Path(__file__).parents[4] / "acceptance" / "town"
HISTORY = """text,address,village,topic,agency,confidential
sampah menumpuk,,,Kebersihan,DLH,
sampah tidak diangkut,,Rias,Kebersihan,dinas lingkungan hidup,
jalan rusak parah di depan rumah 0812 3456 7890,,,Jalan,Dinas Lingkungan Hidup,
jalan rusak parah rahasia,,,Jalan,dlh,ya
lampu jalan mati,,,Lampu,Dinas Perhubungan,tidak
halo,,,Kebersihan,dlh,
sampah di kali,,,Kebersihan,Dinas Hantu,
sampah di pasar,,,Kebersihan,,
,,,Kebersihan,dlh,
"""

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def it(content: str | bytes, *options: str, config: Path = TOWN) -> Result:
        history = tmp_path / "history.csv"
        history.write_bytes(content.encode() if isinstance(content, str) else content)
        command = ["rules", "evaluate", str(history), "--config", str(config), *options]
        return CliRunner().invoke(app, command)

    return it


def scored(run: Run, content: str = HISTORY) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(content, "--json").stdout)
    return found


def test_rows_are_decided_by_text_and_place_and_compared_with_who_dealt_with_them(
    run: Run,
) -> None:
    score = scored(run)
    assert score["rows"] == 6
    assert (score["routed"], score["routed_right"], score["first_right"]) == (5, 3, 3)
    assert score["precision"] == pytest.approx(0.6)
    assert score["coverage"] == pytest.approx(5 / 6, abs=1e-6)
    assert score["desk"] == {"triage/nothing": 1}


def test_what_cannot_be_scored_is_counted_apart(run: Run) -> None:
    assert scored(run)["left_out"] == {
        "without_text": 1,
        "without_agency": 1,
        "agencies": [{"agency": "Dinas Hantu", "rows": 1, "why": "unknown"}],
    }


def test_pairs_and_topics_that_go_wrong_stand_first(run: Run) -> None:
    score = scored(run)
    assert score["confused"] == [{"right": "dlh", "given": "dpupr", "rows": 2}]
    assert [(t["topic"], t["rows"], t["right"]) for t in score["topics"]] == [
        ("Jalan", 2, 0),
        ("Kebersihan", 3, 2),
    ]


def test_samples_are_masked_and_hold_nothing_confidential(run: Run) -> None:
    (error,) = scored(run)["errors"]
    assert error["row"] == 4
    assert (error["right"], error["given"]) == ("dlh", "dpupr")
    assert error["text"] == "jalan rusak parah di depan rumah [telepon]"
    assert "rahasia" not in run(HISTORY).stdout


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("nama saya budi santoso dari rias", "nama saya [nama] dari rias"),
        ("Nama : SITI AMINAH, NIK 123", "Nama : [nama], NIK 123"),
        ("KTP atas nama m.madjid belum jadi", "KTP atas nama [nama] belum jadi"),
        ("kata Pak Budi Santoso lampunya mati", "kata Pak [nama] lampunya mati"),
        ("Yth. Bapak Camat, jalan rusak", "Yth. Bapak Camat, jalan rusak"),
        ("nama jalan tidak ada", "nama jalan tidak ada"),
        ("nama saya tidak ada di daftar", "nama saya tidak ada di daftar"),
        ("ibu-ibu dan bapak di Rias", "ibu-ibu dan bapak di Rias"),
        ("hubungi sdr. Sari di 0812 3456 7890", "hubungi sdr. [nama] di [telepon]"),
    ],
)
def test_names_that_something_announces_are_masked_in_samples(text: str, shown: str) -> None:
    assert shortened(text) == shown


def test_a_higher_threshold_routes_less_and_errs_less(run: Run) -> None:
    score = scored(run)
    at = {entry["threshold"]: entry for entry in score["thresholds"]}
    assert score["threshold"] in at
    assert at[score["threshold"]]["routed"] == score["routed"]
    assert at[score["threshold"]]["right"] == score["routed_right"]
    routed = [entry["routed"] for entry in score["thresholds"]]
    assert routed == sorted(routed, reverse=True)


def test_an_agency_that_ended_counts_as_its_successor(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    for file in TOWN.rglob("*"):
        if file.is_file():
            copy = config / file.relative_to(TOWN)
            copy.parent.mkdir(exist_ok=True)
            copy.write_bytes(file.read_bytes())
    with (config / "agencies.toml").open("a") as agencies:
        agencies.write(
            '\n[[agency]]\ncode = "kebersihan"\nname = "Dinas Kebersihan"\n'
            'valid_until = 2017-01-01\nsuccessor = "dlh"\n'
            '\n[[agency]]\ncode = "pasar"\nname = "Dinas Pasar"\nvalid_until = 2017-01-01\n'
        )
    content = "text,agency\nsampah menumpuk,Dinas Kebersihan\nsampah menumpuk,Dinas Pasar\n"
    score = json.loads(run(content, "--json", config=config).stdout)
    assert (score["rows"], score["routed_right"]) == (1, 1)
    assert score["left_out"]["agencies"] == [{"agency": "Dinas Pasar", "rows": 1, "why": "ended"}]


def test_the_report_says_it_in_words(run: Run) -> None:
    result = run(HISTORY)
    assert result.exit_code == 0
    lines = [re.sub(r"\s+", " ", line).strip() for line in result.stdout.splitlines()]
    assert "complaints scored 6" in lines
    assert "to the right agency 3 60.0 % of those routed" in lines
    assert "2 Dinas Lingkungan Hidup Dinas Pekerjaan Umum dan Penataan Ruang" in lines
    assert "1 rows without text: row 10" in lines
    assert any(line.startswith("Why the desk: nothing in the text") for line in lines)


def test_the_history_may_come_through_a_pipe_and_the_reader_may_stop_early(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    file.write_text(HISTORY)
    pintu = Path(sys.executable).with_name("pintu")
    evaluate = f"{pintu} rules evaluate --config {TOWN}"
    for command in (
        f"cat history.csv | {evaluate} -",
        f"{evaluate} <(cat history.csv)",
        f"{evaluate} - < history.csv",
    ):
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", f"{command} | head -1"],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.startswith(b"Kota Kecil, rules 1, on ")


class Page(HTMLParser):
    """What a page would fetch, and the tags that it leaves open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [str(v) for k, v in attributes if k in ("src", "href")]
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_stands_alone_and_shows_curve_and_matrix(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    hostile = 'jalan rusak parah <script>alert(1)</script>,,,"<b>Jalan</b>",dlh,\n'
    many = HISTORY + HISTORY.split("\n", 1)[1] * 9 + hostile
    assert run(many, "--html", str(file)).exit_code == 0
    text = file.read_text()
    page = Page(text)
    assert page.open == []
    assert not page.fetched and "script" not in page.tags and "@import" not in text
    assert {"svg", "polyline", "table"} <= set(page.tags)
    assert 'class="matrix"' in text
    assert "rahasia" not in text
    assert "Dinas Lingkungan Hidup → Dinas Pekerjaan Umum dan Penataan Ruang: 21" in text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is empty"),
        ("teks,agency\nx,dlh\n", "row 1 has no column text"),
        ("text,village\nx,Rias\n", "row 1 has no column agency"),
        ("text,agency\nx,dlh\nx\n", "row 3 (line 3) has 1 columns, the header 2"),
        (b"text,agency\nx,\xff\n", "row 2 (line 2) is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_its_row(
    run: Run, content: str | bytes, told: str
) -> None:
    result = run(content)
    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stdout == ""


def test_a_page_that_cannot_be_written_is_told(run: Run) -> None:
    result = run(HISTORY, "--html", "/nowhere/report.html")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "/nowhere/report.html: No such file" in result.stderr


def test_a_history_of_other_agencies_scores_nothing_and_says_so(run: Run, tmp_path: Path) -> None:
    content = "text,agency\nsampah,Dinas Hantu\n"
    result = run(content, "--html", str(tmp_path / "report.html"))
    assert result.exit_code == 1
    assert "no row could be scored" in result.stderr
    assert "Dinas Hantu" in result.stdout
