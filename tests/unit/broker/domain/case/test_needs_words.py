"""What a case does with an update is the same without its complaint and what was said in it, unless
those are passed on or decided by."""

from dataclasses import replace

import pytest

from broker.domain.case import Applied, Said, apply, needs_words, read
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
    case = replace(case, conversation=(Said(story.now, "channel.web", "replied", note=LIGHT),))
    data = {"reason": "salah alamat", "agency": "dishub", "note": "catatan"}
    data["into"] = "00000000-0000-4000-8000-000000000000"
    update = read(an_update(case.complaint_id, key, id="u", time=story.now, **data))
    assert isinstance(update, Update)
    assert case.complaint is not None
    outcome = apply(case, update, story.context())
    bare = replace(case, complaint=None, conversation=())
    without = apply(bare, update, story.context())
    if isinstance(outcome, Applied) and isinstance(without, Applied):
        assert (outcome.publish == without.publish) or needs_words(update, case)
        after = replace(outcome.case, complaint=None)
        same = replace(outcome, case=after, publish=()) == replace(without, publish=())
        assert same or needs_words(update, case)
    else:
        assert outcome == without
