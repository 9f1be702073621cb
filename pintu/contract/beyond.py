"""What the generous reader takes beyond the published schemas, each with a message that shows it.

A schema says what one should write; nobody is turned away for writing otherwise. A test holds that
each of these messages does not fit its schema, and is read all the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from schemas.catalogue import Kind
from schemas.limits import ATTACHMENTS

_JSON: Final = "application/json"
_CASE: Final = "c51dbcc3-e45d-5df2-bdbd-1af67dadd1c1"
_MARKED: Final = MappingProxyType(
    {
        "cloudEvents_specversion": "1.0",
        "cloudEvents_id": "web-7",
        "cloudEvents_source": "/channels/web",
    }
)


@dataclass(frozen=True, slots=True)
class Beyond:
    """One kind of message that is taken too; ``warns``: what was left out is named."""

    says: str
    body: str
    content_type: str | None = _JSON
    message_id: str | None = "web-7"
    headers: Mapping[str, str] = field(default_factory=dict)
    key: str = "web"
    warns: bool = False


def _complaint(data: str, *, source: str = "/channels/web") -> str:
    return (
        f'{{"specversion": "1.0", "id": "web-7", "source": "{source}",'
        f' "type": "complaint.submitted.v1", "data": {data}}}'
    )


def _update(data: str, subject: str = _CASE) -> str:
    return (
        f'{{"specversion": "1.0", "id": "sim-7", "source": "/agencies/dlh", "subject": "{subject}",'
        f' "type": "complaint.responded.v1", "data": {data}}}'
    )


SUBMISSIONS: Final = (
    Beyond(
        "A bare JSON object with `text` and no envelope; its id is the AMQP message_id.",
        '{"text": "Jalan rusak"}',
    ),
    Beyond(
        "CloudEvents in binary mode: the attributes as headers that begin with `cloudEvents_` or"
        " `cloudEvents:`, the body being the data.",
        '{"text": "Jalan rusak"}',
        headers=_MARKED | {"cloudEvents_type": "complaint.submitted.v1"},
    ),
    Beyond("`text/plain` in UTF-8.", "Jalan rusak", content_type="text/plain"),
    Beyond(
        "No content type: JSON if the body is an object, else text.",
        "Jalan rusak",
        content_type=None,
    ),
    Beyond(
        "Neither an id nor a message_id: it is given one, and a repeat cannot be told.",
        '{"text": "Jalan rusak"}',
        message_id=None,
    ),
    Beyond(
        "An optional field that is of the wrong kind: it is left out, and named in `warnings`.",
        _complaint('{"text": "Jalan rusak", "title": 5}'),
        warns=True,
    ),
    Beyond(
        f"More than {ATTACHMENTS} attachments: the others are left out.",
        _complaint(
            '{"text": "Jalan rusak", "attachments": ['
            + ", ".join(f'{{"url": "foto/{n}.jpg"}}' for n in range(ATTACHMENTS + 1))
            + "]}"
        ),
        warns=True,
    ),
    Beyond(
        "`anonymous` and `confidential`: anything but false, null or absent counts as true.",
        _complaint('{"text": "Jalan rusak", "anonymous": "ya"}'),
        warns=True,
    ),
    Beyond(
        "`occurred_at` as seconds or milliseconds since 1970.",
        _complaint('{"text": "Jalan rusak", "occurred_at": 1793500000}'),
    ),
)
UPDATES: Final = (
    Beyond(
        "A bare JSON object with `complaint_id` or `tracking`; its id is `id` or the AMQP"
        " message_id.",
        f'{{"complaint_id": "{_CASE}", "note": "Sedang dikerjakan"}}',
        key="agency.dlh.responded",
    ),
    Beyond(
        "CloudEvents in binary mode, as for a complaint.",
        '{"note": "Sedang dikerjakan"}',
        headers=_MARKED
        | {"cloudEvents_type": "complaint.responded.v1", "cloudEvents_subject": _CASE},
        key="agency.dlh.responded",
    ),
    Beyond(
        "An attachment that cannot be used: it is left out, and named in `warnings`.",
        _update('{"note": "Sedang dikerjakan", "attachments": [{"size": 5}]}'),
        key="agency.dlh.responded",
        warns=True,
    ),
)
_BY_KIND: Final[Mapping[Kind, Sequence[Beyond]]] = MappingProxyType(
    {Kind.SUBMISSION: SUBMISSIONS, Kind.UPDATE: UPDATES}
)


def sentences_of(kind: Kind) -> list[str]:
    """What is taken beyond the schemas of this kind."""
    return [one.says for one in _BY_KIND.get(kind, ())]
