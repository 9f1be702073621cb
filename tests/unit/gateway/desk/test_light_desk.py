"""The desk starts with a directory of agencies; the rules are loaded for candidates alone."""

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from broker.domain.routing.directory import AgencyDirectory
from broker.domain.routing.rules import Rules
from broker.errors import BadConfiguration
from config.loading.directory import load_directory
from gateway.desk.page import show
from gateway.desk.rows import candidates, case_row, triage_row, whole
from gateway.desk.session import DeskSession, objection
from schemas.decision import Alternative
from tests.support.regions import SMALL_REGION
from tests.unit.broker.domain.case.story import LIGHT, ROAD, RULES, Story
from tests.unit.gateway.desk.test_desk_page import an_office

DIRECTORY = load_directory(SMALL_REGION)


class Loading:
    """Counts how often the rules are asked for."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Rules:
        self.times += 1
        return RULES


def light(story: Story, load: Loading | None) -> DeskSession:
    assert type(DIRECTORY) is AgencyDirectory
    return replace(an_office(story), agencies=DIRECTORY, load=load)


def test_a_case_with_an_agency_is_shown_without_the_rules() -> None:
    story, load = Story().begins(ROAD), Loading()
    office = light(story, load)
    seen, expected = StringIO(), StringIO()
    show(story.it, story.history, office, Console(file=seen, width=120))
    show(story.it, story.history, an_office(story), Console(file=expected, width=120))
    assert seen.getvalue() == expected.getvalue()
    assert whole(story.it, story.history, office) == whole(
        story.it, story.history, an_office(story)
    )
    assert case_row(story.it, office)
    assert objection("dlhh", office.agencies, office.today()) == objection(
        "dlhh", RULES, office.today()
    )
    assert load.times == 0


def test_candidates_are_explained_with_the_rules() -> None:
    story, load = Story().begins(LIGHT), Loading()
    decision = replace(story.it.decision, alternatives=(Alternative("dishub", 0.4),))
    case = replace(story.it, decision=decision)
    assert candidates(case, light(story, load)) == candidates(case, an_office(story))
    assert load.times == 1
    nobody = replace(story.it, decision=replace(decision, alternatives=()))
    assert triage_row(nobody, light(story, load))
    assert load.times == 1


def test_a_desk_that_has_no_rules_says_so() -> None:
    with pytest.raises(BadConfiguration, match="only a directory"):
        _ = light(Story().begins(ROAD), None).rules
