"""A night on call: what goes wrong is seen by an alert, and mended by what its runbook says.

The commands are taken from docs/how-to/runbook.md and typed into a shell; the installation, its
RabbitMQ, its PostgreSQL and the Prometheus that watches it are real. ``NIGHT=ten`` is ten faults in
a row at the pace of deploy/prometheus, ``NIGHT=all`` every fault; otherwise it is a few of them.
Where it is not ten, every ``for`` of the rules is divided by ``FACTOR``; the expressions never
change.
"""

import os
import time
from pathlib import Path
from typing import Final

import pytest

from tests.night.faults import OTHERS, TEN, Fault
from tests.night.installation import Installation, installation
from tests.night.prometheus import Alert, Prometheus, installed
from tests.night.runbook import entries
from tests.night.traffic import Town, town
from tests.support.eventually import eventually

NIGHT: Final = os.environ.get("NIGHT", "few")
FACTOR: Final = 1.0 if NIGHT == "ten" else 1000.0
EVERY: Final = 15.0 if NIGHT == "ten" else 1.0
"""Seconds from scrape to scrape."""
SEEN_WITHIN: Final = 120.0
"""Seconds from a fault to its alert, promised for the ten."""
FEW: Final = ("PintuProcessGone", "PintuRulesRefused", "PintuNoConsumer")
FAULTS: Final = {
    "few": [fault for fault in TEN if fault.alert in FEW],
    "ten": list(TEN),
    "all": [*TEN, *OTHERS],
}[NIGHT]
ONE_BY_ONE: Final = os.environ.get("NIGHT_FAULTS", "").split(",")

pytestmark = pytest.mark.skipif(
    not installed(), reason="Prometheus is not installed here (apt: prometheus)"
)


@pytest.mark.timeout(3600)
def test_each_fault_is_seen_by_an_alert_and_mended_by_its_runbook(tmp_path: Path) -> None:
    with installation(tmp_path / "installation") as here, town(here.amqp_url) as traffic:
        watch = Prometheus(tmp_path / "prometheus", here.targets, every=EVERY, factor=FACTOR)
        try:
            watch.wait_until_seen()
            for fault in FAULTS:
                if fault.alert in ONE_BY_ONE or ONE_BY_ONE == [""]:
                    gone_through(fault, here, traffic, watch)
            nothing_is_lost(here, traffic)
        finally:
            watch.stop()


def gone_through(fault: Fault, here: Installation, traffic: Town, watch: Prometheus) -> None:
    """It comes, is seen, is mended, and is gone."""
    before = {one.name for one in watch.firing()}
    assert fault.alert not in before
    fault.cause(here, traffic)
    began = time.monotonic()
    within = SEEN_WITHIN if NIGHT == "ten" else 300.0
    alert = eventually(
        lambda: seen(fault, watch), within, f"{fault.alert} did not fire: {watch.alerts()}"
    )
    took = time.monotonic() - began
    entry = entries()[fault.alert]
    for part in ("See.", "Do."):
        if shell := entry.commands(part):
            where = {"part": fault.at} if fault.at else {}
            typed = here.type(shell, {**alert.labels, **where})
            assert part == "See." or typed.returncode == 0, f"{fault.alert}: {typed.stdout}"
    fault.healed(here, traffic)
    began = time.monotonic()
    expected = before | {fault.alert} if fault.stays else before
    here.wait_until_ready()
    eventually(
        lambda: {one.name for one in watch.firing()} <= expected | STAYING,
        600,
        f"still: {watch.firing()}",
    )
    goes_on(traffic)
    ended = time.monotonic() - began
    print(f"{fault.alert}: seen after {took:.0f} s, gone {ended:.0f} s after it was mended")
    print(f"    {alert.summary}")


STAYING: Final = {fault.alert for fault in OTHERS if fault.stays}
"""They look back for up to an hour."""


def seen(fault: Fault, watch: Prometheus) -> Alert | None:
    for alert in watch.firing(fault.alert):
        if fault.labels.items() <= alert.labels.items():
            return alert
    return None


def goes_on(traffic: Town) -> None:
    """Complaints go out, and come to whoever answers."""
    sent, answered = traffic.sent, traffic.answered
    eventually(lambda: traffic.sent > sent, 120, "no complaint was confirmed")
    eventually(lambda: traffic.answered > answered, 120, "no complaint came to its agency")


def nothing_is_lost(here: Installation, traffic: Town) -> None:
    """Whatever was confirmed has a case, whatever went wrong meanwhile."""
    traffic.stop()

    def kept() -> int:
        return here.number("SELECT count(*) FROM cases")

    eventually(lambda: kept() >= traffic.sent, 120, f"{traffic.sent} sent, {kept()} cases")
