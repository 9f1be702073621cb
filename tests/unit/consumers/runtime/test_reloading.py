"""Other rules without a restart: when they are taken, and when they are not."""

import gc
import weakref
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from broker.domain.routing.rules import Rules
from broker.errors import BrokerUnavailable, NotPermitted, TopologyConflict
from broker.messaging.topology import Topology
from config.loading import load_rules
from config.loading.clocks import load_clocks
from config.loading.snapshot import digest_of, load_snapshot, look
from consumers.runtime.live_config import LiveConfig
from consumers.runtime.metrics import RulesMetrics
from consumers.runtime.reloading import Reloader
from tests.unit.consumers.runtime.place import Place, waste_to_works


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "town")


async def test_an_edit_is_taken_once_two_looks_in_a_row_see_the_same(place: Place) -> None:
    place.edit("rules.toml", 'version = "1"', 'version = "2"')
    waste_to_works(place)
    await place.looks(1)
    assert place.agency() == "dlh"
    with capture_logs() as lines:
        await place.looks(1)
    assert place.agency() == "dpupr"
    told = [line for line in lines if line["event"] == "rules.reloaded"]
    assert [(line["old"], line["new"]) for line in told] == [("1", "2")]
    assert place.reloads("reloaded") == 1
    assert place.value("pintu_rules_info", table="2") == 1
    assert place.registry.get_sample_value("pintu_rules_info", {"table": "1"}) is None


async def test_what_went_out_of_force_is_gone_when_memory_is_given_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A learned model has tens of megabytes; frozen, it would stay until the next reload."""
    old = weakref.ref(place.live_config.rules.answering)
    found: list[object] = []

    def collect_garbage() -> None:
        gc.collect()
        found.append(old())

    monkeypatch.setattr("consumers.runtime.reloading.collect_garbage", collect_garbage)
    monkeypatch.setattr("gc.get_freeze_count", lambda: 1)
    waste_to_works(place)
    await place.looks()
    assert found == [None]


async def test_nothing_is_loaded_while_nothing_changes(place: Place) -> None:
    await place.looks(5)
    assert not place.declared
    assert place.reloads("reloaded") == place.reloads("unchanged") == 0


async def test_an_edit_that_goes_on_is_not_taken_before_it_rests(place: Place) -> None:
    waste_to_works(place)
    for step in range(4):
        place.edit("words.toml", "[expand]", f"[expand]\na{step} = 'b'")
        await place.looks(1)
    assert place.agency() == "dlh"
    await place.looks(1)
    assert place.agency() == "dpupr"


async def test_what_is_edited_while_it_is_loaded_is_not_taken(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that were never in the folder together are not rules."""

    def edited_meanwhile(folder: Path | None) -> object:
        waste_to_works(place)
        return load_clocks(folder)

    place.edit("topics/all.toml", '"sampah"', '"sampah", "limbah"')
    await place.looks(1)
    with monkeypatch.context() as patch:
        patch.setattr("config.loading.snapshot.load_clocks", edited_meanwhile)
        await place.looks(1)
    assert place.agency("limbah menumpuk") is None
    await place.looks(2)
    assert place.agency("limbah menumpuk") == "dpupr"


async def test_what_editors_leave_beside_a_file_changes_nothing(place: Place) -> None:
    """Vim's swap file and backup, Emacs' lock (a link to nowhere) and draft."""
    for name in ("rules.toml~", ".rules.toml.swp", "#rules.toml#", "4913"):
        (place.folder / name).write_text("= bad")
    (place.folder / "topics" / ".all.toml.swp").write_text("= bad")
    (place.folder / "topics" / ".#all.toml").symlink_to("somebody@somewhere.4711:1")
    await place.looks(4)
    assert place.reloads("refused") == 0
    assert place.agency() == "dlh"
    waste_to_works(place)
    await place.looks()
    assert place.agency() == "dpupr"
    assert place.reloads("refused") == 0


async def test_a_bad_edit_leaves_the_old_rules_in_force_and_is_told_once(place: Place) -> None:
    place.edit("topics/all.toml", 'agency = "dlh"', 'agency = "nobody"')
    (place.folder / "holidays.toml").write_text("[[day_of]]\n")
    with capture_logs() as lines:
        await place.looks(6)
    assert place.agency() == "dlh"
    (told,) = [line for line in lines if line["event"] == "rules.refused"]
    assert told["live_config"] == "1"
    assert any("topics/all.toml" in error and "nobody" in error for error in told["first"])
    assert any("holidays.toml" in error for error in told["first"])
    assert place.reloads("refused") == 1
    assert place.value("pintu_rules_refused") == 1
    assert not place.declared

    place.edit("topics/all.toml", 'agency = "nobody"', 'agency = "dpupr"')
    (place.folder / "holidays.toml").unlink()
    await place.looks()
    assert place.agency() == "dpupr"
    assert place.value("pintu_rules_refused") == 0


