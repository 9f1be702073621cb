"""What the reference agency leaves to chance."""

from collections import Counter

from pintu.reference_agency.reference import Behaviour


def test_the_shares_are_kept_and_a_complaint_has_one_fate() -> None:
    behaviour = Behaviour(answers=6, returns=3, silent=1)
    fates = [behaviour.choice("dlh", f"c-{n}") for n in range(2000)]
    assert fates == [behaviour.choice("dlh", f"c-{n}") for n in range(2000)]
    counts = Counter(fates)
    assert 1100 < counts["answers"] < 1300
    assert 500 < counts["returns"] < 700
    assert 130 < counts["silent"] < 270


def test_another_seed_or_agency_chooses_others() -> None:
    def fates(code: str, seed: int) -> list[str]:
        behaviour = Behaviour(answers=1, returns=1, seed=seed)
        return [behaviour.choice(code, f"c-{n}") for n in range(50)]

    assert fates("dlh", 0) != fates("dlh", 1)
    assert fates("dlh", 0) != fates("dpupr", 0)
