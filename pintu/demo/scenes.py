"""What the demonstration shows: one function a scene."""

from collections import Counter
from datetime import datetime
from typing import Any

import orjson
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from broker.messaging.parking import park
from pintu.demo.corpus import complaints
from pintu.demo.stage import Event, Stage
from schemas.identifiers import complaint_id

_MOST_AGENCIES = 14
_MOST_DESK = 6


def opening(console: Console) -> None:
    console.print(
        Panel(
            "[bold]Pintu[/]: whatever door a complaint comes in by, it reaches the agency"
            " that is answerable.\nWhat follows runs on a RabbitMQ of its own; every complaint is"
            " invented.",
            border_style="cyan",
        )
    )


def duplicates(now: Stage) -> int:
    """Repeats that the router acknowledged and did not route again."""
    return int(now.service.registry.get_sample_value("pintu_duplicates_total") or 0)


def leads(now: Stage) -> list[Event]:
    """Complaints with their lead agency; supporting agencies got a message of their own."""
    return [data for data in now.heard.of("routed") if data["role"] == "lead"]


def answered(now: Stage) -> int:
    """How many of the messages that came in have their answer."""
    return len(leads(now)) + len(now.heard.of("triaged")) + len(now.heard.parked) + duplicates(now)


def who_got_what(console: Console, now: Stage) -> None:
    came = ", ".join(f"{count} by {channel}" for channel, count in now.sent.most_common())
    console.print(f"\n[bold]What came in[/]: {sum(now.sent.values())} messages: {came}")
    routed = leads(now)
    table = Table(title="\nWho got what, and why", title_justify="left", show_edge=False)
    table.add_column("agency", overflow="fold", max_width=30)
    table.add_column("got", justify="right")
    table.add_column("for example", overflow="fold", ratio=2)
    table.add_column("because", overflow="fold", ratio=2, style="green")
    counts = Counter(data["agency"] for data in routed)
    shown = counts.most_common(_MOST_AGENCIES)
    for agency, count in shown:
        example = _telling(data for data in routed if data["agency"] == agency)
        table.add_row(
            f"{escape(now.rules.agency_name(agency))} [dim]agency.{agency}[/]",
            str(count),
            f"[dim]{example['channel']}[/] {_short(example['complaint']['text'], 110)}",
            escape(example["decision"]["because"]),
        )
    console.print(table)
    others = len(counts) - len(shown)
    if others:
        rest = len(routed) - sum(count for _, count in shown)
        console.print(f"[dim]… and {rest} more in the queues of {others} other agencies[/]")


def in_detail(console: Console, now: Stage) -> None:
    """One complaint the whole way."""
    data = _telling(d for d in leads(now) if "location" in d["complaint"])
    decision = data["decision"]
    console.print(
        Panel(
            f"[dim]{data['channel']} →[/] {escape(data['complaint']['text'])}\n"
            f"[dim]agency[/]      {escape(now.rules.agency_name(data['agency']))}"
            f" [dim](queue agency.{data['agency']})[/]\n"
            f"[dim]because[/]     {escape(decision['because'])}\n"
            f"[dim]confidence[/]  {decision['confidence']:.0%}"
            f" [dim]topic[/] {decision['topic']} [dim]rules[/] {decision['table']}\n"
            f"[dim]answer by[/]   {_moment(data['respond_by'])}"
            f" [dim]resolve by[/] {_moment(data['resolve_by'])}\n"
            f"[dim]tracking[/]    {data['tracking']}",
            title="One complaint",
            title_align="left",
        )
    )


def desk(console: Console, now: Stage) -> None:
    waiting = now.heard.of("triaged")
    table = Table(
        title=f"\nFor a person at the desk ({len(waiting)})",
        title_justify="left",
        show_edge=False,
    )
    table.add_column("complaint", overflow="fold", ratio=2)
    table.add_column("because", overflow="fold", ratio=2, style="yellow")
    table.add_column("candidates", overflow="fold")
    for data in waiting[:_MOST_DESK]:
        candidates = ", ".join(
            f"{one['agency']} {one['confidence']:.0%}"
            for one in data["decision"]["alternatives"][:3]
        )
        table.add_row(
            f"[dim]{data['channel']}[/] {_short(data['complaint']['text'], 90)}",
            escape(data["decision"]["because"]),
            candidates or "[dim]none[/]",
        )
    console.print(table)
    if len(waiting) > _MOST_DESK:
        console.print(f"[dim]… and {len(waiting) - _MOST_DESK} more[/]")


def parked(console: Console, now: Stage) -> None:
    table = Table(
        title=f"\nParked whole, with the reason ({len(now.heard.parked)})",
        title_justify="left",
        show_edge=False,
    )
    for column in ("came to", "bytes", "reason", "detail"):
        table.add_column(column, overflow="fold")
    for message in now.heard.parked:
        headers = message.properties.headers
        table.add_row(
            escape(str(headers.get(park.FROM, message.exchange))),
            str(len(message.body)),
            f"[red]{escape(str(headers.get(park.REASON, 'unroutable')))}[/]",
            escape(str(headers.get(park.DETAIL, ""))),
        )
    console.print(table)


def anonymous(console: Console, now: Stage) -> None:
    """What an adapter sent of an anonymous complaint, and what its agency got."""
    came = {
        str(complaint_id(event["source"], event["id"])): event["data"]
        for event in map(_event_of, complaints())
    }
    for data in leads(now):
        sent = came.get(data["complaint_id"])
        if sent and sent.get("anonymous") and sent["text"] != data["complaint"]["text"]:
            console.print(
                Panel(
                    f"[dim]came in[/]   {escape(sent['text'])}\n"
                    f"            reporter: {escape(str(sent.get('reporter')))}\n"
                    f"[dim]went on[/]   {escape(data['complaint']['text'])}\n"
                    f"            reporter: [green]{data['complaint'].get('reporter')}[/]",
                    title="An anonymous complaint",
                    title_align="left",
                )
            )
            return


def accounts(console: Console, now: Stage) -> None:
    """Every message accounted for."""
    routed, triaged = len(leads(now)), len(now.heard.of("triaged"))
    parked, repeats, total = len(now.heard.parked), duplicates(now), sum(now.sent.values())
    verdict = (
        "[bold green]none lost[/]"
        if routed + triaged + parked + repeats == total
        else "[bold red]not all accounted for[/]"
    )
    console.print(
        f"\n[bold]{total}[/] in = [bold]{routed}[/] routed + [bold]{triaged}[/] to the desk"
        f" + [bold]{parked}[/] parked + [bold]{repeats}[/] repeated: {verdict}"
    )


def ending(console: Console, seconds: float) -> None:
    console.print(
        f"[dim]{seconds:.0f} s; the node is stopped and its folder removed. Next:[/]"
        ' pintu route "lampu jalan mati di desa Rias"[dim],[/] pintu run all[dim],[/]'
        " pintu --help"
    )


def _event_of(delivery: Any) -> Event:
    event: Event = orjson.loads(delivery.body)
    return event


def _telling(choices: Any) -> Event:
    """The example that says most: decided by its words, of a length that can be read."""
    return max(
        choices,
        key=lambda data: (
            data["decision"]["rule"].startswith("text/"),
            -abs(len(data["complaint"]["text"]) - 100),
        ),
    )


def _short(text: str, most: int) -> str:
    line = " ".join(text.split())
    return escape(line if len(line) <= most else line[: most - 1].rstrip() + "…")


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).strftime("%a %d %b %Y %H:%M")
