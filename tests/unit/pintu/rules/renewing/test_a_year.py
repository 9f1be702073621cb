"""A year in the life of an office, from its store alone: it learns each month, a new service comes,
an office is merged with another, and a month of wrong labels is noticed and taken back."""

import asyncio
import shutil
from pathlib import Path

import pytest

from config.loading import load_rules
from pintu.rules.renewing.kept import Learnings
from pintu.rules.renewing.taking_back import back
from tests.support.regions import SMALL_REGION
from tests.unit.pintu.rules.renewing.an_office import Office, ended, renamed

COMPLAINTS = 90
"""A month."""
SNAKES = "ular kobra sarang tawon evakuasi damkar kucing sumur terjebak biawak"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    folder = Path(shutil.copytree(SMALL_REGION, tmp_path / "town"))
    agencies = folder / "agencies.toml"
    more = '\n[[agency]]\ncode = "damkar"\nname = "Dinas Pemadam Kebakaran"\n'
    agencies.write_text(agencies.read_text("utf-8") + more, "utf-8")
    state = tmp_path / "state"
    state.mkdir()
    return Office(folder, state)


def share(found, part: str, of: str) -> float:
    return found[part] / found[of] if found[of] else 0.0


def test_a_year_of_an_office(office: Office) -> None:
    asyncio.run(_year(office))


async def _year(office: Office) -> None:
    async def lived(month: int, **more):
        await office.month(month, COMPLAINTS, **more)
        return await office.learns(month + 1)

    # The first quarter: phrases alone, then a model that beats them and grows.
    early = await lived(1)
    assert (early.what, early.reason) == ("kept", "too-few")
    first = await lived(2)
    assert (first.what, first.reason) == ("installed", "better")
    assert load_rules(office.folder).model is not None
    await lived(3)
    alone, learned = office.by_itself(1), office.by_itself(3)
    assert share(learned, "by_itself", "came") > share(alone, "by_itself", "came") + 0.3
    assert share(learned, "stood", "by_itself") >= 0.9

    # A new service in April: the desk is told of it at once, and the model knows it as soon as
    # there is a month to try it on.
    office.matters["damkar"] = SNAKES
    april = await lived(4)
    told = await office.services(5)
    assert {one.agency for one in told.services} == {"damkar"}
    phrases = [phrase for one in told.services for phrase in one.phrases]
    assert set(" ".join(phrases).split()) <= set(SNAKES.split())
    assert april.reason in ("not-better", "labels")
    may = await lived(5)
    assert (may.what, may.reason) == ("installed", "better")

    # An office is merged with another in June: what it answered before is its successor's.
    ended(office.folder, "dishub", "dpupr", office.morning(6))
    renamed(office, "dishub", "dpupr")
    june = await lived(6)
    assert june.reason in ("better", "not-better")
    merged = office.by_itself(6)
    new = [s.it.decision.rule for of, s in office.stories if of == 6 and s.it.agency == "damkar"]
    assert sum(rule.startswith("learned/") for rule in new) >= len(new) / 2
    assert share(merged, "stood", "by_itself") >= 0.9
    assert not any(s.it.agency == "dishub" for of, s in office.stories if of == 6)

    # July's labels are wrong: two out of three were given to one agency by mistake.
    in_force = Learnings(office.folder).in_force()
    july = await lived(7, wrong="dindik")
    assert (july.what, july.reason) == ("kept", "labels")
    assert Learnings(office.folder).in_force() == in_force

    # Somebody puts it in force all the same; it does worse, and one command takes it back.
    back(office.folder, now=office.morning(8), id=july.id)
    await office.month(8, COMPLAINTS)
    bad = office.by_itself(8)
    record, _ = back(office.folder, now=office.morning(9))
    assert record.id == in_force
    assert Learnings(office.folder).in_force() == in_force

    # The desk looks through July again; from then on the months are learned from as before.
    await office.corrected(7, "dindik")
    await office.learns(9)
    for month in (9, 10, 11, 12):
        last = await lived(month)
    assert last.left_out == 0
    end = office.by_itself(12)
    assert share(end, "stood", "by_itself") >= 0.9
    assert share(end, "by_itself", "came") > share(alone, "by_itself", "came") + 0.3
    assert share(end, "stood", "came") > share(bad, "stood", "came")
    assert load_rules(office.folder).model is not None
