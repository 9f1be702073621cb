"""Faults of the way to RabbitMQ, of the user on it, and of RabbitMQ itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from broker.messaging import names
from broker.node.tcp_ports import choose_ports
from tests.acceptance.doctor.examining import Fault
from tests.acceptance.doctor.foreign import PASSWORD, USER, Foreign, publish
from tests.acceptance.doctor.planting import planted, silent
from tests.support.authority import Authority, Issued, tls_door
from tests.support.eventually import eventually
from tests.support.nodes import in_vhost

_NOBODY_READS: Final = ("reader",)
AGENCIES: Final = 7
"""Of the town."""


# The way to RabbitMQ.


@planted
def one_of_two_hosts_is_away(place: Foreign, _: Path) -> Iterator[Fault]:
    there, closed = place.node.ports.amqp, choose_ports().amqp
    url = place.settings["AMQP_URL"].replace(f":{there}", f":{there},127.0.0.1:{closed}")
    yield Fault("amqp-host", {"AMQP_URL": url})


@planted
def every_host_is_away(place: Foreign, _: Path) -> Iterator[Fault]:
    yield Fault("amqp-host", {"AMQP_URL": place.url(place.vhost, port=choose_ports().amqp)})


@planted
def a_host_that_says_nothing(place: Foreign, _: Path) -> Iterator[Fault]:
    with silent() as port:
        yield Fault("amqp-host", {"AMQP_URL": place.url(place.vhost, port=port)})


@planted
def a_host_whose_name_is_unknown(place: Foreign, _: Path) -> Iterator[Fault]:
    yield Fault("amqp-host", {"AMQP_URL": f"amqp://{USER}:{PASSWORD}@nowhere.invalid/"}, PLAIN)


PLAIN = ("amqp-plain",)
"""A host elsewhere without TLS."""


@planted
def a_wrong_password(place: Foreign, _: Path) -> Iterator[Fault]:
    yield Fault("amqp-login", {"AMQP_URL": place.url(place.vhost, password="wrong")})


@planted
def a_vhost_that_is_not_there(place: Foreign, _: Path) -> Iterator[Fault]:
    yield Fault("amqp-login", {"AMQP_URL": place.url("elsewhere")})


# TLS.


def over_tls(place: Foreign, port: int, **parameters: object) -> str:
    given = {"cafile": place.authority.certificate, **parameters}
    query = "&".join(f"{name}={value}" for name, value in given.items() if value)
    url = place.url(place.vhost, port=port).replace("amqp://", "amqps://")
    return f"{url}?{query}"


@contextmanager
def door(place: Foreign, issued: Issued, **parameters: object) -> Iterator[dict[str, str]]:
    """The node behind TLS, as a setting."""
    with tls_door(place.node.ports.amqp, issued) as port:
        yield {"AMQP_URL": over_tls(place, port, **parameters)}


@planted
def a_certificate_that_ends_in_a_week(place: Foreign, _: Path) -> Iterator[Fault]:
    with door(place, place.authority.issue("ending", days=7)) as changes:
        yield Fault("amqp-certificate", changes)


@planted
def a_certificate_that_has_ended(place: Foreign, _: Path) -> Iterator[Fault]:
    with door(place, place.authority.issue("ended", days=-1)) as changes:
        yield Fault("amqp-certificate", changes, ["amqp-tls"])


@planted
def a_certificate_for_another_name(place: Foreign, _: Path) -> Iterator[Fault]:
    with door(place, place.authority.issue("other", name="other.example")) as changes:
        yield Fault("amqp-tls", changes)


@planted
def a_certificate_of_an_unknown_authority(place: Foreign, tmp_path: Path) -> Iterator[Fault]:
    with door(place, Authority(tmp_path, "stranger").issue("strange")) as changes:
        yield Fault("amqp-tls", changes)


@planted
def a_port_without_tls(place: Foreign, _: Path) -> Iterator[Fault]:
    yield Fault("amqp-tls", {"AMQP_URL": over_tls(place, place.node.ports.amqp)})


@planted
def an_authority_s_file_that_is_gone(place: Foreign, tmp_path: Path) -> Iterator[Fault]:
    with door(place, place.authority.issue("well"), cafile=tmp_path / "gone") as changes:
        yield Fault("amqp-tls", changes)


@planted
def tls_that_verifies_nothing(place: Foreign, _: Path) -> Iterator[Fault]:
    with door(place, place.authority.issue("well"), verify="verify_none") as changes:
        yield Fault("amqp-plain", changes)


@planted
def a_client_s_certificate_that_ends(place: Foreign, _: Path) -> Iterator[Fault]:
    ours = place.authority.issue("client", days=3)
    parameters = {"certfile": ours.certificate, "keyfile": ours.key}
    with door(place, place.authority.issue("well"), **parameters) as changes:
        yield Fault("amqp-certificate", changes)


# The user.


@planted
def the_default_user(place: Foreign, _: Path) -> Iterator[Fault]:
    place.management.call("PUT", "/users/guest", {"password": "guest", "tags": "monitoring"})
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    place.management.call("PUT", f"/permissions/{place.vhost}/guest", everything)
    yield Fault("user-guest", {"AMQP_URL": place.url(place.vhost, user="guest", password="guest")})
    place.management.call("DELETE", "/users/guest")


@planted
def an_administrator(place: Foreign, _: Path) -> Iterator[Fault]:
    place.tag("administrator")
    yield Fault("user-tag", {})
    place.tag("monitoring")


@planted
def a_user_who_may_not_publish(place: Foreign, _: Path) -> Iterator[Fault]:
    place.permit(place.quiet_vhost, write="^(agency|channel|complaints|router|cases)")
    also = (*_NOBODY_READS, "publishing")
    yield Fault("user-permissions", place.quiet, also)
    place.permit(place.quiet_vhost)


@planted
def a_user_who_may_not_read(place: Foreign, _: Path) -> Iterator[Fault]:
    place.permit(place.quiet_vhost, read="^agency")
    yield Fault("user-permissions", place.quiet, _NOBODY_READS)
    place.permit(place.quiet_vhost)


@planted
def publishes_that_are_refused(place: Foreign, _: Path) -> Iterator[Fault]:
    place.permit(place.quiet_vhost, write="^$")
    yield Fault("publishing", place.quiet, (*_NOBODY_READS, "user-permissions"))
    place.permit(place.quiet_vhost)


@planted
def a_topic_permission_on_events(place: Foreign, _: Path) -> Iterator[Fault]:
    at = f"/topic-permissions/{place.quiet_vhost}/{USER}"
    body = {"exchange": names.EVENTS, "write": "^routed", "read": ".*"}
    place.management.call("PUT", at, body)
    yield Fault("user-permissions", place.quiet, _NOBODY_READS)
    place.management.call("DELETE", at)


@planted
def a_router_that_may_read_every_queue(place: Foreign, _: Path) -> Iterator[Fault]:
    """A user that is called as a part is that part's alone."""
    body = {"password": PASSWORD, "tags": "monitoring"}
    place.management.call("PUT", "/users/router", body)
    everything = {"configure": "^$", "write": "^(complaints|amq.default$)", "read": ".*"}
    place.management.call("PUT", f"/permissions/{place.vhost}/router", everything)
    yield Fault("user-permissions", {"AMQP_URL": place.url(place.vhost, user="router")})
    place.management.call("DELETE", "/users/router")


