"""The comparison with other libraries: its sources, its figures, and who takes part."""

import re
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from bench.peers import programs
from bench.peers.figures import PLOT, fingerprint, shown, table
from bench.peers.flat_out import Queues, check_distribution
from bench.peers.keys import key_of
from bench.peers.load import Load, from_text, number_of, with_category
from bench.peers.measured import Ended, running
from bench.peers.programs import PEERS, Peer
from bench.peers.results import KEPT, RATES, LeftOut, Measurement, Milliseconds, Round, read
from bench.peers.rounds import chosen_of, in_turns
from broker.domain.intake import Routed, handle_intake
from broker.messaging.messages import Incoming
from config.loading import load_rules
from config.loading.clocks import load_clocks
from schemas.properties import Properties
from tests.support.eventually import eventually_async

RELAYS = ("relay.c", "relay.js", "aiopika_one.py", "aiopika_many.py", "faststream_relay.py")
NAMES = {"librabbitmq", "router", "router-text", "amqplib", "aiopika-many", "faststream"}
NAMES |= {"aiopika-one"}


def a_round(rate: float) -> Round:
    times = {str(rate): Milliseconds(p50=1.0, p99=2.0) for rate in RATES}
    return Round(
        rate=rate, client_cpu_us=1.0, rabbitmq_cpu_us=1.0, resident_mib=1.0, latency_ms=times
    )


@pytest.mark.parametrize("name", RELAYS)
def test_every_relay_says_first_what_its_documents_recommend(name: str) -> None:
    first = (PEERS / name).read_text("utf-8")[:900]
    assert re.search(r"\b(examples?|documents|quick start)\b", first)
    assert "Kinder" in first


@pytest.mark.parametrize("name", RELAYS)
def test_every_relay_publishes_persistent_messages_to_the_events(name: str) -> None:
    source = (PEERS / name).read_text("utf-8")
    assert "complaints.events" in source
    assert "router.intake" in source
    assert re.search(r"persist", source, re.IGNORECASE)


def test_the_kept_figures_are_of_all_programs() -> None:
    results = read()
    there = [one.name for one in results.measurements]
    there += [one.name for one in results.left_out]
    assert sorted(there) == sorted(NAMES)
    for one in results.measurements:
        assert len(one.rounds) == results.settings.rounds
        assert all(set(found.latency_ms) == {str(rate) for rate in RATES} for found in one.rounds)


def test_the_kept_figures_name_no_machine() -> None:
    assert not re.search(r"/(home|root|work|tmp|Users)/|localhost|127\.0", KEPT.read_text("utf-8"))


def test_the_page_shows_the_kept_figures() -> None:
    assert shown() == table(read()), "run: python -m bench.peers.figures"


def test_the_plot_is_that_of_the_kept_figures() -> None:
    drawn = PLOT.read_text("utf-8")
    assert fingerprint() in drawn, "run: python -m bench.peers.figures"
    assert [one.title for one in read().measurements if one.title not in drawn] == []


def test_a_median_that_is_not_that_of_the_rounds_is_refused() -> None:
    good = Measurement.of("c", "C", [a_round(1), a_round(5), a_round(3)])
    assert good.median.rate == 3
    with pytest.raises(ValidationError, match="not that of the rounds"):
        Measurement(name="c", title="C", rounds=good.rounds, median=a_round(4))


def test_a_figure_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValidationError, match="speed"):
        Round.model_validate(a_round(1).model_dump() | {"speed": 1.0})


def test_the_number_of_a_message_says_the_line_of_its_key_counted_round() -> None:
    assert [key_of(f"run-1-{n}", ["a", "b", "c"]) for n in (0, 2, 3, 7)] == ["a", "c", "a", "b"]


