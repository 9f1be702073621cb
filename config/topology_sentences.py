"""What is said of differences between RabbitMQ and the configuration, by its form: see
``config.broker_sentences``."""

from typing import Final

from config.language import marked

FORMS: Final = (
    # In what way it differs
    marked("missing"),
    marked("differs"),
    marked("extra"),
    marked("note"),
    # What it is about
    marked("exchange {name}"),
    marked("queue {name}"),
    marked("binding {source} -> {target}"),
    marked("all {n} replicated queues"),
    marked("{n} queues: {names}"),
    marked("leaders"),
    marked("feature flags"),
    marked("management API"),
    # What is there and should be
    marked("does not exist"),
    marked("does not exist; {why}"),
    marked("{name} is {what}, should be {own}"),
    marked("not set"),
    marked("arguments are {found}, should be {should}"),
    marked("is not in the configuration; holds {n} messages"),
    marked("a policy sets {key} to {value}, so it may drop messages"),
    marked("is not in the configuration: the queue gets messages that are not meant for it"),
    marked("is not ours; whoever reads it sees these messages too"),
    marked("exists; this user may not declare it, so its arguments could not be compared"),
    marked(
        "was declared for an older RabbitMQ and dead-letters at-most-once: good, but a message that"
        " is dead-lettered while the queue parked is away is lost"
    ),
    marked("this user may not bind, and AMQP cannot show whether it is there"),
    marked("most members are offline: it takes and gives nothing until they are back"),
    marked("the member on {node} is offline"),
    marked("{n} of {enough} members, on {nodes}: the loss of one node may stop it"),
    marked("1 of {enough} members, on {node} alone: it stops with that node"),
    marked("{node} leads {most} of {all} replicated queues, so it does their work"),
    marked("off: {flags}"),
    marked("{why}; not seen: {what}"),
    marked("the arguments of exchanges"),
    marked("members of queues, policies, and queues that the configuration has no more"),
    marked("bindings, and what should not be there"),
    marked("whether each queue has as many members as it could"),
    marked("bindings, members, and what should not be there"),
    marked("queues that the configuration has no more"),
    marked("feature flags, and queues that the configuration has no more"),
    # What to do
    marked("when it is empty and nobody reads it: rabbitmqctl delete_queue {queue}"),
    marked("keep the policy away from this queue (rabbitmqctl list_policies)"),
    marked("remove it in the management UI or with rabbitmqadmin; {command} does not"),
    marked(
        "an exchange cannot be changed: stop the publishers, delete the exchange (rabbitmqadmin"
        " delete exchange name={name}), then {command}"
    ),
    marked("to have at-least-once: let it run empty, delete it, {command}"),
    marked("{command} as a user with the configure, write and read permissions"),
    marked("the arguments of a queue cannot be changed"),
    marked(
        "{why}, and deleting a stream deletes its history: set the configuration back, or keep a"
        " copy, delete it (rabbitmqctl delete_queue {queue}), {command}"
    ),
    marked(
        "{why}: stop what feeds it, let its reader empty it, rabbitmqctl delete_queue {queue}"
        " --if-empty, {command}"
    ),
    marked("{why}: let its reader empty it, rabbitmqctl delete_queue {queue}, {command}"),
    marked("start the nodes of the cluster (rabbitmqctl cluster_status)"),
    marked(
        "start {node}; if it is gone for good: rabbitmq-queues shrink {again}, then rabbitmq-queues"
        " grow to another node"
    ),
    marked("see to the nodes of the cluster"),
    # Why nothing can be declared
    marked("RabbitMQ {version} is too old: {oldest} is needed"),
    marked("made for RabbitMQ {version}, but the broker is {found}"),
    marked("feature flags are off: {flags}: rabbitmqctl enable_feature_flag all"),
    marked("{url} is no RabbitMQ"),
    marked(
        "{url} belongs to another broker (or to a node of a cluster that has no name: rabbitmqctl"
        " set_cluster_name)"
    ),
)
