"""What the router writes is what the case keeps."""

import json
from datetime import UTC, datetime

import orjson
import pytest

from broker.domain.forwarding import Routable, forward, recorded
from broker.domain.routing.decide import Decision
from config.loading.clocks import load_clocks
from schemas.decision import Alternative
from schemas.identifiers import complaint_id

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DECISION = Decision(
    agency="dlh",
    supporting=(),
    rule="text/waste#1",
    because="Kata “sampah” …",
    table="2026.1",
    topic="waste",
    region="19.03.01",
    oversight=True,
    confidence=0.75,
    alternatives=(Alternative("dishub", 0.2), Alternative("satpolpp", 0.1)),
    warnings=("category: …",),
)


@pytest.mark.parametrize("extra", [{}, {"number": 2**70}], ids=["plain", "with a huge number"])
def test_a_decision_is_written_as_it_is_recorded(extra: dict[str, object]) -> None:
    what = Routable(
        complaint_id=complaint_id("/channels/web", "1"),
        channel="web",
        complaint={"text": "sampah", "extra": extra},
        cause="1",
        received_at=NOW,
        hops=2,
        previous=("pln", "dpupr"),
        warnings=("time: …",),
    )
    (event,) = forward(what, DECISION, load_clocks(), source="/pintu/cases", now=NOW)
    written = orjson.dumps(json.loads(event.body)["data"]["decision"])
    assert written == orjson.dumps(recorded(DECISION, what))
