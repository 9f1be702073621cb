"""Exchanges, queues and bindings; policies on them; who reads, and what waits."""

from collections.abc import Iterator
from typing import Final

from broker.amqp.topology import Kind
from broker.messaging import names
from config.broker_sentences import told
from config.language import gettext, worded
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
            says = f"{told(difference.kind.value)}: {told(difference.says)}"
            remedy = told(difference.remedy) or "pintu topology apply"
            yield tell(told(difference.what), says, remedy)
    needs = facts.broker.get().needs.there
    if needs is not None:
        yield Fine(worded("{needs} exchanges and queues compared", needs=len(needs)))


@check(
    "policy",
    _SUBJECT,
    "a policy that makes queues of ours divert or refuse messages (`dead-letter-exchange`,"
    " `overflow`); limits of length and time are found by `topology`",
)
def policies(facts: Facts) -> Iterator[Outcome]:
    for policy in facts.broker.get().management.policies.get():
        which = (
            policy.queues[0]
            if len(policy.queues) == 1
            else worded("{queues} queues", queues=len(policy.queues))
        )
        says = worded(
            "sets {sets} for {which}, which the contract does not have",
            sets=policy.sets,
            which=which,
        )
        vhost = facts.broker.get().address.vhost
        yield risk(
            worded("policy {name}", name=policy.name),
            says,
            worded(
                "rabbitmqctl clear_policy --vhost '{vhost}' {name}", vhost=vhost, name=policy.name
            ),
        )


@check("reader", _SUBJECT, "nobody reads `router.intake` or `cases`: a part does not run")
def readers(facts: Facts) -> Iterator[Outcome]:
    depths = facts.broker.get().depths.get()
    for queue, command in _PARTS.items():
        found = depths.get(queue)
        if found is None or found.messages is None:
            continue  # the topology tells of it
        if not found.consumers:
            says = worded("nobody reads it; {messages:,} messages wait", messages=found.messages)
            yield broken(
                worded("queue {queue}", queue=queue),
                says,
                worded("{command}, or pintu run all", command=command),
            )
        else:
            yield Fine(
                worded(
                    "{queue}: {consumers} read it, {messages:,} wait",
                    queue=queue,
                    consumers=found.consumers,
                    messages=found.messages,
                )
            )


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
                worded("queue {queue}", queue=queue),
                worded("{waiting:,} messages wait: more comes in than is handled", waiting=waiting),
                worded(
                    "start another one ({parts}), or see its CPU and its store", parts=_PARTS[queue]
                ),
            )
        elif queue.startswith(names.agency_queue("")) and waiting >= UNREAD:
            readers = (
                worded("{consumers} read it", consumers=depth.consumers)
                if depth.consumers
                else gettext("nobody reads it")
            )
            says = worded(
                "{waiting:,} messages wait, {readers}; they cost RabbitMQ memory",
                waiting=waiting,
                readers=readers,
            )
            yield risk(
                worded("queue {queue}", queue=queue), says, gettext("see to that agency's system")
            )


@check("parked", _SUBJECT, "100 parked messages and more: nobody looks at them")
def parked(facts: Facts) -> Iterator[Outcome]:
    found = facts.broker.get().depths.get().get(names.PARKED_QUEUE)
    if found is None or found.messages is None:
        raise NotSeen(worded("there is no queue {parked_queue}", parked_queue=names.PARKED_QUEUE))
    if found.messages >= PARKED:
        says = worded(
            "{messages:,} messages are parked: complaints and updates that did not fit",
            messages=found.messages,
        )
        yield risk(f"queue {names.PARKED_QUEUE}", says, "pintu parked list")
    else:
        yield Fine(worded("{messages:,} parked", messages=found.messages))
