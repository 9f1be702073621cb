"""A case of the channel as a service request."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from broker.domain.case import Case, Said
from broker.domain.clocks import RESOLUTION, VERIFICATION, WorkingCalendar
from broker.domain.routing.rules import Rules
from gateway.open311.models import ServiceRequest
from gateway.open311.moments import written
from gateway.open311.services import topic_of
from gateway.open311.statuses import status_of


def service_request(
    case: Case, said: Sequence[Said], rules: Rules, calendar: WorkingCalendar
) -> ServiceRequest:
    """As the key of its own channel sees it.

    Who reads Open311 mostly publishes: nothing of the reporter is in it, not what the reporter
    said later, and of a confidential complaint neither text nor place.
    """
    notes = [one for one in said if not one.by_reporter]
    code, name = service_of(case, rules)
    what: Mapping[str, object] = case.complaint or {}
    if what.get("confidential"):
        what = {}
    place = what.get("location")
    place = place if isinstance(place, Mapping) else {}
    due = case.clock(RESOLUTION.name) or case.clock(VERIFICATION.name)
    return ServiceRequest(
        service_request_id=case.tracking,
        status=status_of(case),
        status_notes=_last_word(case, notes),
        service_name=name,
        service_code=code,
        description=_text(what.get("text")),
        agency_responsible=rules.agency_name(case.agency) if case.agency else None,
        service_notice=None,
        requested_datetime=written(case.received_at, calendar),
        updated_datetime=written(_updated(case, notes), calendar),
        expected_datetime=written(due.due_at, calendar) if due and due.open else None,
        address=_address(place),
        address_id=None,
        zipcode=None,
        lat=_degrees(place.get("latitude")),
        long=_degrees(place.get("longitude")),
        media_url=media_of(what.get("attachments")),
    )


def service_of(case: Case, rules: Rules) -> tuple[str | None, str | None]:
    """Code and name of its service: what was reported, else what the rules found in the text."""
    category = case.complaint.get("category") if case.complaint else None
    topic = topic_of(category, rules) or topic_of(case.decision.topic, rules)
    return (topic.id, topic.name) if topic else (None, None)


def media_of(attachments: object) -> str | None:
    """The address of the first attachment: GeoReport has room for one."""
    for one in attachments if isinstance(attachments, list | tuple) else ():
        url = one.get("url") if isinstance(one, Mapping) else None
        if isinstance(url, str) and url.lower().startswith(("https://", "http://")):
            return url
    return None


def _last_word(case: Case, notes: Sequence[Said]) -> str | None:
    if case.closed is not None:
        return case.closed.sentence or case.closed.reason
    return next((one.note or one.reason for one in reversed(notes) if one.note or one.reason), None)


def _updated(case: Case, notes: Sequence[Said]) -> datetime:
    if case.closed is not None:
        return case.closed.at
    moments = [case.opened_at, case.routed_at, *(one.at for one in notes)]
    for clock in case.clocks:
        moments.append(clock.started_at)
        if clock.stopped_at is not None:
            moments.append(clock.stopped_at)
    return max(moments)


def _address(place: Mapping[str, object]) -> str | None:
    """From the most specific to the most general."""
    parts = [_text(place.get(name)) for name in ("address", "village", "district")]
    return ", ".join(part for part in parts if part) or None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _degrees(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
