"""What leaves the router of an anonymous complaint, and of one that is not."""

import json
from typing import Any

import pytest

from broker.domain.privacy import public_complaint
from schemas.complaint import ComplaintData, PublicComplaint

FULL: dict[str, Any] = {
    "text": "hubungi 0812-3456-7890",
    "title": "dari budi@example.com",
    "occurred_at": "2026-11-02T09:00:00+07:00",
    "classification": "aspiration",
    "oversight": True,
    "category": 1397,
    "agency": "dpupr",
    "location": {
        "region": "19.03.01.2008",
        "village": "Rias",
        "address": "rumah Budi 0812-3456-7890",
        "latitude": -2.9,
    },
    "reporter": {"name": "Budi", "national_id": "1903010101900001"},
    "attachments": [{"url": "https://example.org/a.jpg"}],
    "follows": "YWWD-XYKC-XDE1",
    "external_id": 8923998,
    "extra": {"who": "Budi"},
}


def public(anonymous: bool) -> PublicComplaint:
    data = ComplaintData.model_validate(FULL)
    return public_complaint(data, anonymous=anonymous, confidential=False)


def test_of_an_anonymous_complaint_nothing_names_the_reporter() -> None:
    complaint = public(anonymous=True)
    assert "reporter" not in complaint
    assert "extra" not in complaint
    assert complaint["attachments"] == [{"url": "https://example.org/a.jpg", "sensitive": True}]
    wire = json.dumps(complaint)
    for trace in ("3456", "budi@", "1903010101900001"):
        assert trace not in wire
    assert complaint["location"]["region"] == "19.03.01.2008"
    assert complaint["follows"] == "YWWD-XYKC-XDE1"
    assert complaint["external_id"] == "8923998"


def test_of_any_other_complaint_all_fields_go_on() -> None:
    complaint = public(anonymous=False)
    assert complaint == FULL | {
        "category": "1397",
        "external_id": "8923998",
        "anonymous": False,
        "confidential": False,
    }


@pytest.mark.parametrize(
    "external_id",
    ["081234567890", "wa:0812-3456-7890", "1903010101900001", 6281234567890, "a3456@budi.id"],
)
def test_a_number_in_the_wrong_field_is_masked_too(external_id: object) -> None:
    data = ComplaintData.model_validate(
        {
            "text": "a",
            "category": "081234567890",
            "agency": "0812 3456 7890",
            "external_id": external_id,
            "location": {"region": "081234567890", "village": "0812-3456-7890"},
        }
    )
    wire = json.dumps(public_complaint(data, anonymous=True, confidential=True))
    assert "3456" not in wire


def test_a_complaint_without_a_classification_is_a_complaint() -> None:
    data = ComplaintData.model_validate({"text": "a"})
    assert public_complaint(data, anonymous=False, confidential=True) == {
        "text": "a",
        "classification": "complaint",
        "anonymous": False,
        "confidential": True,
    }
