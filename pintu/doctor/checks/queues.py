"""Exchanges, queues and bindings; policies on them; who reads, and what waits."""

from collections.abc import Iterator
from typing import Final

from broker.amqp.topology import Kind
from broker.messaging import names
from pintu.doctor.catalog import check
from pintu.doctor.facts import Facts
from pintu.doctor.finding import Fine, NotSeen, Outcome, broken, risk

_SUBJECT = "queues"
_PARTS: Final = {names.ROUTER_QUEUE: "pintu run router", names.CASES_QUEUE: "pintu run cases"}
BEHIND: Final = 10_000
"""Messages in a queue of ours that is read: minutes of work."""
UNREAD: Final = 100_000
"""Messages in a queue of somebody else's; 500,000 cost RabbitMQ about 1 GB of memory."""
PARKED: Final = 100


@check(
    "topology",
    _SUBJECT,
    "an exchange, a queue or a binding that is missing, differs from the configuration, or should"
    " not be there; members of a queue that are offline or too few; a policy that limits a queue",
)
def topology(facts: Facts) -> Iterator[Outcome]:
    for difference in facts.broker.get().topology.get():
        if difference.kind is not Kind.NOTE:
            tell = broken if difference.serious else risk
            says = f"{difference.kind}: {difference.says}"
            yield tell(difference.what, says, difference.remedy or "pintu topology apply")
    needs = facts.broker.get().needs.there
    if needs is not None:
        yield Fine(f"{len(needs)} exchanges and queues compared")


@check(
    "policy",
    _SUBJECT,
    "a policy that makes queues of ours divert or refuse messages (`dead-letter-exchange`,"
    " `overflow`); limits of length and time are found by `topology`",
)
def policies(facts: Facts) -> Iterator[Outcome]:
    for policy in facts.broker.get().management.policies.get():
        which = policy.queues[0] if len(policy.queues) == 1 else f"{len(policy.queues)} queues"
        says = f"sets {policy.sets} for {which}, which the contract does not have"
        vhost = facts.broker.get().address.vhost
        yield risk(
            f"policy {policy.name}",
            says,
            f"rabbitmqctl clear_policy --vhost '{vhost}' {policy.name}",
        )


@check("reader", _SUBJECT, "nobody reads `router.intake` or `cases`: a part does not run")
def readers(facts: Facts) -> Iterator[Outcome]:
    depths = facts.broker.get().depths.get()
    for queue, command in _PARTS.items():
        found = depths.get(queue)
        if found is None or found.messages is None:
            continue  # the topology tells of it
        if not found.consumers:
            says = f"nobody reads it; {found.messages:,} messages wait"
            yield broken(f"queue {queue}", says, f"{command}, or pintu run all")
        else:
            yield Fine(f"{queue}: {found.consumers} read it, {found.messages:,} wait")


@check(
    "backlog",
    _SUBJECT,
    "10,000 messages and more that wait for the router or the cases, 100,000 for somebody else",
)
def backlog(facts: Facts) -> Iterator[Outcome]:
    for queue, depth in facts.broker.get().depths.get().items():
        waiting = depth.messages or 0
        if queue in _PARTS and waiting >= BEHIND and depth.consumers:
            yield risk(
                f"queue {queue}",
                f"{waiting:,} messages wait: more comes in than is handled",
                f"start another one ({_PARTS[queue]}), or see its CPU and its store",
            )
        elif queue.startswith(names.agency_queue("")) and waiting >= UNREAD:
            readers = f"{depth.consumers} read it" if depth.consumers else "nobody reads it"
            says = f"{waiting:,} messages wait, {readers}; they cost RabbitMQ memory"
            yield risk(f"queue {queue}", says, "see to that agency's system")


@check("parked", _SUBJECT, "100 parked messages and more: nobody looks at them")
def parked(facts: Facts) -> Iterator[Outcome]:
    found = facts.broker.get().depths.get().get(names.PARKED_QUEUE)
    if found is None or found.messages is None:
        raise NotSeen(f"there is no queue {names.PARKED_QUEUE}")
    if found.messages >= PARKED:
        says = f"{found.messages:,} messages are parked: complaints and updates that did not fit"
        yield risk(f"queue {names.PARKED_QUEUE}", says, "pintu parked list")
    else:
        yield Fine(f"{found.messages:,} parked")
