"""What the demonstration shows: one function a scene."""

from collections import Counter
from datetime import datetime
from typing import Any

import orjson
from babel.dates import format_date
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from broker.messaging.parking import park
from config.language import gettext, language, marked
from pintu.demo.corpus import complaints
from pintu.demo.stage import Event, Stage
from schemas.identifiers import complaint_id

_MOST_AGENCIES = 14
_MOST_DESK = 6
_PARKED = (marked("came to"), marked("bytes"), marked("reason"), marked("detail"))


def titled(title: str) -> Table:
    """A table under its title."""
    return Table(title=f"\n{title}", title_justify="left", show_edge=False)


def opening(console: Console) -> None:
    console.print(
        Panel(
            gettext(
                "[bold]Pintu[/]: whatever door a complaint comes in by, it reaches the agency that"
                " is answerable.\nWhat follows runs on a RabbitMQ of its own; every complaint is"
                " invented."
            ),
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
    came = ", ".join(
        gettext("{count} by {channel}").format(count=count, channel=channel)
        for channel, count in now.sent.most_common()
    )
    told = gettext("[bold]What came in[/]: {total} messages: {came}")
    console.print("\n" + told.format(total=sum(now.sent.values()), came=came))
    routed = leads(now)
    table = titled(gettext("Who got what, and why"))
    table.add_column(gettext("agency"), overflow="fold", max_width=30)
    table.add_column(gettext("got"), justify="right")
    table.add_column(gettext("for example"), overflow="fold", ratio=2)
    table.add_column(gettext("because"), overflow="fold", ratio=2, style="green")
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
        told = gettext("… and {rest} more in the queues of {others} other agencies")
        console.print(f"[dim]{told.format(rest=rest, others=others)}[/]")


def in_detail(console: Console, now: Stage) -> None:
    """One complaint the whole way."""
    data = _telling(d for d in leads(now) if "location" in d["complaint"])
    decision = data["decision"]
    sure = f"{decision['confidence']:.0%}"
    lines = [
        (None, f"[dim]{data['channel']} →[/] {escape(data['complaint']['text'])}"),
        (
            gettext("agency"),
            f"{escape(now.rules.agency_name(data['agency']))}"
            f" [dim]({gettext('queue')} agency.{data['agency']})[/]",
        ),
        (gettext("because"), escape(decision["because"])),
        (
            gettext("confidence"),
            f"{sure} [dim]{gettext('topic')}[/] {decision['topic']}"
            f" [dim]{gettext('rules')}[/] {decision['table']}",
        ),
        (gettext("answer by"), _moment(data["respond_by"])),
        (gettext("resolve by"), _moment(data["resolve_by"])),
        (gettext("tracking"), data["tracking"]),
    ]
    wide = max(len(label) for label, _ in lines if label)
    text = "\n".join(
        words if label is None else f"[dim]{label.ljust(wide)}[/]  {words}"
        for label, words in lines
    )
    console.print(Panel(text, title=gettext("One complaint"), title_align="left"))


def desk(console: Console, now: Stage) -> None:
    waiting = now.heard.of("triaged")
    table = titled(gettext("For a person at the desk ({n})").format(n=len(waiting)))
    table.add_column(gettext("complaint"), overflow="fold", ratio=2)
    table.add_column(gettext("because"), overflow="fold", ratio=2, style="yellow")
    table.add_column(gettext("candidates"), overflow="fold")
    for data in waiting[:_MOST_DESK]:
        candidates = ", ".join(
            f"{one['agency']} {one['confidence']:.0%}"
            for one in data["decision"]["alternatives"][:3]
        )
        table.add_row(
            f"[dim]{data['channel']}[/] {_short(data['complaint']['text'], 90)}",
            escape(data["decision"]["because"]),
            candidates or f"[dim]{gettext('none')}[/]",
        )
    console.print(table)
    if len(waiting) > _MOST_DESK:
        more = gettext("… and {n} more").format(n=len(waiting) - _MOST_DESK)
        console.print(f"[dim]{more}[/]")


def parked(console: Console, now: Stage) -> None:
    table = titled(gettext("Parked whole, with the reason ({n})").format(n=len(now.heard.parked)))
    for column in _PARKED:
        table.add_column(gettext(column), overflow="fold")
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
            labels = gettext("came in"), gettext("went on")
            wide = max(map(len, labels))
            reporter = gettext("reporter")
            lines = [
                f"[dim]{labels[0].ljust(wide)}[/]   {escape(sent['text'])}",
                f"{' ' * wide}   {reporter}: {escape(str(sent.get('reporter')))}",
                f"[dim]{labels[1].ljust(wide)}[/]   {escape(data['complaint']['text'])}",
                f"{' ' * wide}   {reporter}: [green]{data['complaint'].get('reporter')}[/]",
            ]
            title = gettext("An anonymous complaint")
            console.print(Panel("\n".join(lines), title=title, title_align="left"))
            return


def accounts(console: Console, now: Stage) -> None:
    """Every message accounted for."""
    routed, triaged = len(leads(now)), len(now.heard.of("triaged"))
    parked, repeats, total = len(now.heard.parked), duplicates(now), sum(now.sent.values())
    verdict = (
        gettext("[bold green]none lost[/]")
        if routed + triaged + parked + repeats == total
        else gettext("[bold red]not all accounted for[/]")
    )
    told = gettext(
        "[bold]{total}[/] in = [bold]{routed}[/] routed + [bold]{triaged}[/] to the desk"
        " + [bold]{parked}[/] parked + [bold]{repeats}[/] repeated: {verdict}"
    )
    console.print(
        "\n"
        + told.format(
            total=total, routed=routed, triaged=triaged, parked=parked, repeats=repeats,
            verdict=verdict,
        )
    )  # fmt: skip


def ending(console: Console, seconds: float) -> None:
    told = gettext("{seconds} s; the node is stopped and its folder removed. Next:")
    console.print(
        f"[dim]{told.format(seconds=f'{seconds:.0f}')}[/]"
        ' pintu demo --stay[dim],[/] pintu route "lampu jalan mati di desa Rias"[dim],[/]'
        " pintu run all[dim],[/] pintu --help"
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
    at = datetime.fromisoformat(text)
    return f"{format_date(at, 'EEE d MMM y', language())} {at:%H:%M}"
