"""The second half of the story: agencies answer or do not, and time runs."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Final

from babel.dates import format_date
from rich.console import Console, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.panel import Panel

from broker.amqp.client import client
from config.language import gettext, language, marked
from pintu.demo.scenes import titled
from pintu.demo.speaking import say
from pintu.demo.stage import Event, Heard, Stage
from pintu.reference_agency.reference import Behaviour, simulate

AGENCIES: Final = {
    "dpupr": Behaviour(answers=0.8, returns=0.2, pause=0.5, suggests="perkim"),
    "perkim": Behaviour(pause=0.5),
    "dlh": Behaviour(pause=0.4),
    "dishub": Behaviour(answers=0.7, silent=0.3, pause=0.6),
    "dinsos": Behaviour(answers=0.5, returns=0.5, pause=0.5),
    "disdukcapil": Behaviour(pause=0.3),
}
"""Those whose systems are connected. The others have theirs off, and somebody hears of it."""
SPEED: Final = 86_400 / 0.4
"""A day in 0.4 seconds."""
_TOLD: Final = ("acknowledged", "responded", "moved", "resolved", "closed", "escalated")
Life = list[Event]
"""Events of one complaint, in the order in which they came."""
_LONGEST: Final = 25.0
"""Seconds; the inspectorate hears of the first case well before."""


async def life(console: Console, now: Stage) -> None:
    """Let agencies work and time run until the ladder's last rung, then show what became of it."""
    connected = ", ".join(AGENCIES)
    told = gettext(
        "[bold]Now time runs[/], a day in 0.4 s. The systems of {agencies} are connected; nobody"
        " answers for the others."
    )
    console.print("\n" + told.format(agencies=connected))
    await _desk_decides(now)
    async with _agencies(now):
        now.clock.run(SPEED)
        with Live(console=console, transient=True, get_renderable=lambda: _days(now)):
            try:
                await now.until(_ladder_climbed, within=_LONGEST)
            except TimeoutError:
                late = gettext("The ladder was not climbed to its end in time.")
                console.print(f"[yellow]{late}[/]")
        now.clock.run(1)
    _what_became(console, now)
    _timelines(console, now)


@asynccontextmanager
async def _agencies(now: Stage) -> AsyncIterator[None]:
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        at_work = []
        for code, behaviour in AGENCIES.items():
            own = await stack.enter_async_context(client(now.address.url, f"demo {code}"))
            at_work.append(asyncio.create_task(simulate(own, code, behaviour, stop, now.clock.now)))
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*at_work, return_exceptions=True)


async def _desk_decides(now: Stage) -> None:
    """A person at the desk takes the first candidate of the first complaint that has one."""
    for data in now.heard.of("triaged"):
        candidates = data["decision"]["alternatives"]
        if not candidates:
            continue
        agency, note = candidates[0]["agency"], "Sudah kami baca."
        await say(now, data["complaint_id"], "desk.demo.assigned", agency=agency, note=note)
        return


def _ladder_climbed(heard: Heard) -> bool:
    rungs = {data["rung"] for data in heard.of("escalated") if data["agency"]}
    return "inspectorate" in rungs and bool(heard.of("closed"))


def _days(now: Stage) -> RenderableType:
    counts = Counter(key.split(".", 1)[0] for key, _ in now.heard.events)
    told = "  ".join(f"{verb} {counts[verb]}" for verb in _TOLD)
    moment = now.clock.now().astimezone(now.clocks.calendar.zone)
    return f"[cyan]{format_date(moment, 'EEE d MMM y', language())}[/]  {told}"


def _what_became(console: Console, now: Stage) -> None:
    counts = Counter(key.split(".", 1)[0] for key, _ in now.heard.events)
    rungs = Counter((data["rung"], data["to"]) for data in now.heard.of("escalated"))
    table = titled(gettext("What became of it"))
    table.add_column(gettext("event"))
    table.add_column(gettext("how often"), justify="right")
    for verb in _TOLD[:-1]:
        table.add_row(verb, str(counts[verb]))
    for rung in ("reminder", "breach", "coordinator", "secretary", "inspectorate"):
        for (name, to), count in sorted(rungs.items()):
            if name == rung:
                whom = gettext("to the {role}").format(role=to)
                table.add_row(f"escalated: {rung} [dim]{whom}[/]", str(count))
    console.print(table)
    ids = [event["id"] for key, event in now.heard.events if key.startswith("escalated.")]
    told = gettext(
        "{rungs} rungs, {twice} of them twice. At this pace half a second between due and told is"
        " more than a day."
    )
    console.print(f"[dim]{told.format(rungs=len(ids), twice=len(ids) - len(set(ids)))}[/]")


def _timelines(console: Console, now: Stage) -> None:
    lives: dict[str, Life] = {}
    for _, event in now.heard.events:
        if event.get("subject"):
            lives.setdefault(event["subject"], []).append(event)
    for title, fits in _STORIES.items():
        fitting = [life for life in lives.values() if fits(life)]
        if fitting:
            console.print(_timeline(gettext(title), min(fitting, key=len), now))


def _verb(event: Event) -> str:
    return str(event["type"]).split(".")[1]


def _answered(life: Life) -> bool:
    told = set(map(_verb, life))
    return {"acknowledged", "responded", "resolved", "closed"} <= told and "triaged" not in told


def _handed_back(life: Life) -> bool:
    """Not where a supporting agency left, or where the desk has it now."""
    moved = [event["data"] for event in life if _verb(event) == "moved"]
    anew = any(data["role"] == "lead" and data["to"] is not None for data in moved)
    told = set(map(_verb, life))
    return anew and "acknowledged" in told and "triaged" not in told


def _unanswered(life: Life) -> bool:
    rungs = {event["data"].get("rung") for event in life}
    return "inspectorate" in rungs and not {"acknowledged", "triaged"} & set(map(_verb, life))


_STORIES: Final = {
    marked("Answered"): _answered,
    marked("Handed back, and routed anew"): _handed_back,
    marked("Nobody answered"): _unanswered,
}


def _timeline(title: str, life: Life, now: Stage) -> Panel:
    text = " ".join(str(life[0]["data"].get("complaint", {}).get("text", "")).split())
    lines = [escape(text[:150])]
    for event in life:
        verb, data = _verb(event), event["data"]
        if verb == "opened":
            continue
        moment = datetime.fromisoformat(event["time"]).astimezone(now.clocks.calendar.zone)
        who = escape(str(data.get("agency") or gettext("desk")))
        if data.get("role") == "supporting":
            who += f" ({gettext('supporting')})"
        at = f"{format_date(moment, 'dd MMM', language())} {moment:%H:%M}"
        lines.append(f"[cyan]{at}[/]  {verb:<12} [dim]{who}[/] {_more(verb, data)}")
    return Panel("\n".join(lines), title=title, title_align="left")


def _more(verb: str, data: Event) -> str:
    if verb == "escalated":
        whom = gettext("to the {role}").format(role=data["to"])
        return escape(f"{data['clock']}: {data['rung']}, {whom}")
    if verb == "moved":
        return escape(f"→ {data.get('to') or gettext('desk')}: {data.get('reason') or ''}")
    return escape(str(data.get("note") or data.get("reason") or ""))
