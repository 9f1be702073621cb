"""Whatever the router passes on, the case consumer can read: else no clock would run."""

from datetime import UTC, datetime

import pytest

from broker.domain.intake import Routed, handle_intake
from config.loading import load_rules
from config.loading.clocks import load_clocks
from schemas.events import read_routing
from tests.support.builders import a_message

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
RULES, CLOCKS = load_rules(None), load_clocks(None)


@pytest.mark.parametrize("depth", [1, 100, 180, 185, 190, 195, 196, 197, 198, 199])
def test_an_extra_of_any_depth_that_is_routed_can_be_read(depth: int) -> None:
    body = b'{"text":"halo","extra":{"a":' + b"[" * depth + b"]" * depth + b"}}"
    message = a_message(body, content_type="application/json", message_id="m")
    outcome = handle_intake(message, RULES, CLOCKS, now=NOW, new_id=lambda: "fresh")
    assert isinstance(outcome, Routed)
    event = read_routing(outcome.publish[0].body)
    left_out = "extra" not in event.data.complaint
    assert left_out == any(w.startswith("extra:") for w in event.data.decision.warnings)
    assert not left_out or depth > 180
