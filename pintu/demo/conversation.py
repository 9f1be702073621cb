"""What is said in a case: the desk asks, a case moves with its conversation, a reporter is content.

The people of these scenes publish like any desk, agency and adapter.
"""

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from config.language import gettext
from pintu.demo.speaking import hears, say, submit
from pintu.demo.stage import Event, Stage

_VAGUE: Final = "Tolong segera diperbaiki, sudah seminggu begini terus"
_QUESTION: Final = "Apa yang rusak, dan di mana?"
_ANSWER: Final = "Lampu jalan mati di depan SDN 3 Toboali"
_DARK: Final = "Lampu jalan mati di gang kami, sudah dua malam gelap"
_WHERE: Final = "Di gang mana, dan sejak jam berapa?"
_HERE: Final = "Gang Mawar. Lampu rumah warga juga padam"
_NOT_OURS: Final = "Jaringan listriknya yang padam, bukan lampunya"
_INTERNAL: Final = "Sudah kami cek: trafo di ujung gang mati"
_FIXED: Final = "Trafo sudah diganti, lampu menyala lagi"
_CHANNEL: Final = "whatsapp"
_LABEL: Final = 16
"""Columns of who speaks: as many as the longest of them here."""

Line = tuple[str, str]
"""Who, and what is said, marked up."""


async def conversation(console: Console, now: Stage) -> None:
    """Tell the three scenes, each as those who are in it read it from their queues."""
    console.print("\n" + gettext("[bold]Now people talk[/]: the desk, reporters and agencies."))
    await _asked(console, now)
    complaint = await _moved(console, now)
    await _content(console, now, complaint)


async def _asked(console: Console, now: Stage) -> None:
    complaint = await submit(now, _CHANNEL, _VAGUE)
    triaged = await hears(now, complaint, "triaged")
    await say(now, complaint, "desk.demo.held", note=_QUESTION)
    await hears(now, complaint, "held")
    await say(now, complaint, f"channel.{_CHANNEL}.replied", note=_ANSWER)
    routed = await hears(now, complaint, "routed")
    lines = [
        line(gettext("reporter"), triaged["complaint"]["text"]),
        line(gettext("to the desk"), triaged["decision"]["because"], "yellow"),
        line(gettext("desk asks"), _QUESTION),
        line(gettext("reporter"), _ANSWER),
        line(gettext("routed"), _by_answer(now, routed), "green"),
        line(gettext("because"), routed["decision"]["because"], "green"),
    ]
    console.print(panel(gettext("The desk asks, and the answer routes it"), lines))


async def _moved(console: Console, now: Stage) -> str:
    """Gives the complaint, which another agency has now."""
    complaint = await submit(now, _CHANNEL, _DARK)
    first = (await hears(now, complaint, "routed"))["agency"]
    await say(now, complaint, f"agency.{first}.held", note=_WHERE)
    await hears(now, complaint, "held")
    await say(now, complaint, f"channel.{_CHANNEL}.replied", note=_HERE)
    await hears(now, complaint, "replied")
    await say(
        now,
        complaint,
        f"agency.{first}.returned",
        reason=_NOT_OURS,
        internal_note=_INTERNAL,
        suggest="pln",
    )
    moved = await hears(now, complaint, "moved")
    routed = await hears(now, complaint, "routed", moved["to"])
    lines = [line(gettext("complaint"), routed["complaint"]["text"])]
    for said in routed["conversation"]:
        lines += _said(said)
    title = gettext("Moved to {agency}, which need not ask again")
    console.print(panel(title.format(agency=now.rules.agency_name(moved["to"])), lines))
    return complaint


async def _content(console: Console, now: Stage, complaint: str) -> None:
    await say(now, complaint, "agency.pln.resolved", note=_FIXED)
    await hears(now, complaint, "resolved")
    await say(now, complaint, f"channel.{_CHANNEL}.accepted", rating=5, note="Terima kasih!")
    closed = await hears(now, complaint, "closed")
    lines = [
        line(gettext("answer"), _FIXED),
        line(gettext("reporter"), f"{'★' * closed['rating']}  Terima kasih!"),
        line(gettext("closed"), f"{closed['how']}: {closed['sentence']}", "green"),
    ]
    console.print(panel(gettext("The reporter is content, and a rating closes the case"), lines))


def _said(said: Event) -> list[Line]:
    """One thing that was said, and what of it only agencies and the desk can read."""
    who = str(said["by"])
    words = [str(said[name]) for name in ("reason", "note") if said.get(name)]
    lines = [line(who, f"{said['verb']}: {'; '.join(words)}")]
    if said.get("internal_note"):
        told = gettext("not for the reporter: {note}").format(note=said["internal_note"])
        lines.append(line("", told, "yellow"))
    return lines


def _by_answer(now: Stage, routed: Event) -> str:
    agency = now.rules.agency_name(routed["agency"])
    return gettext("{agency}, by the answer").format(agency=agency)


def line(who: str, words: str, style: str = "default") -> Line:
    """Who says it, and what."""
    return f"[dim]{escape(who)}[/]", f"[{style}]{escape(words)}[/]"


def panel(title: str, lines: Sequence[Line]) -> Panel:
    """A conversation, one line a saying."""
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True, min_width=_LABEL)
    table.add_column(overflow="fold")
    for line in lines:
        table.add_row(*line)
    return Panel(table, title=title, title_align="left")
