"""`pintu publish`: files of complaints onto the intake of a town where a router serves."""

import json
import os
import pty
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from tests.acceptance.outside import Outside
from tests.acceptance.program import PINTU, TOWN, Router, environment, pintu
from tests.support.nodes import Management

TOPICS = ("sampah tidak diangkut", "jalan rusak parah", "pungli", "kapan diperbaiki")


@pytest.fixture
def settings(town: Outside, tmp_path: Path) -> dict[str, str]:
    return {"AMQP_URL": town.url, "STATE_DIR": str(tmp_path / "state")}


def csv_file(folder: Path, mark: str, number: int) -> Path:
    path = folder / f"{mark}.csv"
    rows = [f'{n},"{TOPICS[n % 4]},\n{mark}-{n}-",Jl. Merdeka {n}' for n in range(number)]
    path.write_text("id,text,address\n" + "\n".join(rows) + "\n")
    return path


def test_each_row_of_a_csv_file_reaches_its_agency_once(
    town: Outside, router: Router, settings: dict[str, str], tmp_path: Path, mark: str
) -> None:
    path = csv_file(tmp_path, mark, 200)
    done = pintu("publish", str(path), "--channel", "sms", settings=settings)
    assert done.returncode == 0, done.stderr
    first, channels, skipped = done.stdout.decode().splitlines()
    assert first.startswith("published  200 complaints in ")
    assert channels == "channels   sms 200"
    assert skipped == "skipped    0 lines"
    messages = town.arrived(mark, 200)
    assert len({m.data["complaint_id"] for m in messages}) == len(messages) == 200
    assert Counter(m.queue for m in messages) == {
        "agency.dlh": 50,
        "agency.dpupr": 50,
        "agency.inspektorat": 50,
        "triage": 50,
    }
    assert {m.data["channel"] for m in messages} == {"sms"}
    assert messages[0].data["complaint"]["location"]["address"].startswith("Jl. Merdeka")
    # The same file again: the router knows every one of them.
    before = router.metric("pintu_duplicates_total")
    assert pintu("publish", str(path), "--channel", "sms", settings=settings).returncode == 0
    assert len(town.arrived(mark, 200)) == 200
    assert router.metric("pintu_duplicates_total") == before + 200


def test_lines_without_an_id_are_the_same_complaints_the_next_time(
    town: Outside, settings: dict[str, str], tmp_path: Path, mark: str
) -> None:
    path = tmp_path / f"{mark}.csv"
    path.write_text(f"text\nsampah {mark}\nsampah {mark}\n")
    for _ in range(2):
        assert pintu("publish", str(path), settings=settings).returncode == 0
    # Two neighbours wrote the same words, and each of them is heard once.
    assert len(town.arrived(mark, 2)) == 2


def test_json_lines_are_data_objects_or_whole_events(
    town: Outside, settings: dict[str, str], tmp_path: Path, mark: str
) -> None:
    event = {
        "specversion": "1.0",
        "id": f"{mark}-event",
        "source": "/channels/web",
        "type": "complaint.submitted.v1",
        "data": {"text": f"pungli {mark}", "extra": {"a": 1}},
    }
    lines: list[dict[str, Any]] = [
        event,
        {"text": f"sampah {mark}", "channel": "sms", "id": f"{mark}-data"},
        {"text": f"jalan rusak {mark}"},
    ]
    path = tmp_path / "complaints.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = pintu("publish", str(path), settings=settings)
    assert done.returncode == 0, done.stderr
    messages = {m.queue: m for m in town.arrived(mark, 3)}
    assert messages["agency.inspektorat"].data["channel"] == "web"
    assert messages["agency.inspektorat"].data["complaint"]["extra"] == {"a": 1}
    assert messages["agency.dlh"].data["channel"] == "sms"
    assert messages["agency.dpupr"].data["channel"] == "api"


def test_lines_that_could_only_be_parked_are_told_and_not_published(
    town: Outside, settings: dict[str, str], tmp_path: Path, mark: str
) -> None:
    path = tmp_path / "complaints.jsonl"
    path.write_bytes(
        f'{{"text": "sampah {mark}"}}\n{{"text": " "}}\n\n{{"text": "{mark}"\n'.encode()
        + f'{{"text": "sampah {mark} juga"}}\n'.encode()
    )
    done = pintu("publish", str(path), settings=settings)
    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == [
        "line 2: no-text: text: empty",
        f"line 4: broken-json: Expecting ',' delimiter: line 1 column {len(mark) + 12}",
    ]
    assert done.stdout.decode().splitlines()[2:] == [
        "skipped    2 lines",
        "           no-text: line 2",
        "           broken-json: line 4",
    ]
    assert [m.queue for m in town.arrived(mark, 2)] == ["agency.dlh", "agency.dlh"]


