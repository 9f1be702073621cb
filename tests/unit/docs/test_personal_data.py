"""Every table, queue and stream says who deletes what is in it, and when."""

import dataclasses
import re
from typing import Final, get_args

import pytest

from broker.messaging.topology import topology
from broker.retention import Retention
from broker.store.cases.tables import CASES
from broker.store.gateway.tables import GATEWAY
from broker.store.schema import Branch
from broker.store.tables import JOURNAL
from config.loading.rules_format import RetentionEntry
from scripts.documents.personal_data import NO_SETTING, Place, kinds, places, shipped
from tests.unit.docs.reading import ROOT

ROWS: Final = {(one.kind, one.name) for one in places()}


def test_every_table_has_a_row_and_no_other() -> None:
    versions = {f"{branch}_version" for branch in get_args(Branch)}
    tables = {*CASES.tables, *JOURNAL.tables, *GATEWAY.tables, *versions}
    assert {name for kind, name in ROWS if kind == "table"} == tables


def test_every_store_was_looked_into() -> None:
    files = (ROOT / "broker" / "store").rglob("*.py")
    made = sum("MetaData()" in file.read_text("utf-8") for file in files)
    assert made == len(get_args(Branch)) == 3


def test_every_queue_and_stream_has_a_row_and_no_other() -> None:
    made = topology(["a"], ["b"], broker_version=(4, 0), mail=["escalated.*.*"])
    general = {"agency.a": "agency.<code>", "channel.b": "channel.<channel>"}
    queues = {
        ("stream" if queue.kind == "stream" else "queue", general.get(queue.name, queue.name))
        for queue in made.queues
    }
    assert {row for row in ROWS if row[0] in ("queue", "stream")} == queues


@pytest.mark.parametrize("place", places(), ids=lambda one: f"{one.kind} {one.name}")
def test_a_row_says_until_when_and_who_deletes(place: Place) -> None:
    assert place.until and place.deletes and place.reads
    assert place.setting == NO_SETTING or place.setting in shipped()
    for marks in place.may_hold.values():
        assert marks <= kinds().keys()
    if place.kind == "table" and any(place.may_hold.values()):
        ends = place.setting or place.name in ("case_aside", "gateway_delivery")
        assert ends, "what may be personal has an end"


def test_no_row_stands_twice() -> None:
    assert len(ROWS) == len(places())


def test_every_setting_is_one_of_the_configuration_and_belongs_to_a_place() -> None:
    assert shipped().keys() == RetentionEntry.model_fields.keys()
    used = {one.setting for one in places()} | {
        found for one in places() for found in re.findall(r"`(\w+)`", one.until)
    }
    assert shipped().keys() <= used
    numbers = dataclasses.asdict(Retention())
    assert len(numbers) == len(shipped()) + 1  # the size of a segment is nobody's to set


def test_copies_expire_and_the_stream_is_cut_by_the_settings() -> None:
    whole = topology(["x"], ["x"], broker_version=(4, 0), mail=["escalated.*.*"])
    made = {queue.name: queue for queue in whole.queues}
    settings = {
        name: one.setting
        for one in places()
        for name in made
        if one.kind in ("queue", "stream") and name in (one.name, one.name.partition("<")[0] + "x")
    }
    assert settings.keys() == made.keys()
    for name, queue in made.items():
        expires = "x-message-ttl" in queue.arguments or "x-max-age" in queue.arguments
        assert expires == (settings[name] in ("copies_days", "audit_days")), name


def test_the_page_for_the_officer_says_what_is_in_force() -> None:
    page = (ROOT / "docs" / "explanation" / "personal-data-officer.md").read_text("utf-8")
    for name in shipped():
        assert f"`{name}`" in page
