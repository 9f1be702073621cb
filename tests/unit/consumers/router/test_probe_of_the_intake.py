"""What the gateway publishes on the intake only to see whether it can is no complaint."""

from broker.memory import MemoryBroker, MemoryCaseStore, MemoryJournal
from broker.messaging import names
from broker.messaging.topology import topology
from broker.messaging.watermark import OF_INTAKE, WATERMARK
from config.loading.clocks import load_clocks
from schemas.properties import Properties
from tests.support.by_hand import ByHand, Hand
from tests.unit.consumers.runtime.tracing.traced_town import MONDAY, RULES


def town() -> ByHand:
    broker = MemoryBroker(topology(RULES.agencies, RULES.channels, broker_version=(4, 0)))
    return ByHand(broker, MemoryJournal(), MemoryCaseStore(), RULES, load_clocks(), Hand(MONDAY))


async def test_the_probe_is_ignored_and_what_only_calls_itself_one_is_not() -> None:
    here = town()
    probe = OF_INTAKE.message
    marked = Properties(content_type=probe.content_type, type=WATERMARK, message_id="probe")
    here.put(probe.exchange, probe.routing_key, probe.body, marked)
    await here.settle()
    assert [name for name, queue in here.broker.queues.items() if queue.ready] == []
    here.put(names.INTAKE, "web", b'{"text": "sampah menumpuk"}', marked)
    await here.settle()
    assert [m.routing_key for m in here.broker.queues["agency.dlh"].ready] == ["routed.dlh.web"]