def test_an_anonymous_row_is_anonymous(
    town: Outside, settings: dict[str, str], tmp_path: Path, mark: str
) -> None:
    path = tmp_path / "complaints.csv"
    path.write_text(f"text;name;phone;anonymous;tiket\nsampah {mark};Ani;0812;ya;T-1\n")
    assert pintu("publish", str(path), settings=settings).returncode == 0
    [message] = town.arrived(mark)
    assert message.data["complaint"]["anonymous"] is True
    assert not {"reporter", "extra"} & message.data["complaint"].keys()


def test_an_export_of_an_office_goes_in_as_it_is_and_what_was_left_out_is_told(
    town: Outside, settings: dict[str, str], tmp_path: Path, mark: str
) -> None:
    path = tmp_path / "rekap.csv"
    path.write_text(
        "Judul Laporan: Rekapitulasi;;\n\n"
        "Tracking ID;Nama Pelapor;Isi Laporan Awal;Tipe Laporan (Anonim/Rahasia);Ibu\n"
        f"{mark}-1;Sari;sampah {mark};Anonim;Tuti\n"
        f"{mark}-2;Budi;sampah {mark};Rahasia;Tuti\n"
        f'{mark}-3;"Ani;sampah {mark};;Tuti\n'
        f"{mark}-4;Edi;sampah {mark};;Tuti\n"
    )
    done = pintu("publish", str(path), settings=settings)
    assert done.returncode == 0, done.stderr
    assert done.stderr.decode().splitlines() == [
        'left out: Ibu (--extra COLUMN passes one on, --map "COLUMN=field" uses it)'
    ]
    assert done.stdout.decode().splitlines()[2:] == [
        "skipped    0 lines",
        "warnings   1 line",
        "           a quotation mark that nobody closes; read as a row of its own: line 6",
    ]
    complaints = [message.data["complaint"] for message in town.arrived(mark, 4)]
    assert "Sari" not in str(complaints) and "Tuti" not in str(complaints)
    assert sorted(c["reporter"]["name"] for c in complaints if "reporter" in c) == [
        "Ani",
        "Budi",
        "Edi",
    ]
    assert [c["reporter"]["name"] for c in complaints if c["confidential"]] == ["Budi"]


def test_a_broker_without_an_intake_is_told_with_advice(amqp_url: str, tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text("text\nsampah\n")
    done = pintu("publish", str(tmp_path / "good.csv"), settings={"AMQP_URL": amqp_url})
    assert done.returncode == 70
    assert b"pintu topology apply" in done.stderr


def test_a_broker_that_is_away_from_the_start_is_told(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text("text\nsampah\n")
    away = {"AMQP_URL": "amqp://guest:secret@127.0.0.1:1/"}
    done = pintu("publish", str(tmp_path / "good.csv"), settings=away)
    assert done.returncode == 75
    assert b"127.0.0.1:1" in done.stderr and b"secret" not in done.stderr


def test_a_user_who_may_not_publish_is_told(
    town: Outside, management_url: str, settings: dict[str, str], tmp_path: Path, mark: str
) -> None:
    management = Management(management_url)
    vhost = town.url.rsplit("/", 1)[1]
    management.call("PUT", f"/users/{mark}", {"password": "secret", "tags": ""})
    nothing = {"configure": "^$", "write": "^$", "read": "^$"}
    management.call("PUT", f"/permissions/{vhost}/{mark}", nothing)
    url = str(URL(town.url).with_user(mark).with_password("secret"))
    (tmp_path / "good.csv").write_text("text\nsampah\n")
    done = pintu("publish", str(tmp_path / "good.csv"), settings=settings | {"AMQP_URL": url})
    management.call("DELETE", f"/users/{mark}")
    assert done.returncode == 77
    assert b"may not publish" in done.stderr


def test_a_terminal_shows_a_progress_bar(
    settings: dict[str, str], tmp_path: Path, mark: str
) -> None:
    path = csv_file(tmp_path, mark, 10)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [PINTU, "publish", str(path)],
        env=environment(**settings) | {"TERM": "xterm", "COLUMNS": "100"},
        stderr=theirs,
        stdout=subprocess.PIPE,
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:
        pass  # how the end of a terminal is told on Linux
    os.close(ours)
    assert process.wait(10) == 0
    assert b"publishing" in shown and b"100%" in shown and b"10 published" in shown


def test_without_a_broker_a_private_node_takes_them(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "good.csv"
    path.write_text(f"text\nsampah {mark}\n")
    own = {"STATE_DIR": str(tmp_path / "state"), "CONFIG_DIR": str(TOWN)}
    done = pintu("publish", str(path), settings=own)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"published  1 complaint in ")
