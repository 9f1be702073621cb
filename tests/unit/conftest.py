"""A small invented regency, and a way to ask it who is answerable."""

from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from broker.domain.routing.decide import Decision, Place, Query, decide
from broker.domain.routing.rules import Rules
from config.loading import load_rules
from tests.support.regions import SMALL_REGION

ON = date(2026, 1, 15)
PLACE_FIELDS = ("region", "district", "village", "address")

Ask = Callable[..., Decision]


@pytest.fixture(scope="session")
def fixture_folder() -> Path:
    return SMALL_REGION


@pytest.fixture(scope="session")
def rules() -> Rules:
    return load_rules(SMALL_REGION)


@pytest.fixture(scope="session")
def ask(rules: Rules) -> Ask:
    """`ask(text, village="Serdang", category="77", excluded={"dlh"})` → the decision."""

    def asked(
        text: str = "", *, on: date = ON, excluded: Collection[str] = (), **fields: Any
    ) -> Decision:
        place = Place(**{k: v for k, v in fields.items() if k in PLACE_FIELDS})
        rest = {k: v for k, v in fields.items() if k not in PLACE_FIELDS}
        return decide(Query(text, place=place, **rest), rules, on=on, excluded=excluded)

    return asked
