"""Endpoints of webhooks: whether events reach them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from broker.store.inspecting import Hook
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
            says = "no such queue: its agency or channel is not in the configuration any more"
            yield risk(
                f"webhook {hook.name}", says, f"pintu webhook remove {hook.name} --give-back"
            )


@check("webhook-off", _SUBJECT, "an endpoint that has switched itself off (410), or is paused")
def off(facts: Facts) -> Iterator[Outcome]:
    for hook in _hooks(facts):
        where, mends = f"webhook {hook.name}", f"pintu webhook resume {hook.name}"
        since = f" since {hook.since:%Y-%m-%d %H:%M} UTC" if hook.since else ""
        if hook.state == "off":
            yield broken(where, f"is off{since}: {hook.why}; its events wait", mends)
        elif hook.state == "paused":
            yield risk(where, f"is paused{since}; its events wait", mends)


@check("webhook-late", _SUBJECT, "events that have waited for an endpoint for an hour and more")
def late(facts: Facts) -> Iterator[Outcome]:
    for hook in _hooks(facts):
        if hook.oldest is not None and facts.now - hook.oldest >= LATE:
            says = (
                f"{hook.waiting:,} events wait, the oldest since {hook.oldest:%Y-%m-%d %H:%M} UTC"
            )
            mends = f"pintu webhook test {hook.name}; is pintu run webhooks running?"
            yield risk(f"webhook {hook.name}", says, mends)
        elif hook.state == "active":
            yield Fine(f"{hook.name}: {hook.waiting:,} events wait")


@check("webhook-shared", _SUBJECT, "a queue with an endpoint that somebody else reads as well")
def shared(facts: Facts) -> Iterator[Outcome]:
    hooks = _hooks(facts)
    depths = facts.broker.get().depths.get()
    for hook in hooks:
        depth = depths.get(hook.name)
        if depth is not None and (depth.consumers or 0) > 1:
            says = f"{depth.consumers} read the queue: each gets a part of the events"
            mends = f"end the other reader, or: pintu webhook remove {hook.name} --give-back"
            yield risk(f"webhook {hook.name}", says, mends)


def _hooks(facts: Facts) -> tuple[Hook, ...]:
    """Raises NotThere where there is none."""
    store = facts.stores.get("gateway")
    found = store.get().webhooks if store else ()
    if not found:
        raise NotThere
    return found
