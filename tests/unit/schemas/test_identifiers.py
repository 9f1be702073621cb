"""Ids are derived; tracking codes survive being read out over the telephone."""

from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identifiers import complaint_id, derived_id, normalise_tracking, tracking


def test_a_complaints_id_is_the_one_of_the_contract() -> None:
    assert complaint_id("/channels/sms", "42") == uuid5(NAMESPACE_URL, "/channels/sms#42")


def test_two_causes_types_or_agencies_never_share_an_id() -> None:
    one = complaint_id("/channels/sms", "42")
    ids = {
        derived_id(one, cause, kind, agency)
        for cause in ("a", "b")
        for kind in ("complaint.routed.v1", "complaint.triaged.v1")
        for agency in (None, "pln", "dpupr")
    }
    assert len(ids) == 12


@given(st.uuids())
def test_a_code_can_be_typed_as_people_type(any_id: object) -> None:
    code = tracking(uuid5(NAMESPACE_URL, str(any_id)))
    assert len(code.replace("-", "")) == 12
    assert code.replace("-", "").isalnum()
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert normalise_tracking(typed) == code


@given(st.uuids(), st.integers(0, 10))
def test_one_wrong_character_is_noticed(any_id: object, place: int) -> None:
    plain = tracking(uuid5(NAMESPACE_URL, str(any_id))).replace("-", "")
    wrong = "7" if plain[place] != "7" else "8"
    assert normalise_tracking(plain[:place] + wrong + plain[place + 1 :]) is None


@pytest.mark.parametrize("nonsense", ["", "-", "ABC", "U" * 12, "0000-0000-000é"])
def test_what_is_no_code_is_none(nonsense: str) -> None:
    assert normalise_tracking(nonsense) is None


@given(st.uuids(), st.text(max_size=20))
def test_ids_are_uuids_of_version_5(namespace: UUID, cause: str) -> None:
    made = derived_id(namespace, cause, "complaint.routed.v1", "pln")
    assert made == str(uuid5(namespace, f"{cause}|complaint.routed.v1|pln"))
