"""`pintu access export --apply` on a RabbitMQ, as an administrator has it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pika  # type: ignore[import-untyped] # -- it has no types
import pytest
from pika.exceptions import (  # type: ignore[import-untyped]
    ConnectionClosedByBroker,
    ProbableAccessDeniedError,
    ProbableAuthenticationError,
)
from typer.testing import CliRunner, Result
from yarl import URL

from broker.amqp.access import RabbitAccess
from broker.amqp.topology.management import Management as Api
from broker.errors import BrokerUnavailable, LoginRefused, NotPermitted
from pintu.access.folder import AccessFolder
from pintu.cli import access
from pintu.cli.main import exit_code
from tests.acceptance.program import TOWN
from tests.rabbitmq.access.matrix import publish
from tests.rabbitmq.access.world import World, is_allowed
from tests.support.eventually import eventually
from tests.support.nodes import Management


class Office:
    """An administrator at a terminal; a folder of its own."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world = world
        self._monkeypatch = monkeypatch
        monkeypatch.setenv("PINTU_CONFIG_DIR", str(TOWN))
        monkeypatch.setenv("PINTU_AMQP_URL", world.url)
        monkeypatch.setenv("PINTU_MANAGEMENT_URL", world.management_url)

    def applies(self, *words: str) -> Result:
        where = ["--dir", str(self.world.folder.path)]
        done = CliRunner().invoke(access.app, ["export", "--apply", *where, *words])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    def sets(self, name: str, value: str) -> None:
        self._monkeypatch.setenv(name, value)


@pytest.fixture
def office(
    amqp_url: str,
    management_url: str,
    vhost: str,
    admin: Management,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Office]:
    world = World(amqp_url, management_url, vhost, AccessFolder(tmp_path / "access"))
    management = Management(management_url)
    for exchange in ("complaints.intake", "complaints.updates"):
        management.call("PUT", f"/exchanges/{vhost}/{exchange}", {"type": "topic"})
    yield Office(world, monkeypatch)


def enters(world: World, user: str, url: str | None = None) -> bool:
    try:
        pika.BlockingConnection(pika.URLParameters(url or world.url_of(user))).close()
    except ProbableAuthenticationError:
        return False
    return True


def forges(connection: pika.BlockingConnection) -> bool:
    return is_allowed(connection, publish("complaints.updates", "agency.dpupr.resolved"))


def test_users_are_made_once_and_let_in(office: Office, admin: Management) -> None:
    done = office.applies()
    assert "agency.dlh: new" in done.stdout
    assert enters(office.world, "agency.dlh")
    limits = admin.call("GET", "/users/agency.dlh")["limits"]
    assert limits == {"max-connections": 20, "max-channels": 200}
    again = office.applies()
    assert "agency.dlh" not in again.stdout
    assert "20 users" in again.stdout
    assert "20 of them unchanged" in again.stdout
    assert "new password" not in again.stderr
    assert enters(office.world, "agency.dlh")


def test_no_password_and_no_hash_is_printed(office: Office, admin: Management) -> None:
    done = office.applies("--rotate", "router") if office.applies() else None
    assert done is not None
    told = done.stdout + done.stderr
    password = URL(office.world.url_of("router")).password or ""
    assert password
    hidden = (password, admin.call("GET", "/users/router")["password_hash"])
    assert [each for each in hidden if each in told] == []
    assert str(URL(office.world.url).password) not in told


