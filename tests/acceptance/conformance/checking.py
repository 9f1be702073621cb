"""Many checks at once: on one node, with one Pintu, in a town made for them."""

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from broker.node import Node
from config.logging import configure_logging
from config.settings import Settings
from pintu.conformance.adapter.steps import STEPS as ADAPTER_STEPS
from pintu.conformance.agency.steps import STEPS as AGENCY_STEPS
from pintu.conformance.record import Kind
from pintu.conformance.rule import Finding, Verdict
from pintu.conformance.session import Step
from pintu.conformance.stage import Stage, configured, stage
from tests.acceptance.program import TOWN
from tests.support.nodes import Management, in_vhost

Which = tuple[Kind, str]
"""A kind, and the name of what is checked."""
Found = dict[Which, list[Finding]]
Check = Callable[[Stage, Kind, str, str], Awaitable[list[Finding]]]
"""Takes the code that it is to have, and its name."""

ANY_PORT: Final = ("127.0.0.1", 0)


def all_checked(
    node: Node, folder: Path, checks: Mapping[Kind, Iterable[str]], check: Check, at_once: int
) -> Found:
    """Every check, so many side by side: each waits for most of its time."""
    assert node.management_url
    management = Management(node.management_url)
    vhost = management.add_vhost()
    codes = {kind: codes_of(kind, named) for kind, named in checks.items()}
    settings = Settings(
        amqp_url=SecretStr(in_vhost(node.url, vhost)),
        management_url=SecretStr(node.management_url),
        config_dir=_own_town(folder, codes.get("agency", {}), codes.get("adapter", {})),
        state_dir=folder / "state",
    )
    configure_logging("json", level=logging.ERROR)
    logging.getLogger("aiormq").setLevel(logging.CRITICAL)
    try:
        return asyncio.run(_all(settings, codes, check, at_once))
    finally:
        management.delete_vhost(vhost)


def codes_of(kind: str, named: Iterable[str]) -> dict[str, str]:
    """The code of an agency or a channel for each name."""
    return {code: name for number, name in enumerate(named) if (code := f"{kind}-{number}")}


async def _all(
    settings: Settings, codes: Mapping[Kind, Mapping[str, str]], check: Check, at_once: int
) -> Found:
    turn = asyncio.Semaphore(at_once)
    found: Found = {}

    async def one(set_up: Stage, kind: Kind, code: str, name: str) -> None:
        async with turn:
            found[kind, name] = await check(set_up, kind, code, name)

    async with stage(settings, configured(settings)) as set_up, asyncio.TaskGroup() as checks:
        for kind, named in codes.items():
            for code, name in named.items():
                checks.create_task(one(set_up, kind, code, name))
    return found


def _own_town(folder: Path, agencies: Iterable[str], channels: Iterable[str]) -> Path:
    """The town of the other tests with more agencies and channels."""
    made = folder / "town"
    shutil.copytree(TOWN, made)
    with (made / "agencies.toml").open("a") as file:
        for code in agencies:
            file.write(f'\n[[agency]]\ncode = "{code}"\nname = "Dinas {code}"\n')
    with (made / "channels.toml").open("a") as file:
        for code in channels:
            file.write(f'\n[[channel]]\ncode = "{code}"\nname = "Kanal {code}"\n')
    return made


def steps_of(kind: Kind) -> list[Step]:
    """All but the question of an agency: those of these tests ask nothing."""
    every = ADAPTER_STEPS if kind == "adapter" else AGENCY_STEPS
    return [step for step in every if step.name != "held"]


def step_named(line: str) -> str:
    """The step that a line of the check begins: "2/9 submit: let a citizen …"."""
    return line.split()[1].rstrip(":")


def of(found: list[Finding], verdict: Verdict) -> dict[str, str]:
    """What was seen of the rules with that verdict."""
    return {one.rule.code: one.found.saw for one in found if one.found.verdict is verdict}
