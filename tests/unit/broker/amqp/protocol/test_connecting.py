"""Connecting: each step of the handshake may be refused, hang or be nonsense; hosts in turn."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from typing import Final

import pytest
from pamqp import base, commands
from pamqp.commands import Basic

from broker.amqp.address import Address, parse_address
from broker.amqp.protocol import connecting
from broker.amqp.protocol.connecting import Hosts, connected
from broker.amqp.protocol.connection import Connection
from broker.errors import BrokerUnavailable, LoginRefused
from tests.support.amqp_frames import method
from tests.unit.broker.amqp.hostile_server import Instead, Server, serving

STEPS: Final = (commands.Connection.StartOk, commands.Connection.Open)
QUICK: Final = 0.3


def at(step: type[base.Frame], said: bytes) -> Instead:
    return lambda channel, asked: said if isinstance(asked, step) else None


def closing(code: int, text: str) -> bytes:
    return method(commands.Connection.Close(code, text, 0, 0), 0)


async def connects(server: Server) -> None:
    async with asyncio.timeout(20), connected(parse_address(server.url), "test"):
        pass


@contextmanager
def hanging() -> Iterator[int]:
    """A port on which connections are made and nothing is said."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


@contextmanager
def dead() -> Iterator[int]:
    """A port on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


class TestEachStep:
    @pytest.mark.parametrize("step", STEPS)
    @pytest.mark.parametrize(
        ("code", "error"),
        [(403, LoginRefused), (530, LoginRefused), (541, BrokerUnavailable)],
    )
    async def test_may_be_refused(
        self, step: type[base.Frame], code: int, error: type[BrokerUnavailable]
    ) -> None:
        async with serving(Server(instead=at(step, closing(code, "NO - go away")))) as server:
            with pytest.raises(error) as raised:
                await connects(server)
            assert type(raised.value) is error
            assert f"guest:***@127.0.0.1:{server.port}" in str(raised.value)

    @pytest.mark.parametrize("step", STEPS)
    async def test_may_hang(self, step: type[base.Frame], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(connecting, "CONNECT_DEADLINE", QUICK)
        async with serving(Server(instead=at(step, b""))) as server:
            with pytest.raises(BrokerUnavailable):
                await connects(server)

    async def test_the_greeting_may_hang(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(connecting, "CONNECT_DEADLINE", QUICK)
        async with serving(Server(start=b"")) as server:
            with pytest.raises(BrokerUnavailable):
                await connects(server)

    @pytest.mark.parametrize("step", STEPS)
    @pytest.mark.parametrize(
        "said",
        [
            method(commands.Connection.Tune(9, 131_072, 9), 0) * 20,
            method(Basic.QosOk(), 0),
            b"\x00" * 9,
        ],
    )
    async def test_may_be_nonsense(self, step: type[base.Frame], said: bytes) -> None:
        async with serving(Server(instead=at(step, said))) as server:
            with pytest.raises(BrokerUnavailable):
                await connects(server)

    async def test_what_ends_as_it_opens_is_not_open(self) -> None:
        said = method(commands.Connection.OpenOk(), 0) + b"\xff" * 20
        async with serving(Server(instead=at(commands.Connection.Open, said))) as server:
            with pytest.raises(BrokerUnavailable):
                await connects(server)

    @pytest.mark.parametrize("step", STEPS)
    async def test_may_end_in_silence(self, step: type[base.Frame]) -> None:
        async with serving(Server()) as server:

            def hangs_up(_: int, asked: base.Frame) -> bytes | None:
                if isinstance(asked, step):
                    for writer in server.open:
                        writer.close()
                return None

            server.instead = hangs_up
            with pytest.raises(BrokerUnavailable):
                await connects(server)

    async def test_a_mechanism_that_is_not_offered_is_a_refused_login(self) -> None:
        async with serving(Server(mechanisms="AMQPLAIN EXTERNAL")) as server:
            with pytest.raises(LoginRefused, match="AMQPLAIN EXTERNAL, not PLAIN"):
                await connects(server)

    @pytest.mark.parametrize("url_end", ["", "?auth_mechanism=external"])
    async def test_who_we_are_is_told(self, url_end: str) -> None:
        async with (
            serving(Server(mechanisms="PLAIN EXTERNAL")) as server,
            connected(parse_address(server.url + "v%2F1" + url_end), "our name"),
        ):
            pass
        start, _, opening = server.asked[:3]
        assert isinstance(start, commands.Connection.StartOk)
        wanted = ("EXTERNAL", "") if url_end else ("PLAIN", "\0guest\0guest")
        assert (start.mechanism, start.response) == wanted
        assert start.client_properties["connection_name"] == "our name"
        assert isinstance(opening, commands.Connection.Open)
        assert opening.virtual_host == "v/1"

    @pytest.mark.parametrize(
        ("theirs", "ours", "agreed"), [(0, 4, 4), (60, 4, 4), (2, 4, 2), (60, 300, 60)]
    )
    async def test_the_shorter_heartbeat_counts(self, theirs: int, ours: int, agreed: int) -> None:
        async with (
            serving(Server(heartbeat=theirs)) as server,
            connected(parse_address(f"{server.url}?heartbeat={ours}"), "test"),
        ):
            pass
        [tuned] = [one for one in server.asked if isinstance(one, commands.Connection.TuneOk)]
        assert (tuned.heartbeat, tuned.frame_max, tuned.channel_max) == (agreed, 131_072, 2047)

    async def test_an_alarm_amid_the_handshake_is_heard(self) -> None:
        blocked = method(commands.Connection.Blocked("low"), 0)
        said = blocked + method(commands.Connection.OpenOk(), 0)
        async with (
            serving(Server(instead=at(commands.Connection.Open, said))) as server,
            connected(parse_address(server.url), "test") as connection,
        ):
            assert connection.blocked == "memory or disk alarm (low)"

    async def test_a_name_that_is_none_is_told(self) -> None:
        address = replace(parse_address("amqp://h/"), hosts=(("no\0host", 5672),))
        with pytest.raises(BrokerUnavailable):
            async with connected(address, "test"):
                pass


def address(*ports: int) -> Address:
    hosts = ",".join(f"127.0.0.1:{port}" for port in ports)
    return parse_address(f"amqp://guest:guest@{hosts}/")


class TestHosts:
    async def test_those_that_fail_are_passed_over_and_tried_last_from_then_on(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connecting, "OF_SEVERAL", QUICK)
        with hanging() as hangs, dead() as nobody:
            async with serving(Server()) as server:
                where = address(hangs, nobody, server.port)
                hosts = Hosts(where.hosts)
                for _ in range(2):
                    async with asyncio.timeout(20), connected(where, "test", hosts):
                        pass
                    ports = [port for _, port in hosts.in_turn()]
                    assert ports == [server.port, hangs, nobody]

    async def test_one_whose_connection_is_lost_is_tried_last(self) -> None:
        async with AsyncExitStack() as stack:
            servers = [await stack.enter_async_context(serving(Server())) for _ in range(2)]
            where = address(*(server.port for server in servers))
            hosts = Hosts(where.hosts)
            for nth in (0, 1, 0):
                async with asyncio.timeout(20), connected(where, "test", hosts) as connection:
                    assert hosts.in_turn()[0] == where.hosts[nth]
                    for writer in list(servers[nth].open):
                        writer.close()
                    await connection.gone.wait()
                assert hosts.in_turn()[-1] == where.hosts[nth]

    async def test_one_that_refuses_the_login_is_the_end_at_once(self) -> None:
        refusing = Server(instead=at(commands.Connection.StartOk, closing(403, "REFUSED")))
        async with serving(refusing) as first, serving(Server()) as second:
            with pytest.raises(LoginRefused, match="REFUSED"):
                async with connected(address(first.port, second.port), "test"):
                    pass
            assert second.asked == []

    async def test_where_none_serves_each_is_named(self) -> None:
        with dead() as one, dead() as other:
            with pytest.raises(BrokerUnavailable) as raised:
                async with connected(address(one, other), "test"):
                    pass
            for port in (one, other):
                assert f"127.0.0.1:{port}/" in str(raised.value)


class TestLeaving:
    async def test_channels_first_and_then_the_connection(self) -> None:
        async with (
            serving(Server()) as server,
            connected(parse_address(server.url), "test") as connection,
        ):
            await connection.channel()
            await connection.channel()
        told = [one.name for one in server.asked[-3:]]
        assert told == ["Channel.Close", "Channel.Close", "Connection.Close"]
        assert "the connection was closed" in str(connection.closed)

    @pytest.mark.parametrize(
        "step", [commands.Channel.Close, commands.Connection.Close], ids=["channel", "connection"]
    )
    async def test_a_broker_that_hangs_is_left_in_time(self, step: type[base.Frame]) -> None:
        async with serving(Server(instead=at(step, b""))) as server:
            where = parse_address(server.url)
            async with asyncio.timeout(20):
                async with connected(where, "test", close_within=QUICK) as connection:
                    await connection.channel()
                assert connection.closed is not None

    async def test_a_channel_that_is_refused_at_the_end_does_not_spoil_the_others(self) -> None:
        def refuses_first(channel: int, asked: base.Frame) -> bytes | None:
            if channel == 1 and isinstance(asked, commands.Channel.Close):
                return method(commands.Channel.Close(406, "unknown tag", 0, 0), channel) + method(
                    commands.Channel.CloseOk(), channel
                )
            return None

        async with (
            serving(Server(instead=refuses_first)) as server,
            connected(parse_address(server.url), "test") as connection,
        ):
            await connection.channel()
            await connection.channel()
        told = [(type(one), getattr(one, "reply_code", 0)) for one in server.asked[-4:]]
        assert (commands.Channel.CloseOk, 0) in told
        assert told.count((commands.Channel.Close, 200)) == 2
        assert told[-1] == (commands.Connection.Close, 200)

    async def test_a_close_that_crosses_ours_is_the_end_too(self) -> None:
        crossing = Server(instead=at(commands.Connection.Close, closing(320, "CONNECTION_FORCED")))
        async with serving(crossing) as server:
            async with asyncio.timeout(20), connected(parse_address(server.url), "t") as connection:
                pass
            assert connection.closed is not None

    async def test_who_is_cancelled_while_it_leaves_leaves_nothing_open(self) -> None:
        async with serving(Server(instead=at(commands.Channel.Close, b""))) as server:
            opened = asyncio.Event()

            async def uses() -> None:
                async with connected(parse_address(server.url), "test") as connection:
                    seen.append(connection)
                    await connection.channel()
                    opened.set()
                    await asyncio.Event().wait()

            seen: list[Connection] = []
            using = asyncio.ensure_future(uses())
            async with asyncio.timeout(20):
                await opened.wait()
                using.cancel()
                while not any(isinstance(one, commands.Channel.Close) for one in server.asked):
                    await asyncio.sleep(0.01)
                using.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await using
                assert seen[0].closed is not None
                await seen[0].gone.wait()

    async def test_who_holds_back_reads_on_to_leave(self) -> None:
        async with serving(Server()) as server:
            where = parse_address(server.url)
            async with asyncio.timeout(4), connected(where, "test") as connection:
                await connection.channel()
                holding = await connection.channel()
                holding.deliveries.holding_back = True
                connection.pause_reading()
        assert isinstance(server.asked[-1], commands.Connection.Close)
