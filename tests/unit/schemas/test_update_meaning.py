"""What an update must say for its verb, value by value."""

from typing import Any, get_args
from uuid import UUID

import pytest

from schemas.complaint import Classification
from schemas.meaning import CODES
from schemas.updates import BadUpdate
from tests.unit.schemas.updates_said import (
    CASE,
    OTHER_TRACKING,
    TRACKING,
    refused,
    said,
    understood,
)

DISMISSED = "desk.sri.dismissed"
ASSIGNED = "desk.sri.assigned"


@pytest.mark.parametrize("rating", [1, 2, 3, 4, 5, None, ...])
def test_a_rating_is_a_whole_number_from_one_to_five(rating: Any) -> None:
    update = understood("channel.web.accepted", **({} if rating is ... else {"rating": rating}))
    assert update.rating == (None if rating is ... else rating)


@pytest.mark.parametrize("rating", [0, 6, -1, True, False, "5", 5.0, 4.5, [5], 10**30])
def test_any_other_rating_is_refused(rating: Any) -> None:
    detail = refused("channel.web.accepted", rating=rating)
    assert detail == "rating: not a whole number from 1 to 5"


@pytest.mark.parametrize(("reopen", "meant"), [(True, True), (False, False), (None, True)])
def test_a_reply_opens_a_case_again_unless_it_says_that_it_does_not(
    reopen: bool | None, meant: bool
) -> None:
    assert understood("channel.web.replied", reopen=reopen).reopen is meant
    assert understood("channel.web.replied").reopen is True


@pytest.mark.parametrize("reopen", ["no", "false", 0, 1, [], {}])
def test_a_reply_that_leaves_it_open_whether_it_opens_the_case_is_refused(reopen: Any) -> None:
    assert refused("channel.web.replied", reopen=reopen) == "reopen: neither true nor false"


@pytest.mark.parametrize("code", [code for code in CODES if code != "duplicate"])
def test_every_code_of_a_dismissal(code: str) -> None:
    update = understood(DISMISSED, reason="bukan kami", code=code)
    assert (update.code, update.duplicate_of, update.warnings) == (code, None, ())


def test_a_dismissal_without_a_code_is_for_another_reason() -> None:
    assert understood(DISMISSED, reason="bukan kami").code == "other"
    assert understood(DISMISSED, reason="bukan kami", code=None).code == "other"


@pytest.mark.parametrize("code", ["not_ours", "Duplicate", "", "lainnya", 5, True, ["other"]])
def test_a_code_that_is_none_is_refused(code: Any) -> None:
    detail = refused(DISMISSED, reason="bukan kami", code=code)
    assert detail == f"code: not one of {', '.join(CODES)}"


@pytest.mark.parametrize(
    "code", [OTHER_TRACKING, "0000 0000 0000", "oooo0000-0OOO", "000000000000"]
)
def test_a_duplicate_names_the_other_complaint_by_its_tracking_code(code: str) -> None:
    update = understood(DISMISSED, reason="ganda", code="duplicate", duplicate_of=code)
    assert (update.code, update.duplicate_of) == ("duplicate", OTHER_TRACKING)
    assert update.data["duplicate_of"] == OTHER_TRACKING


@pytest.mark.parametrize(
    "code", ["0000-0000-0001", "000", CASE, "0" * 900, "0" * 900_000, 12, ["x"]]
)
def test_a_duplicate_of_what_has_no_tracking_code_is_refused(code: Any) -> None:
    detail = refused(DISMISSED, reason="ganda", code="duplicate", duplicate_of=code)
    assert detail.startswith("duplicate_of: ")


def test_a_duplicate_without_the_other_complaint_is_refused() -> None:
    for data in ({}, {"duplicate_of": None}, {"duplicate_of": "  "}):
        detail = refused(DISMISSED, reason="ganda", code="duplicate", **data)
        assert detail.startswith("duplicate_of: required")


@pytest.mark.parametrize("subject", [CASE, TRACKING])
def test_no_complaint_is_a_duplicate_of_itself(subject: str) -> None:
    event = {"subject": subject}
    data = {"reason": "ganda", "code": "duplicate", "duplicate_of": TRACKING}
    assert refused(DISMISSED, event=event, **data) == "duplicate_of: names this complaint itself"


def test_another_complaint_that_means_nothing_to_the_code_is_left_out() -> None:
    update = understood(DISMISSED, reason="x", code="abuse", duplicate_of=OTHER_TRACKING)
    assert update.duplicate_of is None
    assert "duplicate_of" not in update.data
    assert update.warnings == ("duplicate_of: only with the code duplicate; left out",)


