"""What the contract says in tables is what the program does."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from broker.domain.clocks import due_at
from config.loading.clocks import load_clocks
from tests.unit.broker.domain.case.test_case_table import STATES, TABLE
from tests.unit.docs.reading import ROOT

CONTRACT = ROOT / "docs" / "reference" / "contract"
SHIPPED = ROOT / "config" / "defaults" / "bangka-selatan"
SLA = tomllib.loads((SHIPPED / "sla.toml").read_text("utf-8"))
CLOCKS = load_clocks(None)
MAKERS = ("Refused", "BadUpdate", "UnusableBody", "Unusable", "bad", "_unreadable")
BY_RABBITMQ = {"unroutable", "delivery-limit", "rejected", "expired"}


def rows(page: str, section: str = "") -> list[list[str]]:
    """The cells of every table row of a page, or of the section with this heading."""
    text = (CONTRACT / page).read_text("utf-8")
    if section:
        text = re.split(r"^## ", text.split(f"\n## {section}\n")[1], flags=re.MULTILINE)[0]
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


TELLING = {"reopen", "rating"}
"""Fields by which two updates of one verb differ."""


def _updates() -> dict[tuple[str, ...], list[str]]:
    """What an update does in each state, by speaker, verb and the field that tells it apart."""
    found, who = {}, ""
    for cells in rows("updates.md", "What an update does in each state"):
        if cells[0].startswith("from the"):
            who = cells[0].split()[2]
        elif cells[0].startswith("`"):
            found[who, *re.findall(r"`(\w+)`", cells[0])] = cells[1:]
    return found


UPDATES = _updates()


def _row(key: str, data: Mapping[str, Any]) -> tuple[str, ...]:
    who, _, verb = key.split(".")
    return who, verb, *(TELLING & data.keys())


def test_every_update_has_its_row() -> None:
    assert UPDATES.keys() == {_row(key, data) for key, data, _ in TABLE}


@pytest.mark.parametrize(("key", "data", "answers"), TABLE)
def test_the_row_of_an_update_says_what_the_update_does(
    key: str, data: Mapping[str, Any], answers: str
) -> None:
    *done, closed, ended = answers.split()
    cells = UPDATES[_row(key, data)]
    assert [_outcome(cell, state) for cell, state in zip(cells, STATES, strict=False)] == done
    rated = {"rating": "closed"}.get("".join(TELLING & data.keys()), "=")
    assert (closed, ended) == ("!closed", rated if key.endswith("accepted") else "!closed")


def _outcome(cell: str, state: str) -> str:
    """A cell as the tests write it; there a case moves to triage, since nobody else is left."""
    if cell.startswith("**"):
        return f"!{cell.strip('*')}"
    new = cell.partition(",")[0].partition(" [")[0]
    # Nobody can be named there either: it stays in triage, where a hold ends.
    anew = "triage" if state == "asked" else "="
    back = "triage" if state == "asked" else "acknowledged"
    known = {"moved": "triage", "decided anew": anew, "the hold ends": back}
    # There is no case there that it could follow.
    return {**known, "follows": "!unknown-case"}.get(new, new)


def test_every_reason_is_told_and_each_that_is_told_is_one() -> None:
    rooms = ("schemas", "broker/domain", "consumers")
    files = [file for room in rooms for file in (ROOT / room).rglob("*.py")]
    given, written = set(), set()
    for file in files:
        reasons, constants = _reasons(file)
        given |= reasons
        written |= constants
    told = {
        reason
        for page, section in (("updates.md", "Refusals"), ("messages.md", "Reasons"))
        for cells in rows(page, section)
        for reason in re.findall(r"`([a-z0-9-]+)`", cells[0])
    }
    assert given - told == set()
    assert told - written - BY_RABBITMQ == set()


def _reasons(file: Path) -> tuple[set[str], set[str]]:
    """What a module gives as the reason of a refusal, and all that it has in quotes."""
    tree = ast.parse(file.read_text("utf-8"))
    named: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and (text := _text(node.value)) is not None:
                    named[target.id] = text
    return set(_given(tree, named)), {text for node in ast.walk(tree) if (text := _text(node))}


def _given(tree: ast.AST, named: dict[str, str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id in MAKERS:
            keywords = [keyword.value for keyword in node.keywords if keyword.arg == "reason"]
            for value in [*node.args[:1], *keywords]:
                if text := _text(value):
                    yield text
                elif isinstance(value, ast.Name) and value.id in named:
                    yield named[value.id]


def _text(node: ast.AST) -> str | None:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else None  # type: ignore[attr-defined]


def test_the_days_of_the_clocks_are_those_of_the_newest_policy() -> None:
    days = SLA["policy"][-1]["days"]
    words = {cells[0].strip("`"): cells[3] for cells in rows("clocks.md") if len(cells) == 4}
    said = {clock: int(told.split()[0]) for clock, told in words.items() if told[0].isdigit()}
    assert said == {**days, "resolution": days["resolution"]["complaint"]}


def test_the_rungs_are_those_of_the_shipped_ladder() -> None:
    said = [
        (cells[0].strip("`"), int(cells[1].replace("−", "-")))
        for cells in rows("clocks.md", "Escalations")
        if cells[0].startswith("`")
    ]
    assert said == [(rung["name"], rung["offset"]) for rung in SLA["ladder"][0]["rungs"]]


def test_the_examples_of_deadlines_are_right() -> None:
    for start, days, deadline in rows("clocks.md", "When a deadline falls")[2:]:
        began = datetime.fromisoformat(start[4:]).replace(tzinfo=CLOCKS.calendar.zone)
        assert due_at(CLOCKS.calendar, began, int(days)).date().isoformat() == deadline[4:14]