def test_the_topic_permission_stands_before_the_permission(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the two a new user could use every key."""
    asked: list[str] = []
    change = Api.change

    async def noted(self: Api, method: str, path: str, body: Any = None) -> None:
        asked.append(f"{method} {path.split('/', maxsplit=1)[0]}/{path.rsplit('/', 1)[-1]}")
        await change(self, method, path, body)

    monkeypatch.setattr(Api, "change", noted)
    office.applies()
    of_user = [each for each in asked if each.endswith("/agency.dlh")]
    assert of_user == [
        "PUT users/agency.dlh",
        "PUT topic-permissions/agency.dlh",
        "PUT permissions/agency.dlh",
    ]


def test_a_rotated_password_is_the_only_one_that_lets_in(office: Office) -> None:
    office.applies()
    old = office.world.url_of("agency.dlh")
    done = office.applies("--rotate", "agency.dlh")
    assert "agency.dlh: password" in done.stdout
    assert not enters(office.world, "agency.dlh", old)
    assert enters(office.world, "agency.dlh")
    assert enters(office.world, "agency.pln"), "others keep theirs"


def test_who_is_revoked_is_cut_off_and_stays_out(office: Office) -> None:
    office.applies()
    with office.world.connected("agency.dlh") as connection:
        url = office.world.url_of("agency.dlh")
        assert "agency.dlh: revoked" in office.applies("--revoke", "agency.dlh").stdout
        with pytest.raises(ConnectionClosedByBroker):
            eventually(lambda: connection.process_data_events(0.1))
    assert not enters(office.world, "agency.dlh", url)
    assert "agency.dlh: new" in office.applies().stdout, "it is in the configuration: a fresh one"
    assert not enters(office.world, "agency.dlh", url)


def test_a_password_that_was_rotated_elsewhere_stays(office: Office, admin: Management) -> None:
    """Somebody else's folder, or rabbitmqctl."""
    office.applies()
    admin.call("PUT", "/users/agency.dlh", {"password": "elsewhere", "tags": ""})
    assert "agency.dlh" not in office.applies().stdout
    url = URL(office.world.url_of("agency.dlh")).with_password("elsewhere")
    assert enters(office.world, "agency.dlh", str(url))


def test_users_come_back_on_an_empty_broker_with_the_passwords_that_were_handed_out(
    office: Office, admin: Management
) -> None:
    office.applies()
    admin.call("DELETE", "/users/agency.dlh")
    done = office.applies()
    assert "agency.dlh: new" in done.stdout
    assert "new password" not in done.stderr
    assert enters(office.world, "agency.dlh")


def test_what_was_widened_by_hand_is_put_right_for_open_channels_too(
    office: Office, admin: Management
) -> None:
    office.applies()
    wide = {"exchange": "complaints.updates", "write": ".*", "read": ".*"}
    admin.call("PUT", f"/topic-permissions/{office.world.vhost}/agency.dlh", wide)
    with office.world.connected("agency.dlh") as connection:
        assert forges(connection)
        done = office.applies()
        assert "agency.dlh: keys on complaints.updates" in done.stdout
        with pytest.raises(ConnectionClosedByBroker):
            eventually(lambda: connection.process_data_events(0.1))
    with office.world.connected("agency.dlh") as connection:
        assert not forges(connection)


def test_a_tag_that_was_given_by_hand_is_taken_away(office: Office, admin: Management) -> None:
    office.applies()
    kept = admin.call("GET", "/users/agency.dlh")
    body = {"password_hash": kept["password_hash"], "tags": "management"}
    admin.call("PUT", "/users/agency.dlh", body)
    assert "agency.dlh: tags" in office.applies().stdout
    assert admin.call("GET", "/users/agency.dlh")["tags"] == []
    assert enters(office.world, "agency.dlh")


def test_a_limit_that_an_operator_has_set_stays(office: Office, admin: Management) -> None:
    office.applies()
    admin.call("PUT", "/user-limits/channel.web/max-connections", {"value": 2})
    office.applies()
    with (
        office.world.connected("channel.web"),
        office.world.connected("channel.web"),
        pytest.raises(ProbableAccessDeniedError, match="connection limit"),
    ):
        enters(office.world, "channel.web")


def test_an_administrator_of_one_of_our_names_is_left_alone(
    office: Office, admin: Management
) -> None:
    admin.call("PUT", "/users/monitor", {"password": "theirs", "tags": "administrator"})
    with pytest.raises(NotPermitted, match="monitor is an administrator"):
        office.applies()
    assert admin.call("GET", "/users/monitor")["tags"] == ["administrator"]
    assert not office.world.folder.path.exists(), "nothing was written"


def test_a_user_with_a_certificate_gets_in_by_no_password(
    office: Office, admin: Management
) -> None:
    office.applies()
    url = office.world.url_of("agency.dlh")
    done = office.applies("--certificate", "agency.dlh")
    assert "agency.dlh: certificate instead of a password" in done.stdout
    assert admin.call("GET", "/users/agency.dlh")["password_hash"] == ""
    for password in (URL(url).password, "", "x"):
        assert not enters(office.world, "agency.dlh", str(URL(url).with_password(password)))
    assert "agency.dlh" not in office.applies().stdout


@pytest.mark.parametrize("user", ["monitor", "agency.dlh"])
def test_whoever_is_no_administrator_is_told_who_can(office: Office, user: str) -> None:
    office.applies()
    office.sets("PINTU_AMQP_URL", office.world.url_of(user))
    address = URL(office.world.management_url)
    login = URL(office.world.url_of(user))
    office.sets("PINTU_MANAGEMENT_URL", str(address.with_user(user).with_password(login.password)))
    with pytest.raises(NotPermitted, match="changed by an administrator") as refused:
        office.applies("--rotate", "router")
    assert exit_code(refused.value) == os.EX_NOPERM


def test_a_vhost_that_is_not_there_is_told(office: Office) -> None:
    office.sets("PINTU_AMQP_URL", str(URL(office.world.url).with_path("/nowhere")))
    with pytest.raises(LoginRefused, match="rabbitmqctl list_vhosts") as refused:
        office.applies()
    assert exit_code(refused.value) == os.EX_NOPERM
    assert not office.world.folder.path.exists()


def test_a_broker_without_the_management_api_is_told(office: Office) -> None:
    office.sets("PINTU_MANAGEMENT_URL", "http://127.0.0.1:9")
    with pytest.raises(BrokerUnavailable, match="rabbitmq-plugins enable rabbitmq_management"):
        office.applies()
    assert not office.world.folder.path.exists()


def test_where_it_breaks_off_it_is_told_how_to_go_on(
    office: Office, admin: Management, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.applies()

    async def breaks(*_: object, **__: object) -> None:
        raise BrokerUnavailable("gone")

    with monkeypatch.context() as patch, pytest.raises(BrokerUnavailable, match="gone"):
        patch.setattr(RabbitAccess, "put_user", breaks)
        office.applies("--rotate", "agency.dlh")
    assert not enters(office.world, "agency.dlh"), "the file is ahead of RabbitMQ"
    office.applies("--rotate", "agency.dlh")
    assert enters(office.world, "agency.dlh")
