"""A mistake in the URL ends a command at once, with a code for scripts; later on it may pass."""

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from yarl import URL

from tests.acceptance.program import TOWN, Router, pintu
from tests.support.eventually import eventually
from tests.support.nodes import Management


def refused(words: str, url: URL, folder: Path) -> tuple[int, str]:
    settings = {
        "AMQP_URL": str(url),
        "CONFIG_DIR": str(TOWN),
        "STATE_DIR": str(folder),
        "HTTP": "off",
        "LOG_FORMAT": "json",
    }
    done = pintu(*words.split(), settings=settings, given=b"text\nsampah menumpuk\n")
    told = done.stderr.decode().splitlines()
    assert "Traceback" not in "\n".join(told)
    return done.returncode, told[-1]


COMMANDS = [
    "run router",
    "run cases",
    "run escalations",
    "run all",
    "topology apply",
    "topology verify",
    "parked list",
    "agency dlh",
    "publish - --format csv --channel web",
]


@pytest.mark.parametrize("words", COMMANDS)
def test_a_wrong_password_ends_every_command(words: str, amqp_url: str, tmp_path: Path) -> None:
    code, told = refused(words, URL(amqp_url).with_password("wrong"), tmp_path)
    assert (code, "ACCESS_REFUSED" in told) == (os.EX_NOPERM, True), told
    assert "PINTU_AMQP_URL" in told


@pytest.mark.parametrize("words", ["run all", "topology apply"])
def test_a_vhost_that_is_not_there_ends_a_command(
    words: str, amqp_url: str, tmp_path: Path
) -> None:
    code, told = refused(words, URL(amqp_url).with_path("/nowhere"), tmp_path)
    assert (code, "rabbitmqctl list_vhosts" in told) == (os.EX_NOPERM, True), told


@pytest.mark.parametrize("words", COMMANDS)
def test_a_port_without_tls_ends_every_command(words: str, amqp_url: str, tmp_path: Path) -> None:
    code, told = refused(words, URL(amqp_url).with_scheme("amqps"), tmp_path)
    assert (code, "5671" in told) == (os.EX_CONFIG, True), told


def test_a_password_that_is_changed_later_is_waited_for(
    start: Callable[..., Router], amqp_url: str, vhost: str, management_url: str
) -> None:
    management = Management(management_url)
    name = f"rotated-{vhost}"

    def password(word: str) -> None:
        management.call("PUT", f"/users/{name}", {"password": word, "tags": "monitoring"})

    password("old")
    may = {"configure": ".*", "write": ".*", "read": ".*"}
    management.call("PUT", f"/permissions/{quote(vhost, safe='')}/{name}", may)
    url = str(URL(amqp_url).with_user(name).with_password("old"))
    router = start(url, MANAGEMENT_URL=str(URL(management_url).with_user(None).with_password(None)))
    password("new")
    eventually(lambda: "ACCESS_REFUSED" in router.get("/readyz")[1])
    assert router.process.poll() is None
    password("old")
    eventually(lambda: router.get("/readyz")[0] == 200)
    router.stop()