def test_the_desk_sets_what_the_complaint_is() -> None:
    data = {"classification": "aspiration", "category": "waste", "title": "Sampah", "agency": "dlh"}
    update = understood(ASSIGNED, oversight=False, **data)
    assert (update.agency, update.oversight) == ("dlh", False)
    assert (update.classification, update.category, update.title) == (
        "aspiration",
        "waste",
        "Sampah",
    )
    assert update.data == data | {"oversight": False}


def test_what_the_desk_does_not_set_stays_as_it_is() -> None:
    nothing = dict.fromkeys(("classification", "category", "title", "oversight"))
    for data in ({}, nothing):
        update = understood(ASSIGNED, agency="dlh", **data)
        assert [getattr(update, name) for name in nothing] == [None] * 4


@pytest.mark.parametrize("classification", get_args(Classification))
def test_every_classification(classification: str) -> None:
    update = understood(ASSIGNED, agency="dlh", classification=classification)
    assert update.classification == classification


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("classification", "pengaduan"),
        ("classification", ""),
        ("classification", 1),
        ("category", -1),
        ("category", 10**9 + 1),
        ("category", True),
        ("category", ["waste"]),
        ("title", 5),
        ("oversight", "ya"),
    ],
)
def test_what_the_desk_sets_to_what_cannot_be_is_refused(name: str, value: Any) -> None:
    assert refused(ASSIGNED, agency="dlh", **{name: value}).startswith(f"{name}: n")


def test_a_field_of_another_verb_means_nothing_and_goes_on() -> None:
    data = {"rating": "lima", "reopen": "no", "code": 5, "title": ["x"], "agency": 7}
    update = understood("agency.dpupr.acknowledged", **data)
    assert (update.rating, update.reopen, update.code, update.title) == (None, True, None, None)
    assert update.data == data


@pytest.mark.parametrize("code", [TRACKING, "ywwd-xykc-xde1", "YWWDXYKCXDE1", " ywwd xykc xdei "])
def test_a_complaint_may_be_named_by_its_tracking_code(code: str) -> None:
    for update in (
        understood("agency.dpupr.acknowledged", event={"subject": code}),
        understood("agency.dpupr.acknowledged", bare=True, complaint_id=None, tracking=code),
        understood("agency.dpupr.acknowledged", bare=True, complaint_id=None, subject=code),
        understood("agency.dpupr.acknowledged", event={"subject": None}, tracking=code),
    ):
        assert (update.complaint_id, update.tracking) == (None, TRACKING)


def test_a_tracking_code_beside_the_id_of_the_same_complaint_is_one_name() -> None:
    for update in (
        understood("agency.dpupr.acknowledged", event={"subject": TRACKING}, complaint_id=CASE),
        understood("agency.dpupr.acknowledged", event={"subject": CASE}, tracking=TRACKING),
        understood("agency.dpupr.acknowledged", bare=True, tracking=TRACKING),
    ):
        assert (update.complaint_id, update.tracking) == (UUID(CASE), None)


@pytest.mark.parametrize(
    "given",
    [
        {"event": {"subject": TRACKING}, "complaint_id": "0" * 32},
        {"event": {"subject": CASE}, "tracking": OTHER_TRACKING},
        {"event": {"subject": TRACKING}, "tracking": OTHER_TRACKING},
        {"bare": True, "tracking": OTHER_TRACKING},
        {"bare": True, "subject": "0" * 32},
        {"bare": True, "data": {"complaint_id": "0" * 32}},
        {"bare": True, "subject": "0" * 32, "data": {"note": "a"}},
    ],
)
def test_an_update_that_names_two_complaints_is_refused(given: dict[str, Any]) -> None:
    detail = refused("agency.dpupr.acknowledged", "bad-subject", **given)
    assert detail == "subject: several complaints are named; one update is about one"


@pytest.mark.parametrize(
    "code", ["YWWD-XYKC-XDE2", "YWWD-XYKC-XDE", "YWWD-XYKC-XDEU", "x", "0" * 500_000, 5, ["x"]]
)
def test_a_tracking_code_with_a_slip_in_it_is_refused(code: Any) -> None:
    for given in ({"bare": True, "tracking": code}, {"event": {"subject": code}}):
        if given.get("event") and not isinstance(code, str):
            continue  # no subject at all
        detail = refused("agency.dpupr.acknowledged", "bad-subject", **given)
        assert detail.startswith("subject: neither a complaint_id")


def test_a_tracking_of_another_system_inside_of_the_data_names_nothing() -> None:
    update = understood("channel.web.replied", tracking="JNE-0012345")
    assert update.complaint_id == UUID(CASE)
    assert update.data == {"tracking": "JNE-0012345"}


def test_the_code_in_a_refusal_is_kept_for_who_answers() -> None:
    bad = said("agency.dpupr.returned", event={"subject": TRACKING})
    assert isinstance(bad, BadUpdate)
    assert (bad.complaint_id, bad.tracking) == (None, TRACKING)