async def test_a_bad_edit_that_is_taken_back_is_no_longer_refused(place: Place) -> None:
    place.edit("rules.toml", "version", "versio")
    await place.looks()
    place.edit("rules.toml", "versio", "version")
    await place.looks()
    assert place.reloads("unchanged") == 1
    assert place.value("pintu_rules_refused") == 0


async def test_a_folder_that_goes_away_and_comes_back_does_no_harm(place: Place) -> None:
    away = place.folder.with_name("away")
    place.folder.rename(away)
    await place.looks(3)
    assert place.reloads("refused") == 1
    assert place.agency() == "dlh"
    away.rename(place.folder)
    waste_to_works(place)
    await place.looks(3)
    assert place.agency() == "dpupr"


async def test_a_new_agency_has_its_queue_before_the_rules_are_in_force(place: Place) -> None:
    order: list[str] = []
    declare = place.reloader._declare

    async def declaring(rules: Rules) -> Topology:
        order.append(f"declared while {place.agency()} answers")
        return await declare(rules)

    place.reloader._declare = declaring
    place.live_config.subscribe(lambda rules, _: order.append(f"used {rules.version}"))
    agencies = place.folder / "agencies.toml"
    agencies.write_text(f'{agencies.read_text()}\n[[agency]]\ncode = "satpol"\nname = "Satpol"\n')
    place.edit("topics/all.toml", 'agency = "dlh"', 'agency = "satpol"')
    await place.looks()
    assert order == ["declared while dlh answers", "used 1"]
    assert place.agency() == "satpol"
    assert place.live_config.topology is not None
    assert "agency.satpol" in {queue.name for queue in place.live_config.topology.queues}


async def test_without_rabbitmq_they_wait_and_are_taken_when_it_is_back(place: Place) -> None:
    place.away = BrokerUnavailable("not connected")
    waste_to_works(place)
    await place.looks(3)
    assert place.agency() == "dlh"
    assert place.reloads("postponed") == 2
    place.away = None
    await place.looks(1)
    assert place.agency() == "dpupr"


@pytest.mark.parametrize("why", [TopologyConflict("in the way"), NotPermitted("no configure")])
async def test_rules_whose_queues_cannot_be_had_are_refused(place: Place, why: Exception) -> None:
    place.away = why
    waste_to_works(place)
    with capture_logs() as lines:
        await place.looks(4)
    assert place.agency() == "dlh"
    assert [line["first"] for line in lines if line["event"] == "rules.refused"] == [[str(why)]]


async def test_a_fault_of_the_program_leaves_the_old_rules_in_force(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(folder: Path | None) -> object:
        raise KeyError("a bug")

    monkeypatch.setattr("consumers.runtime.reloading.load_snapshot", fails)
    waste_to_works(place)
    await place.looks()
    assert place.reloads("refused") == 1
    assert place.agency() == "dlh"


async def test_who_asks_need_not_wait_for_a_second_look(place: Place) -> None:
    waste_to_works(place)
    await place.looks(1, asked=True)
    assert place.agency() == "dpupr"


async def test_who_asks_without_a_change_gets_an_answer_and_nothing_else(place: Place) -> None:
    await place.looks(1, asked=True)
    assert place.reloads("unchanged") == 1
    assert not place.declared


async def test_the_shipped_configuration_can_be_asked_for_too() -> None:
    live_config = LiveConfig(load_rules(None), load_clocks(None), digest_of(None))
    registry = CollectorRegistry()
    never: Callable[[Rules], Awaitable[Topology]] = lambda _: 1 / 0  # type: ignore[assignment,return-value]  # noqa: E731
    reloader = Reloader(None, live_config, never, RulesMetrics(registry), seen=())
    await reloader.step(asked=False)
    await reloader.step(asked=True)
    unchanged = {"outcome": "unchanged"}
    assert registry.get_sample_value("pintu_rules_reloads_total", unchanged) == 1


async def test_rules_that_changed_under_the_same_version_are_remarked_on(place: Place) -> None:
    waste_to_works(place)
    with capture_logs() as lines:
        await place.looks()
    assert "rules.same_version" in [line["event"] for line in lines]


def test_backups_of_editors_and_hidden_files_are_no_change(place: Place) -> None:
    before = look(place.folder), digest_of(place.folder)
    (place.folder / "topics" / "all.toml~").write_text("half")
    (place.folder / ".rules.toml.swp").write_bytes(b"\x00")
    assert (look(place.folder), digest_of(place.folder)) == before


def test_a_folder_of_links_is_seen_through(place: Place, tmp_path: Path) -> None:
    """As Kubernetes mounts it: files are links into a folder that is exchanged as a whole."""
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    for entry in place.folder.iterdir():
        (mounted / entry.name).symlink_to(entry)
    before = look(mounted)
    assert {name for name, *_ in before} == {name for name, *_ in look(place.folder)}
    waste_to_works(place)
    assert look(mounted) != before
    loaded = load_snapshot(mounted)
    assert loaded is not None
    assert loaded.rules.version == "1"
