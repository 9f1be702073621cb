"""What a case does with an update is the same without its complaint, unless that is passed on."""

from dataclasses import replace

import pytest

from broker.domain.case import Applied, apply, needs_complaint, read
from schemas import verbs
from schemas.updates import Update
from tests.unit.broker.domain.case.story import LIGHT, NOTHING, ROAD, Story, an_update

KEYS = [
    *(f"agency.{code}.{verb}" for code in ("dpupr", "pln") for verb in verbs.AGENCY_UPDATES),
    *(f"desk.sri.{verb}" for verb in verbs.DESK_UPDATES),
    *(f"channel.web.{verb}" for verb in verbs.CHANNEL_UPDATES),
]


@pytest.mark.parametrize("said", [None, "held", "resolved"])
@pytest.mark.parametrize("text", [ROAD, LIGHT, NOTHING])
@pytest.mark.parametrize("key", KEYS)
def test_only_what_passes_the_complaint_on_needs_it(key: str, text: str, said: str | None) -> None:
    story = Story()
    story.begins(text)
    if said and story.it.agency:
        story.says(f"agency.{story.it.agency}.{said}")
    case = story.it
    if key.startswith("agency.dpupr") and case.agency:
        key = key.replace("dpupr", case.agency)
    data = {"reason": "salah alamat", "agency": "dishub"}
    update = read(an_update(case.complaint_id, key, id="u", time=story.now, **data))
    assert isinstance(update, Update)
    assert case.complaint is not None
    outcome = apply(case, update, story.context())
    without = apply(replace(case, complaint=None), update, story.context())
    if isinstance(outcome, Applied) and isinstance(without, Applied):
        assert (outcome.publish == without.publish) or needs_complaint(update)
        case = replace(outcome.case, complaint=None)
        same = replace(outcome, case=case, publish=()) == replace(without, publish=())
        assert same or needs_complaint(update)
    else:
        assert outcome == without
