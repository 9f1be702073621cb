"""People who sign in: whether somebody can, with which roles, and whether the provider answers."""

from collections.abc import Iterator
from typing import Final

from broker.ports import Person
from config.language import gettext, worded
from gateway.access.roles import ADMIN, agencies_of, may
from pintu.doctor.catalog import check
from pintu.doctor.facts import Facts
from pintu.doctor.finding import Fine, NotSeen, NotThere, Outcome, broken, listed, risk

_SUBJECT: Final = "people"


@check(
    "people-desk",
    _SUBJECT,
    "people were added, and nobody who works at the desk, or who manages people, can sign in",
)
def desk(facts: Facts) -> Iterator[Outcome]:
    able = [one for one in _people(facts) if one.disabled_at is None and (one.password or one.oidc)]
    if not any(may(one, "desk.act") for one in able):
        mends = gettext("pintu user list; pintu user add NAME --role desk, or change NAME --enable")
        yield broken("people", gettext("nobody can sign in at the desk"), mends)
    elif not any(ADMIN in one.roles for one in able):
        says = gettext("nobody can sign in who manages people in the browser")
        mends = gettext("pintu user add NAME --role admin, or leave it to the command line")
        yield risk("people", says, mends)
    else:
        yield Fine(worded("{n} people can sign in", n=len(able)))


@check("people-agency", _SUBJECT, "people of agencies that the configuration does not know")
def agency(facts: Facts) -> Iterator[Outcome]:
    known = facts.owners.get()
    lost = [
        f"{one.name} ({code})"
        for one in _people(facts)
        for code in agencies_of(one)
        if f"agency.{code}" not in known and one.disabled_at is None
    ]
    if lost:
        says = worded(
            "are of agencies that the configuration does not know: {listed}", listed=listed(lost)
        )
        yield risk("people", says, "pintu user change NAME --role agency:CODE")


@check(
    "people-oidc",
    _SUBJECT,
    "the OpenID provider of `PINTU_OIDC_ISSUER` does not answer as it should, or its client is not"
    " set whole",
)
def oidc(facts: Facts) -> Iterator[Outcome]:
    provider = facts.oidc.get()
    if provider.why:
        mends = gettext("mend it, or unset PINTU_OIDC_ISSUER: passwords go on without")
        yield broken(provider.issuer, provider.why, mends)
    else:
        yield Fine(worded("{issuer} answers", issuer=provider.issuer))


def _people(facts: Facts) -> tuple[Person, ...]:
    """Raises NotSeen, or NotThere where nobody was added: the commands need no people."""
    store = facts.stores["gateway"].get()
    if store.migration != store.newest:
        raise NotSeen(gettext("the gateway's store has no tables of this version"))
    if not store.people:
        raise NotThere
    return store.people
