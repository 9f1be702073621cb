"""What people say in a case: as the desk or as their agency, with the person in the history."""

from collections.abc import Mapping, Sequence

from gateway.api.callers import Caller
from gateway.api.problems import Problem
from gateway.api.updates import ReceiptView, said
from gateway.api.world import Gateway
from gateway.attachments.receiving import Upload
from gateway.staff.visits import Visit


async def say_as_desk(
    world: Gateway,
    visit: Visit,
    verb: str,
    subject: str,
    data: Mapping[str, object],
    id: str,
    uploads: Sequence[Upload] = (),
) -> ReceiptView:
    """An update of ``desk.<person>``. ``subject``: complaint_id or tracking code; ``id``: of this
    form, so that sent twice it is one update. Raises Problem where it was refused."""
    caller = Caller("desk", visit.person.name, frozenset(), visit.person.name)
    return await said(world, caller, verb, subject, data, id, uploads)


async def say_as_agency(
    world: Gateway,
    visit: Visit,
    agency: str,
    verb: str,
    subject: str,
    data: Mapping[str, object],
    id: str,
    uploads: Sequence[Upload] = (),
) -> ReceiptView:
    """An update of ``agency.<code>``; the same."""
    if agency not in visit.agencies:
        raise Problem("not-for-you")
    caller = Caller("agency", agency, frozenset(), visit.person.name)
    return await said(world, caller, verb, subject, data, id, uploads)
