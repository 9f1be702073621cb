"""People to sign in as, in the demonstration: their passwords are printed, and good on loopback."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from broker.domain.case import State
from broker.ports import Person
from config.language import gettext, marked
from gateway.access.passwords import hashed
from gateway.access.roles import ADMIN, AGENCY, AUDITOR, DESK, LEAD
from pintu.app.configuration import system_clock
from pintu.demo.stage import Stage

_OFFICERS: Final = ("budi", "sari")
_OTHERS: Final = (
    ("lead", "Sekretaris Daerah", LEAD, marked("leadership: the report"), "/laporan"),
    ("admin", "Admin Sistem", ADMIN, marked("administration: everything"), "/meja"),
    ("auditor", "Inspektorat", AUDITOR, marked("audit: everything, changes nothing"), "/meja"),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody to sign in as: what they are there for, and where they begin."""

    name: str
    password: str
    role: str
    what: str
    home: str


async def people(now: Stage) -> Sequence[SignIn]:
    """A desk officer, somebody of the two agencies with most to do, leader, admin, auditor."""
    desk = gettext("desk: triage, cases, rules")
    found = [await _add(now, "rina", "Rina Wati", DESK, desk, "/meja")]
    for name, agency in zip(_OFFICERS, await _busiest(now), strict=False):
        inbox = gettext("inbox of {agency}").format(agency=now.rules.agency_name(agency))
        role, home = f"{AGENCY}{agency}", f"/opd/{agency}"
        found.append(await _add(now, name, name.capitalize(), role, inbox, home))
    for name, shown, role, what, home in _OTHERS:
        found.append(await _add(now, name, shown, role, gettext(what), home))
    return found


async def _add(now: Stage, name: str, shown: str, role: str, what: str, home: str) -> SignIn:
    password = secrets.token_urlsafe(9)
    person = Person(name, shown, frozenset({role}), system_clock().now(), hashed(password))
    store = await now.ways.open_gateway()
    try:
        await store.people.add_person(person)
    finally:
        await store.close()
    return SignIn(name, password, role, what, home)


async def _busiest(now: Stage) -> list[str]:
    """Agencies of the region by how many open cases they have."""
    store = await now.ways.open_cases()
    try:
        counted = await store.counts()
    finally:
        await store.close()
    has: Counter[str] = Counter()
    for agency, state, number in counted:
        known = now.rules.agencies.get(agency or "")
        if known is not None and known.kind == "opd" and state is not State.CLOSED:
            has[known.code] += number
    return [code for code, _ in has.most_common(len(_OFFICERS))]
