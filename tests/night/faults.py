"""What goes wrong at night: each makes the cause of an alert on real parts."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, uuid4, uuid5

import pika  # type: ignore[import-untyped]  # -- pika has no types

from tests.acceptance.outside import Outside
from tests.night.installation import Installation
from tests.night.traffic import Town
from tests.night.units import ADayBehind, AnHourAhead, Faulty, Unit
from tests.support.eventually import eventually
from tests.support.rabbitmqctl import rabbitmqctl


@dataclass(frozen=True)
class Fault:
    """``alert`` is to see it; ``cause`` makes it, ``healed`` does what is outside of the system's
    hands (a telephone call), beside what the runbook says. ``stays``: the alert looks back for
    longer than a test waits, so only its coming is seen. ``labels``: of the one that is meant,
    where there may be several. ``at``: the part on whose machine one has to be, where the alert
    does not say it."""

    alert: str
    cause: Callable[[Installation, Town], None]
    healed: Callable[[Installation, Town], None] = lambda _here, _town: None
    stays: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    at: str | None = None


def outside(here: Installation) -> Outside:
    """RabbitMQ as an adapter sees it."""
    return Outside(here.amqp_url)


# --- the ten of the night ---------------------------------------------------------------------


def router_dies(here: Installation, _: Town) -> None:
    here.parts["router"].die()


def cases_hang(here: Installation, _: Town) -> None:
    here.parts["cases"].hang()


def rabbitmq_stops(here: Installation, _: Town) -> None:
    here.systemctl("stop", "rabbitmq-server")


def memory_runs_out(here: Installation, _: Town) -> None:
    rabbitmqctl(here.rabbit.node, "set_vm_memory_high_watermark", "0.00001")


def postgres_stops(here: Installation, _: Town) -> None:
    here.systemctl("stop", "postgresql")


def rules_are_broken(here: Installation, _: Town) -> None:
    agencies = here.config / "agencies.toml"
    agencies.write_text(agencies.read_text().replace('code = "dlh"', 'code = "Not A Code"'))


def a_queue_is_made_anew_as_another_kind(here: Installation, _: Town) -> None:
    """Somebody who wanted to empty it: deleted, and declared as his client does by itself."""

    def another_kind() -> bool:
        with pika.BlockingConnection(pika.URLParameters(here.amqp_url)) as connection:
            channel = connection.channel()
            channel.queue_delete("agency.dishub")
            channel.queue_declare("agency.dishub", durable=True)
            for verb in ("routed", "escalated", "moved", "replied", "withdrawn", "rejected"):
                channel.queue_bind("agency.dishub", "complaints.events", f"{verb}.dishub.*")
        return True

    def tried() -> bool:
        try:
            return another_kind()
        except pika.exceptions.AMQPError:  # it was declared again in between
            return False

    eventually(tried)


def a_permission_is_taken_away(here: Installation, _: Town) -> None:
    rabbitmqctl(here.rabbit.node, "set_permissions", "pintu", ".*", "", ".*")


def an_adapter_sends_garbage(here: Installation, _: Town) -> None:
    with_garbage = outside(here)
    for _n in range(25):
        with_garbage.publish("web", b"{", content_type="application/json", message_id=uuid4().hex)
    with_garbage.close()


def cases_were_not_started_again(here: Installation, _: Town) -> None:
    """After some work on the machine."""
    here.systemctl("stop", "pintu-cases")


TEN: Final = (
    Fault("PintuProcessGone", router_dies),
    Fault("PintuNotScraped", cases_hang),
    Fault("PintuBrokerAway", rabbitmq_stops),
    Fault("PintuBrokerBlocked", memory_runs_out),
    Fault("PintuStoreFailing", postgres_stops),
    Fault("PintuRulesRefused", rules_are_broken),
    Fault("PintuTopologyDiffers", a_queue_is_made_anew_as_another_kind),
    Fault("PintuCannotPublish", a_permission_is_taken_away),
    Fault("PintuParkedBurst", an_adapter_sends_garbage),
    Fault("PintuNoConsumer", cases_were_not_started_again, labels={"queue": "cases"}),
)
"""In the order in which they come, a minute after the one before was mended."""

# --- the others -------------------------------------------------------------------------------


def router_is_told_a_wrong_address(here: Installation, _: Town) -> None:
    """Somebody saw the mistake and put it right in the file; nobody restarted the router."""
    part, right = here.parts["router"], here.amqp_url
    part.stop()
    part.amqp_url = "amqp://pintu:x@127.0.0.1:1/"
    part.start()
    part.amqp_url = right


def more_comes_in_than_a_router_that_hangs_takes(here: Installation, _: Town) -> None:
    here.parts["router"].hang()
    flood(here, 1200)


def more_comes_in_than_a_case_consumer_that_hangs_takes(here: Installation, _: Town) -> None:
    here.parts["cases"].hang()
    flood(here, 5500)


def an_adapter_sends_what_it_had_kept(here: Installation, _: Town) -> None:
    then = (datetime.now(UTC) - timedelta(minutes=10)).isoformat()
    kept = outside(here)
    for n in range(400):
        body = json.dumps(complaint("lampu jalan mati", f"kept-{n}", time=then)).encode()
        kept.publish("web", body, content_type="application/cloudevents+json")
    kept.close()


def an_update_overtakes_its_complaint_by_far(here: Installation, _: Town) -> None:
    """It is parked; the complaint comes after all, and now it would fit."""
    early, name = outside(here), uuid4().hex
    case = uuid5(NAMESPACE_URL, f"/channels/web#{name}")
    said = json.dumps({"complaint_id": str(case)}).encode()
    early.publish("agency.pln.acknowledged", said, exchange="complaints.updates", message_id=name)
    early.wait_for("parked", 1, 120)
    picked = json.dumps({"text": "lampu jalan mati", "agency": "pln"}).encode()
    early.publish("web", picked, message_id=name)
    early.close()


def an_agency_stops_reading(_: Installation, town: Town) -> None:
    town.reads.clear()


def an_agency_reads_again(_: Installation, town: Town) -> None:
    town.reads.set()


def a_kiosk_is_put_up(here: Installation, _: Town) -> None:
    kiosk = outside(here)
    kiosk.publish("kios", json.dumps({"text": "sampah"}).encode(), message_id=uuid4().hex)
    kiosk.close()


def a_queue_is_deleted(here: Installation, _: Town) -> None:
    with pika.BlockingConnection(pika.URLParameters(here.amqp_url)) as connection:
        connection.channel().queue_delete("agency.pln")


def one_machine_has_other_rules(here: Installation, _: Town) -> None:
    """The router's machine has a copy of the folder, which nobody brought up to date."""
    part = here.parts["router"]
    part.stop()
    copy = here.cloned_config()
    part.settings["CONFIG_DIR"] = str(copy)
    part.start()
    here.wait_until_ready()
    rules = here.config / "rules.toml"
    rules.write_text(rules.read_text().replace('version = "1"', 'version = "2"'))
    here.git("commit -q -a -m newer")


