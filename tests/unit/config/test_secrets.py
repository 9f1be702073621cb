"""A password of the settings shows nowhere: in no repr, error, log line or traceback."""

import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.amqp.address import parse_address, shown
from broker.amqp.protocol.connecting import connected
from broker.errors import BadConfiguration, BrokerUnavailable
from config.logging import where
from config.settings import Settings, load_settings
from consumers.runtime.broker_address import BrokerAddress, broker_address

MARK = "hunter2-marked"
AMQP = f"amqp://user:{MARK}@127.0.0.1:1/"


@pytest.fixture
def closed() -> Iterator[int]:
    """A port where nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def settings() -> Settings:
    return load_settings(
        {
            "PINTU_AMQP_URL": AMQP,
            "PINTU_MANAGEMENT_URL": f"http://user:{MARK}@localhost:15672",
            "PINTU_DATABASE_URL": f"postgresql://user:{MARK}@localhost/pintu",
        }
    )


@pytest.mark.parametrize("show", [repr, str, lambda it: it.model_dump_json(), "{}".format])
def test_settings_show_no_password(show: object) -> None:
    assert callable(show)
    assert MARK not in show(settings())
    assert MARK not in repr(settings().model_dump())


async def test_the_address_of_the_broker_shows_none_and_has_it() -> None:
    async with broker_address(settings()) as address:
        assert MARK not in repr(address)
        assert address.url == AMQP
        assert address.management_url == f"http://user:{MARK}@localhost:15672"


@pytest.mark.parametrize(
    "url",
    [
        f"amqp://u:p@h1/v,amqp://u:{MARK}@h2/v",
        f"amqp://u:{MARK}@one:5672,two:5672/v",
        f"amqp://u:1/{MARK}@h/v",
        f"amqp://u:?{MARK}@h/v",
        f"amqp://u:a@{MARK}@h/v",
        f"amqp://u:{MARK}",
        f"amqp://u@h/?password={MARK}",
        f"u:{MARK}@h",
    ],
)
def test_a_url_is_shown_without_its_password_however_it_is_written(url: str) -> None:
    assert MARK not in shown(url)


def test_what_is_no_secret_is_shown() -> None:
    assert shown("amqp://u:p@h:5672/v?heartbeat=9") == "amqp://u:***@h:5672/v?heartbeat=9"
    assert shown("amqp://u:p@a:1,[::1]:2/v") == "amqp://u:***@a:1,[::1]:2/v"
    assert shown("amqp://h1/,amqp://u:p@h2/") == "amqp://h1/,amqp://u:***@h2/"


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("AMQP_URL", f"amqp://u:p@h1/v,amqp://u:{MARK}@h2/v"),
        ("AMQP_URL", f"amqp://u:1/{MARK}@h/v"),
        ("AMQP_URL", f"http://u:{MARK}@h/v"),
        ("AMQP_URL", f"amqp://u:{MARK}@[h/"),
        ("MANAGEMENT_URL", f"http://u:?{MARK}@h/"),
        ("DATABASE_URL", f"postgresql://u:#{MARK}@h/x"),
    ],
)
def test_a_url_that_would_be_misread_is_refused_without_being_repeated(name: str, url: str) -> None:
    with pytest.raises(BadConfiguration, match=f"PINTU_{name}: not a usable URL") as raised:
        load_settings({f"PINTU_{name}": url})
    seen: BaseException | None = raised.value
    while seen is not None:
        assert MARK not in f"{seen}{seen!r}{where(seen)}"
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


async def test_an_error_of_connecting_and_its_traceback_show_none(closed: int) -> None:
    with pytest.raises(BrokerUnavailable) as raised:
        async with connected(parse_address(AMQP.replace(":1/", f":{closed}/")), "test"):
            pass
    assert MARK not in f"{raised.value}{raised.value.__cause__!r}{where(raised.value)}"
    assert f"amqp://user:***@127.0.0.1:{closed}/: " in str(raised.value)


async def test_an_error_of_several_hosts_names_each_without_the_password(closed: int) -> None:
    url = f"amqp://u%40:{MARK}@127.0.0.1:{closed},localhost:{closed}/a%2Fb"
    with pytest.raises(BrokerUnavailable) as raised:
        async with connected(parse_address(url), "test"):
            pass
    assert MARK not in f"{raised.value}{raised.value.__cause__!r}{where(raised.value)}"
    for host in ("127.0.0.1", "localhost"):
        assert f"amqp://u%40:***@{host}:{closed}/a%2Fb: " in str(raised.value)


def program(words: list[str], closed: int, folder: Path) -> subprocess.Popen[str]:
    given = {
        "PINTU_AMQP_URL": f"amqp://user:{MARK}@127.0.0.1:{closed}/",
        "PINTU_MANAGEMENT_URL": f"http://user:{MARK}@127.0.0.1:{closed}",
        "PINTU_DATABASE_URL": f"postgresql://user:{MARK}@127.0.0.1:{closed}/pintu",
        "PINTU_STATE_DIR": str(folder),
        "PINTU_HTTP": "off",
    }
    others = {n: v for n, v in os.environ.items() if not n.startswith("PINTU_")}
    return subprocess.Popen(
        [sys.executable, "-m", "pintu", *words],
        env=others | given,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["topology", "apply"], 75),
        (["topology", "verify"], 75),
        (["parked", "list"], 75),
        (["agency", "dlh"], 75),
        (["publish", os.devnull, "--format", "csv"], None),
        (["case", "show", "PTU-AAAA-AAAA"], 75),
        (["triage", "list"], 75),
    ],
)
def test_no_command_shows_the_password(
    words: list[str], code: int | None, closed: int, tmp_path: Path
) -> None:
    running = program(words, closed, tmp_path)
    told, _ = running.communicate(timeout=60)
    assert MARK not in told
    assert "Traceback" not in told
    assert code is None or (running.returncode, "pintu:" in told) == (code, True), told


@pytest.mark.parametrize("part", ["router", "cases", "escalations"])
def test_no_line_of_the_log_shows_the_password(part: str, closed: int, tmp_path: Path) -> None:
    running = program(["run", part], closed, tmp_path)
    assert running.stdout
    lines = []
    for line in running.stdout:
        lines.append(line)
        if "unavailable" in line:
            break
    running.terminate()
    told = "".join(lines) + running.communicate(timeout=60)[0]
    assert MARK not in told
    assert "unavailable" in told, told


class TestFromFiles:
    """``PINTU_…_FILE`` names the file that a value stands in."""

    @pytest.mark.parametrize(
        ("name", "url"),
        [
            ("AMQP_URL", AMQP),
            ("MANAGEMENT_URL", f"http://user:{MARK}@localhost"),
            ("DATABASE_URL", f"postgresql://user:{MARK}@localhost/pintu"),
        ],
    )
    def test_every_variable_that_holds_a_password_has_one(
        self, name: str, url: str, tmp_path: Path
    ) -> None:
        file = tmp_path / "secret"
        file.write_text(f"{url}\n")
        found = load_settings({f"PINTU_{name}_FILE": str(file)})
        assert getattr(found, name.lower()).get_secret_value() == url

    def test_others_have_none(self) -> None:
        with pytest.raises(BadConfiguration, match="PINTU_STATE_DIR_FILE: no such setting; did"):
            load_settings({"PINTU_STATE_DIR_FILE": "/etc/hostname"})

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (None, "No such file or directory"),
            (b"", "must hold the URL, in one line, and nothing else"),
            (f"{AMQP}\nx".encode(), "must hold the URL, in one line, and nothing else"),
            (b"\xff" + MARK.encode(), "is not UTF-8"),
            (b"x" * 70_000, "is larger than 65,536 bytes"),
            (f"http://u:{MARK}@h/".encode(), "not a usable URL that starts with amqp://"),
        ],
    )
    def test_a_file_that_is_of_no_use_is_told_and_not_quoted(
        self, content: bytes | None, told: str, tmp_path: Path
    ) -> None:
        file = tmp_path / "secret"
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(BadConfiguration, match=told) as raised:
            load_settings({"PINTU_AMQP_URL_FILE": str(file)})
        assert str(raised.value).startswith("PINTU_AMQP_URL_FILE: ")
        assert MARK not in str(raised.value)

    def test_a_folder_and_a_pipe_are_told(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        for file in (tmp_path, tmp_path / "pipe"):
            with pytest.raises(BadConfiguration, match=f"PINTU_AMQP_URL_FILE: {file}: "):
                load_settings({"PINTU_AMQP_URL_FILE": str(file)})

    def test_both_at_once_are_an_error(self, tmp_path: Path) -> None:
        given = {"PINTU_AMQP_URL": AMQP, "PINTU_AMQP_URL_FILE": str(tmp_path / "secret")}
        with pytest.raises(
            BadConfiguration, match="PINTU_AMQP_URL is set too; unset one"
        ) as raised:
            load_settings(given)
        assert len(str(raised.value).splitlines()) == 1


def test_a_misspelt_file_is_told_too() -> None:
    with pytest.raises(BadConfiguration, match="did you mean PINTU_AMQP_URL_FILE"):
        load_settings({"PINTU_AMQP_URL_FIEL": "/run/secrets/url"})


def test_settings_made_by_hand_take_nothing_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PINTU_AMQP_URL", AMQP)
    assert Settings().amqp_url is None
    assert BrokerAddress(AMQP, None, private=False).url == AMQP
    assert pickle.loads(pickle.dumps(settings())) == settings()
