"""Where nothing is wrong no alert fires, however long one looks."""

import os
import time
from pathlib import Path
from typing import Final

import pytest

from tests.night.installation import installation
from tests.night.prometheus import Prometheus, installed
from tests.night.traffic import town

LOOKS_FOR: Final = float(os.environ.get("HEALTHY_SECONDS", "40"))
"""Seconds; `make night` looks for an hour, at the pace of deploy/prometheus."""
FACTOR: Final = 1.0 if LOOKS_FOR >= 3600 else 60.0


@pytest.mark.skipif(not installed(), reason="Prometheus is not installed here (apt: prometheus)")
@pytest.mark.timeout(LOOKS_FOR + 300)
def test_no_alert_fires_in_a_healthy_run(tmp_path: Path) -> None:
    with installation(tmp_path / "installation") as here:
        every = 15.0 if FACTOR == 1 else 1.0
        watch = Prometheus(tmp_path / "prometheus", here.targets, every=every, factor=FACTOR)
        try:
            with town(here.amqp_url) as traffic:
                watch.wait_until_seen()
                until = time.monotonic() + LOOKS_FOR
                while time.monotonic() < until:
                    assert watch.firing() == []
                    time.sleep(every)
            ever = watch.query(f'max_over_time(ALERTS{{alertstate="firing"}}[{LOOKS_FOR:.0f}s])')
            assert ever == []
            assert traffic.sent > LOOKS_FOR / 2
            assert traffic.answered > traffic.sent / 8
            [routed] = watch.query("sum(pintu_complaints_routed_total)")
            print(f"{traffic.sent} sent, {routed['value'][1]} routed, {traffic.answered} answered")
        finally:
            watch.stop()