def an_upgrade_brings_a_fault(here: Installation, _: Town) -> None:
    part = here.parts["router"]
    part.stop()
    part.kind = Faulty
    part.start()
    eventually(part.ready)
    planted = outside(here)
    body = json.dumps({"text": "sampah menumpuk", "extra": {"planted": True}}).encode()
    planted.publish("web", body, message_id=uuid4().hex)
    planted.wait_for("parked", 1)
    planted.close()
    # The next version is without it.
    part.stop()
    part.kind = Unit
    part.start()


def a_clock_is_wrong(here: Installation, _: Town) -> None:
    replaced(here, AnHourAhead)


def nothing_comes_in(here: Installation, _: Town) -> None:
    """A day in which nothing was routed, by a router whose clock says that it was yesterday."""
    replaced(here, ADayBehind)


def the_right_clock(here: Installation, _: Town) -> None:
    replaced(here, Unit)


def replaced(here: Installation, kind: type[Unit]) -> None:
    """The router, by one of another kind."""
    part = here.parts["router"]
    part.stop()
    part.kind = kind
    part.start()


def complaint(text: str, name: str, **fields: str) -> dict[str, object]:
    """A CloudEvent of an adapter."""
    return {
        "specversion": "1.0",
        "type": "complaint.submitted.v1",
        "source": "/channels/web",
        "id": f"{name}-{uuid4().hex}",
        "data": {"text": text},
        **fields,
    }


def flood(here: Installation, number: int) -> None:
    """So many complaints at once."""
    body = json.dumps({"text": "lampu jalan mati"}).encode()
    adapter = outside(here)
    adapter.flood("web", [(uuid4().hex, body) for _ in range(number)])
    adapter.close()


OTHERS: Final = (
    Fault("PintuNotReady", router_is_told_a_wrong_address, labels={"part": "router"}),
    Fault("PintuIntakeGrows", more_comes_in_than_a_router_that_hangs_takes),
    Fault("PintuCasesBehind", more_comes_in_than_a_case_consumer_that_hangs_takes),
    Fault("PintuWatermarkOld", cases_hang),
    Fault("PintuComplaintsSlow", an_adapter_sends_what_it_had_kept, stays=True),
    Fault("PintuParkedWaiting", an_update_overtakes_its_complaint_by_far),
    Fault("PintuAgencyStoppedReading", an_agency_stops_reading, an_agency_reads_again),
    Fault("PintuRulesDiffer", one_machine_has_other_rules, at="router"),
    Fault("PintuUnknownChannel", a_kiosk_is_put_up, stays=True),
    Fault("PintuTopologyMended", a_queue_is_deleted, stays=True),
    Fault("PintuFault", an_upgrade_brings_a_fault, stays=True),
    Fault("PintuClockDisagrees", a_clock_is_wrong, the_right_clock),
    Fault("PintuNothingRouted", nothing_comes_in, the_right_clock),
)
"""Each on the same installation, where a test shortens what the rules wait."""

ELSEWHERE: Final = (
    "PintuTriageOld",
    "PintuOverdue",
    "PintuRoutingDrift",
    "PintuEscalationsBehind",
    "PintuMembersMissing",
    "PintuCertificateEnds",
    "PintuLearnerSilent",
    "PintuLabelsDoubted",
    "PintuMailWaits",
    "PintuMailRefused",
    "PintuWebhookParked",
    "PintuWebhookOff",
    "PintuWebhookLate",
    "PintuGatewayFails",
    "PintuGatewaySlow",
    "PintuConfirmsSlow",
    "PintuRateLimited",
    "PintuKeyEnds",
    "PintuAttachmentsAway",
    "PintuSignInsLocked",
)
"""What needs an installation of its own: see test_other_nights and test_doors_at_night; of mail
tests/acceptance/mail, of attachments tests/acceptance/gateway; of months that get worse
tests/unit/consumers/cases/test_accuracy.py, of learning tests/unit/pintu/app/test_learner.py."""
