"""Endpoints of webhooks: whether events reach them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from broker.store.inspecting import Hook
from config.language import gettext, worded
from pintu.doctor.catalog import check
from pintu.doctor.facts import Facts
from pintu.doctor.finding import Fine, NotThere, Outcome, broken, risk

_SUBJECT = "webhooks"
LATE: Final = timedelta(hours=1)


@check("webhook-name", _SUBJECT, "an endpoint whose agency or channel is not there any more")
def name(facts: Facts) -> Iterator[Outcome]:
    hooks = _hooks(facts)
    needs = facts.broker.get().needs.get()
    for hook in hooks:
        if hook.name not in needs:
            says = gettext(
                "no such queue: its agency or channel is not in the configuration any more"
            )
            yield risk(
                f"webhook {hook.name}", says, f"pintu webhook remove {hook.name} --give-back"
            )


@check("webhook-off", _SUBJECT, "an endpoint that has switched itself off (410), or is paused")
def off(facts: Facts) -> Iterator[Outcome]:
    for hook in _hooks(facts):
        where, mends = f"webhook {hook.name}", f"pintu webhook resume {hook.name}"
        since = worded(" since {since:%Y-%m-%d %H:%M} UTC", since=hook.since) if hook.since else ""
        if hook.state == "off":
            yield broken(
                where,
                worded("is off{since}: {why}; its events wait", since=since, why=hook.why),
                mends,
            )
        elif hook.state == "paused":
            yield risk(where, worded("is paused{since}; its events wait", since=since), mends)


@check("webhook-late", _SUBJECT, "events that have waited for an endpoint for an hour and more")
def late(facts: Facts) -> Iterator[Outcome]:
    for hook in _hooks(facts):
        if hook.oldest is not None and facts.now - hook.oldest >= LATE:
            says = worded(
                "{waiting:,} events wait, the oldest since {oldest:%Y-%m-%d %H:%M} UTC",
                waiting=hook.waiting,
                oldest=hook.oldest,
            )
            mends = worded(
                "pintu webhook test {name}; is pintu run webhooks running?", name=hook.name
            )
            yield risk(f"webhook {hook.name}", says, mends)
        elif hook.state == "active":
            yield Fine(
                worded("{name}: {waiting:,} events wait", name=hook.name, waiting=hook.waiting)
            )


@check("webhook-shared", _SUBJECT, "a queue with an endpoint that somebody else reads as well")
def shared(facts: Facts) -> Iterator[Outcome]:
    hooks = _hooks(facts)
    depths = facts.broker.get().depths.get()
    for hook in hooks:
        depth = depths.get(hook.name)
        if depth is not None and (depth.consumers or 0) > 1:
            says = worded(
                "{consumers} read the queue: each gets a part of the events",
                consumers=depth.consumers,
            )
            mends = worded(
                "end the other reader, or: pintu webhook remove {name} --give-back", name=hook.name
            )
            yield risk(f"webhook {hook.name}", says, mends)


def _hooks(facts: Facts) -> tuple[Hook, ...]:
    """Raises NotThere where there is none."""
    store = facts.stores.get("gateway")
    found = store.get().webhooks if store else ()
    if not found:
        raise NotThere
    return found
