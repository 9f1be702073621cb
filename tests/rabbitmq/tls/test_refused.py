"""A RabbitMQ that is not trusted, or does not trust us: one sentence says what, where, what to do.

On real listeners with certificates of an authority of the tests' own, by every way there is in.
"""

import asyncio
import os
import sys
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from broker.amqp.address import parse_address
from broker.amqp.library import library_connection
from broker.amqp.protocol.connecting import connected
from broker.errors import LoginRefused, TrustRefused
from pintu.cli.main import main
from tests.acceptance.program import TOWN, pintu
from tests.rabbitmq.tls.faults import SAYS, Faults
from tests.support.due_cases import cases_long_due

COMMANDS = [
    "run router",
    "run cases",
    "run escalations",
    "run all",
    "topology apply",
    "topology verify",
    "parked list",
    "parked replay --reason empty-text",
    "agency dlh",
    "publish - --format csv --channel web",
    f"case resend {uuid5(UUID(int=0), '1')}",
    f"triage assign {uuid5(UUID(int=0), '2')} dlh",
]
"""The last two are of the desk: of cases that are in its store."""


def secret_of(faults: Faults) -> str:
    return faults.rabbit.url.split("@", maxsplit=1)[0].rsplit(":", 1)[1]


def settings(url: str, folder: Path) -> dict[str, str]:
    return {
        "AMQP_URL": url,
        "CONFIG_DIR": str(TOWN),
        "STATE_DIR": str(folder),
        "HTTP": "off",
        "LOG_FORMAT": "json",
    }


def told(words: str, url: str, folder: Path) -> tuple[int, str, str]:
    """Exit code, last line and all that a command says on standard error."""
    given = b"text\nsampah menumpuk\n"
    done = pintu(*words.split(), settings=settings(url, folder), given=given)
    lines = done.stderr.decode().splitlines()
    return done.returncode, lines[-1] if lines else "", "\n".join(lines)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with a few cases."""
    made = tmp_path_factory.mktemp("state")
    asyncio.run(cases_long_due(f"sqlite:///{made / 'cases.sqlite3'}", range(3)))
    return made


@pytest.mark.parametrize("fault", SAYS)
async def test_the_consumers_connection_says_what_is_wrong(fault: str, faults: Faults) -> None:
    with pytest.raises(TrustRefused) as refused:
        async with connected(parse_address(faults.urls[fault]), "test"):
            pass
    sentence = str(refused.value)
    assert all(words in sentence for words in SAYS[fault]), sentence
    assert sentence.startswith(("amqps://", "amqp://"))
    assert secret_of(faults) not in sentence


@pytest.mark.parametrize("fault", SAYS)
async def test_the_connection_for_the_topology_says_the_same(fault: str, faults: Faults) -> None:
    with pytest.raises(TrustRefused) as refused:
        async with library_connection(faults.urls[fault], "test"):
            pass
    sentence = str(refused.value)
    assert all(words in sentence for words in SAYS[fault]), sentence
    assert secret_of(faults) not in sentence


@pytest.mark.parametrize("fault", SAYS)
@pytest.mark.parametrize("words", ["topology verify", "publish complaints.csv --channel web"])
def test_a_command_ends_with_the_code_of_the_configuration(
    words: str,
    fault: str,
    faults: Faults,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in settings(faults.urls[fault], tmp_path).items():
        monkeypatch.setenv(f"PINTU_{name}", value)
    monkeypatch.setattr(sys, "argv", ["pintu", *words.split()])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "complaints.csv").write_text("text\nsampah menumpuk\n")
    with pytest.raises(SystemExit) as leaving:
        main()
    everything = capsys.readouterr().err
    line = everything.splitlines()[-1]
    assert (leaving.value.code, line[:7]) == (os.EX_CONFIG, "pintu: "), everything
    assert all(words in line for words in SAYS[fault]), everything
    assert "Traceback" not in everything
    assert secret_of(faults) not in everything


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_ends_so(words: str, faults: Faults, folder: Path) -> None:
    fault = "expired" if COMMANDS.index(words) % 2 else "plain on a port of TLS"
    code, line, everything = told(words, faults.urls[fault], folder)
    assert (code, all(part in line for part in SAYS[fault])) == (os.EX_CONFIG, True), everything
    assert "Traceback" not in everything
    assert secret_of(faults) not in everything


def test_what_is_trusted_is_served(faults: Faults, tmp_path: Path) -> None:
    """Without this the tests above would say nothing."""
    for url in (faults.good, faults.external):
        code, _, everything = told("topology apply", url, tmp_path)
        assert code == 0, everything
        code, _, everything = told("publish - --format csv --channel web", url, tmp_path)
        assert code == 0, everything


@pytest.mark.parametrize("way", ["consumers", "topology"])
async def test_who_the_certificate_names_and_rabbitmq_does_not_know_is_no_user(
    way: str, faults: Faults
) -> None:
    """A certificate of the right authority is not enough."""
    stranger = faults.external.replace("dlh.pem", "good.pem").replace("dlh.key", "good.key")
    with pytest.raises(LoginRefused, match="ssl_cert_login_from"):
        if way == "consumers":
            async with connected(parse_address(stranger), "test"):
                pass
        else:
            async with library_connection(stranger, "test"):
                pass


async def test_a_check_that_was_switched_off_lets_everybody_be_rabbitmq(faults: Faults) -> None:
    url = f"{faults.urls['expired']}&verify=verify_none"
    async with connected(parse_address(url), "test"), library_connection(url, "test"):
        pass
