"""The doors over HTTP: whether people and portals get in, safely, and with which keys."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from broker.ports import ApiKey
from config.language import gettext, worded
from gateway.access.key_watch import in_use
from pintu.doctor.catalog import check
from pintu.doctor.checks.connection import dated
from pintu.doctor.facts import Door, Facts
from pintu.doctor.finding import Fine, NotSeen, NotThere, Outcome, broken, listed, risk

_SUBJECT = "gateway"
SOON: Final = timedelta(days=14)


@check(
    "gateway-away",
    _SUBJECT,
    "no gateway answers at `PINTU_GATEWAY`, although that is set or there are keys",
)
def away(facts: Facts) -> Iterator[Outcome]:
    door = facts.door.get()
    if not door.why:
        yield Fine(worded("the gateway answers at {address}", address=door.address))
    elif door.named or any(_keys(facts)):
        mends = gettext(
            "pintu run gateway, or systemctl status pintu-gateway; PINTU_GATEWAY=off for none"
        )
        yield broken(
            door.address, worded("the gateway does not answer: {why}", why=door.why), mends
        )
    else:
        raise NotThere


@check("gateway-pages", _SUBJECT, "a citizen's page, `/lapor` or `/lacak`, that is not given out")
def pages(facts: Facts) -> Iterator[Outcome]:
    door = _reached(facts)
    for page, why in door.pages.items():
        mends = gettext("journalctl -u pintu-gateway says why (http.failed)")
        yield broken(f"{door.address}{page}", why, mends)
    if not door.pages:
        yield Fine(gettext("the pages are given out"))


@check(
    "gateway-outside",
    _SUBJECT,
    "the gateway is not reached at `PINTU_GATEWAY_URL`; asked from this machine",
)
def outside(facts: Facts) -> Iterator[Outcome]:
    found = _reached(facts).outside
    if found is None:
        raise NotThere
    if found.why:
        mends = gettext(
            "look at the proxy: does it pass on to PINTU_GATEWAY, and is its name right?"
        )
        yield broken(found.url, worded("the gateway is not reached: {why}", why=found.why), mends)
    else:
        yield Fine(worded("reached at {url}", url=found.url))


@check(
    "gateway-plain",
    _SUBJECT,
    "HTTP without TLS to where it is not this machine alone: at `PINTU_GATEWAY_URL`, or, without"
    " https there, at `PINTU_GATEWAY` itself",
)
def plain(facts: Facts) -> Iterator[Outcome]:
    door = _reached(facts)
    says = gettext("keys, pins and complaints go over the network in the clear")
    found = door.outside
    # In a container it has to listen everywhere: with a proxy before it that is well.
    if not door.here and (found is None or not found.url.startswith("https:")):
        mends = gettext(
            "PINTU_GATEWAY on 127.0.0.1, a proxy that ends TLS, and its https in PINTU_GATEWAY_URL"
        )
        yield risk(door.address, says, mends)
    elif found is not None and not found.here and not found.url.startswith("https:"):
        mends = gettext("https in PINTU_GATEWAY_URL, and a proxy that ends TLS")
        yield risk(found.url, says, mends)


@check(
    "gateway-certificate",
    _SUBJECT,
    "the certificate at `PINTU_GATEWAY_URL` ends within 30 days, has ended, or does not count yet",
)
def certificate(facts: Facts) -> Iterator[Outcome]:
    found = _reached(facts).outside
    if found is None or not found.certificates:
        raise NotThere
    yield from dated(
        found.certificates, facts.now, gettext("renew it at the proxy, and reload that")
    )


@check(
    "key-ends", _SUBJECT, "a key that was used within a week and ends within 14 days, or has ended"
)
def ends(facts: Facts) -> Iterator[Outcome]:
    used = [key for key in _keys(facts) if in_use(key, facts.now)]
    for key in used:
        if key.expires_at is None or key.expires_at - facts.now > SOON:
            continue
        left = key.expires_at - facts.now
        when = (
            worded("ended on {day:%Y-%m-%d}", day=key.expires_at)
            if left <= timedelta()
            else worded(
                "ends in {days} days, on {day:%Y-%m-%d}", days=left.days, day=key.expires_at
            )
        )
        mends = gettext(
            "pintu key add for whom it is of; once the new one is used, pintu key revoke"
        )
        yield risk(
            worded("key {id} of {of}", id=key.id, of=key.of),
            worded("is in use and {when}", when=when),
            mends,
        )
    yield Fine(worded("{used} keys in use", used=len(used)))


@check(
    "key-owner",
    _SUBJECT,
    "keys of channels or agencies that the configuration does not know",
)
def owner(facts: Facts) -> Iterator[Outcome]:
    keys, known = _keys(facts), facts.owners.get()
    unknown = [key for key in keys if key.of not in known and _usable(key, facts)]
    if unknown:
        says = gettext("are of nobody whom the configuration knows: ") + listed(
            key.of for key in unknown
        )
        mends = gettext("pintu key revoke, or put them into the configuration")
        yield risk(listed(worded("key {id}", id=key.id) for key in unknown), says, mends)


def _reached(facts: Facts) -> Door:
    """Raises NotThere where nobody answers: that is told once."""
    door = facts.door.get()
    if door.why:
        raise NotThere
    return door


def _keys(facts: Facts) -> tuple[ApiKey, ...]:
    """Raises NotSeen, or NotThere where there is no store yet."""
    store = facts.stores["gateway"].get()
    if store.migration != store.newest:
        raise NotSeen(gettext("the gateway's store has no tables of this version"))
    return store.keys


def _usable(key: ApiKey, facts: Facts) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > facts.now)