# RabbitMQ.


@planted
def a_management_api_that_is_not_there(place: Foreign, _: Path) -> Iterator[Fault]:
    yield Fault("management", {"MANAGEMENT_URL": f"http://127.0.0.1:{choose_ports().management}"})


@planted
def a_management_api_that_lets_nobody_in(place: Foreign, _: Path) -> Iterator[Fault]:
    url = f"http://{USER}:wrong@127.0.0.1:{place.node.ports.management}"
    yield Fault("management", {"MANAGEMENT_URL": url})


@planted
def nothing_is_declared(place: Foreign, _: Path) -> Iterator[Fault]:
    vhost = place.management.add_vhost()
    place.permit(vhost)
    url = in_vhost(place.settings["AMQP_URL"], vhost)
    yield Fault("topology", {"AMQP_URL": url}, ["publishing"])
    place.management.delete_vhost(vhost)


@planted
def a_queue_is_gone(place: Foreign, _: Path) -> Iterator[Fault]:
    at = f"/queues/{place.quiet_vhost}/escalations"
    was = place.management.call("GET", at)
    place.management.call("DELETE", at)
    yield Fault("topology", place.quiet, _NOBODY_READS)
    place.management.call("PUT", at, {"durable": True, "arguments": was["arguments"]})
    binding = f"/bindings/{place.quiet_vhost}/e/{names.EVENTS}/q/escalations"
    place.management.call("POST", binding, {"routing_key": "escalated.#"})


@planted
def a_queue_of_another_kind(place: Foreign, _: Path) -> Iterator[Fault]:
    at = f"/queues/{place.quiet_vhost}/agency.gone"
    place.management.call("PUT", at, {"durable": True, "arguments": {}})
    yield Fault("topology", place.quiet, _NOBODY_READS)
    place.management.call("DELETE", at)


@planted
def a_binding_too_many(place: Foreign, _: Path) -> Iterator[Fault]:
    binding = f"/bindings/{place.quiet_vhost}/e/{names.EVENTS}/q/agency.dlh"
    place.management.call("POST", binding, {"routing_key": "routed.#"})
    yield Fault("topology", place.quiet, _NOBODY_READS)
    place.management.call("DELETE", f"{binding}/routed.%23")


@planted
def policies_that_limit_and_divert(place: Foreign, _: Path) -> Iterator[Fault]:
    """All at once: RabbitMQ shows what is in force for a queue only with its next statistics."""
    bends = {
        "^agency": {"message-ttl": 60_000},
        "^cases$": {"max-length": 100},
        "^triage$": {"dead-letter-exchange": "amq.fanout"},
    }
    at = f"/policies/{place.quiet_vhost}"
    for number, (pattern, definition) in enumerate(bends.items()):
        body = {"pattern": pattern, "definition": definition, "apply-to": "queues"}
        place.management.call("PUT", f"{at}/bends-{number}", body)
    queues = f"/queues/{place.quiet_vhost}?columns=name,effective_policy_definition"

    def bent() -> int:
        listed = place.management.call("GET", queues)
        return sum(bool(one.get("effective_policy_definition")) for one in listed)

    eventually(lambda: bent() == AGENCIES + 2, saying="they are in force")
    yield Fault("policy", place.quiet, (*_NOBODY_READS, "topology"))
    for number in range(len(bends)):
        place.management.call("DELETE", f"{at}/bends-{number}")
    eventually(lambda: bent() == 0, saying="RabbitMQ has forgotten them")


@planted
def nobody_reads(place: Foreign, _: Path) -> Iterator[Fault]:
    yield Fault("reader", place.quiet)


@planted
def a_hundred_parked_messages(place: Foreign, _: Path) -> Iterator[Fault]:
    publish(place, place.quiet_vhost, names.PARKED_EXCHANGE, "", "x", number=100)
    yield Fault("parked", place.quiet, _NOBODY_READS)
    place.management.call("DELETE", f"/queues/{place.quiet_vhost}/parked/contents")