@pytest.mark.parametrize("make", [with_category, from_text])
def test_the_keys_are_those_that_the_router_gives(make: Callable[[], Load]) -> None:
    load, rules, clocks, now = make(), load_rules(None), load_clocks(), datetime.now(UTC)
    count = len(load.made)
    for number in range(count, count + 40):
        [sent] = list(load.batches("run", number + 1))[-1][-1:]
        properties = Properties(message_id=sent.message_id, content_type=sent.content_type)
        message = Incoming(sent.body, sent.exchange, sent.routing_key, properties, False, 1)
        routed = handle_intake(message, rules, clocks, now=now, new_id=str)
        assert isinstance(routed, Routed)
        [event] = routed.publish
        assert event.routing_key == key_of(sent.message_id, load.keys)
        assert number_of(sent.body) == number_of(event.body) == number


def test_complaints_with_a_category_are_spread_over_the_agencies() -> None:
    load = with_category()
    expected = load.expected(20_000)
    assert sum(expected.values()) == 20_000
    assert set(expected) == set(load.queues())
    assert len(expected) > 90
    assert max(expected.values()) < 2_500


def test_where_nothing_is_installed_the_router_and_aio_pika_are_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "ENVIRONMENT", tmp_path)
    all_peers = programs.peers(tmp_path)
    assert {peer.name for peer in all_peers} == NAMES
    there = [peer.name for peer in all_peers if peer.missing is None]
    assert there == ["router", "router-text", "aiopika-many", "aiopika-one"]


def test_a_program_is_given_the_node_and_the_keys_and_no_setting_of_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PINTU_CONFIG_DIR", "elsewhere")
    given = Peer("a", "A").environment("amqp://there", tmp_path / "keys", tmp_path)
    assert "PINTU_CONFIG_DIR" not in given
    assert given["PINTU_AMQP_URL"] == given["PEER_URL"] == "amqp://there"
    assert given["PEER_KEYS"] == str(tmp_path / "keys")


class Lengths(Queues):
    """Queues that have these lengths."""

    def __init__(self, lengths: Counter[str]) -> None:
        self._lengths = lengths

    async def length(self, name: str) -> int:
        return self._lengths[name]


async def test_a_program_that_puts_a_message_elsewhere_or_loses_it_is_found_out() -> None:
    load = with_category()
    lengths = load.expected(1000)
    await check_distribution(Lengths(lengths), load, 1000)
    lengths["agency.dpupr"] -= 1
    lengths["agency.dlh"] += 1
    with pytest.raises(Ended, match=r"queue agency\.\w+ got \d+ messages instead of"):
        await check_distribution(Lengths(lengths), load, 1000)


def test_what_is_not_installed_is_left_out_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    there, missing = Peer("a", "A", ["true"]), Peer("b", "B", missing="it is not installed")
    chosen, left_out = chosen_of([there, missing], None)
    assert chosen == [there]
    assert left_out == [LeftOut(name="b", title="B", why="it is not installed")]
    assert "B: left out: it is not installed" in capsys.readouterr().err


def test_a_program_that_nobody_knows_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(SystemExit, match="no such program: c; there are a, b"):
        chosen_of([Peer("a", "A"), Peer("b", "B")], "a,c")


async def test_rounds_begin_with_another_one_and_go_on_without_one_that_fails() -> None:
    turns: list[str] = []

    async def turn(peer: Peer) -> Round:
        turns.append(peer.name)
        if peer.name == "b":
            raise Ended("it ended with 1\nits last words")
        return a_round(len(turns))

    left_out: list[LeftOut] = []
    found = await in_turns(turn, [Peer(name, name) for name in "abc"], left_out, 3)
    assert turns == ["a", "b", "c", "c", "a", "c", "a"]
    assert {name: len(rounds) for name, rounds in found.items()} == {"a": 3, "c": 3}
    assert [(one.name, one.why) for one in left_out] == [("b", "it ended with 1")]


async def test_a_program_that_ended_tells_its_last_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no such host')"]
    async with running(command, {}, tmp_path / "log") as program:

        def said() -> str:
            try:
                program.check()
            except Ended as ended:
                return str(ended)
            return ""

        assert await eventually_async(said) == "it ended with 1\nno such host"
