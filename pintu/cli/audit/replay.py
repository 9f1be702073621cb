"""``pintu audit replay``: the case store rebuilt from the audit trail."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from config.exact_moments import exact
from config.language import gettext, worded
from gateway.text.printable import say, say_json
from pintu.cli import moments
from pintu.cli.audit.options import AsJson
from pintu.cli.exit_codes import NOT_ALL
from pintu.cli.progress import progress_bar

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without the store
    from broker.amqp.stream import AuditStream, Start
    from broker.messaging.messages import Incoming
    from consumers.audit.replaying import Replay


def replay(
    since: Annotated[
        str | None,
        typer.Option(
            metavar=moments.METAVAR,
            help=f"Read from then on, which must be before the backup was made: {moments.HELP}."
            " Left out: all of it.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring the case store up to date from the audit trail: after a backup was restored, or with an
    empty store.

    Cases, clocks, history and conversation come back as they were, no rung fires twice, and whoever
    was forgotten is forgotten again. Nothing is published. What lies unread in the queue `cases`
    stays there for the program. The router's journal is filled as well. It is refused while a case
    consumer reads that queue; a program that waits for the replay goes on by itself. Twice changes
    nothing more.

    Exit code 1 where something could not be rebuilt: that is said. Its progress is shown on a
    terminal.

    Example: pintu audit replay

    Example: pintu audit replay --since 2026-02-01 --json
    """
    asyncio.run(_replay(since, as_json))


async def _replay(since: str | None, as_json: bool) -> None:
    from consumers.audit.replaying import replay as replayed
    from pintu.app import open_replay

    async with open_replay() as here:
        now = here.clock.now()
        start = moments.moment_of(since, now, here.zone, "--since") if since else "first"
        ends = await here.stream.ends()
        if ends is None:
            say(gettext("the audit trail is empty: nothing can be rebuilt from it"), err=True)
            raise typer.Exit(NOT_ALL)
        oldest, newest = ends
        with progress_bar(gettext("replayed"), newest - oldest + 1) as bar:
            done = await replayed(
                _messages(here.stream, start, newest),
                here.rebuilding,
                here.journal,
                here.clock,
                alone=here.alone,
                told=bar,
            )
        if done.rebuilt.forgotten:
            await here.store.vacuum()
    if as_json:
        say_json(_plain(done))
    else:
        _say(done)
    if _lacking(done):
        raise typer.Exit(NOT_ALL)


async def _messages(
    stream: "AuditStream", start: "Start", newest: int
) -> "AsyncIterator[Sequence[Incoming]]":
    async for some in stream.read(start, upto=newest):
        yield [one.message for one in some]


def _plain(done: "Replay") -> dict[str, object]:
    rebuilt = done.rebuilt
    return {
        "messages": done.messages,
        "begun": rebuilt.begun,
        "updates": rebuilt.updated,
        "fired": rebuilt.fired,
        "forgotten": rebuilt.forgotten,
        "known": rebuilt.known,
        "deferred": rebuilt.deferred,
        "journal": done.journal,
        "read_up_to": done.read_up_to.isoformat() if done.read_up_to else None,
        "missing": sorted(map(str, rebuilt.missing)),
        "refused": dict(rebuilt.refused),
        "unreadable": done.unreadable,
        "let_go": done.let_go,
    }


def _say(done: "Replay") -> None:
    rebuilt = done.rebuilt
    say(worded("{messages:,} messages of the audit trail were read", messages=done.messages))
    say(
        worded(
            "the store lacked {begun:,} cases, {updated:,} updates, {fired:,} rungs "
            "and ends of clocks, {forgotten:,} forgotten persons; it knew {known:,} "
            "of them",
            begun=rebuilt.begun,
            updated=rebuilt.updated,
            fired=rebuilt.fired,
            forgotten=rebuilt.forgotten,
            known=rebuilt.known,
        )
    )
    say(worded("the router's journal lacked {journal:,} complaints", journal=done.journal))
    if rebuilt.deferred:
        say(worded("{deferred:,} messages wait for their case again", deferred=rebuilt.deferred))
    if done.read_up_to is not None:
        say(
            worded(
                "everything was read up to {read_up_to}",
                read_up_to=exact(done.read_up_to),
            )
        )
    for line in _lacking(done):
        say(line, err=True)


def _lacking(done: "Replay") -> list[str]:
    """What could not be rebuilt, in sentences."""
    rebuilt, lines = done.rebuilt, []
    if many := len(rebuilt.missing):
        some = ", ".join(sorted(map(str, rebuilt.missing))[:3])
        lines.append(
            worded(
                "{many:,} complaints began before the audit trail does and are not in "
                "the store ({some}{more}): restore a later backup, and replay again",
                many=many,
                some=some,
                more=", …" if many > 3 else "",
            )
        )
    lines += [
        worded("{many:,} do not fit their case as it is now: {reason}", many=many, reason=reason)
        for reason, many in rebuilt.refused.most_common()
    ]
    if done.unreadable:
        lines.append(
            worded(
                "{unreadable:,} events say nothing that this version knows",
                unreadable=done.unreadable,
            )
        )
    if done.let_go:
        lines.append(
            worded(
                "{let_go:,} messages were too many to be kept for their answers", let_go=done.let_go
            )
        )
    return lines
