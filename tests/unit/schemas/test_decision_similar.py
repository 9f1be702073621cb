"""A decision keeps which cases are similar, and one of an older version has none."""

from uuid import UUID

from schemas.decision import DecisionRecord

NAMED = (UUID(int=2), UUID(int=1))


def test_what_was_named_comes_back_in_its_order() -> None:
    plain = DecisionRecord("topic", "lampu", "1", similar=NAMED).to_plain()
    assert plain["similar"] == [str(one) for one in NAMED]
    assert DecisionRecord.from_plain(plain).similar == NAMED


def test_a_decision_of_before_there_were_any_is_read() -> None:
    plain = DecisionRecord("topic", "lampu", "1").to_plain()
    del plain["similar"]
    assert DecisionRecord.from_plain(plain).similar == ()
