"""``pintu case move``: the open cases of an agency, to the one that goes on with its work."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from config.broker_sentences import told
from config.language import gettext, worded, worded_many
from gateway.text.printable import printable, say, say_json
from pintu.cli.agreeing import Yes, agree
from pintu.cli.case.finding import AsJson, agency_meant
from pintu.cli.exit_codes import NOT_ALL
from pintu.cli.speaking import As, InternalNote, Note, desk_name, words_of

if TYPE_CHECKING:  # imported where needed: `pintu due` starts without the store
    from gateway.desk.handing_over import Extent, HandedOver, Handover
    from gateway.desk.session import DeskSession


def move(
    source: Annotated[
        str,
        typer.Option(
            "--from", metavar="AGENCY", help="Whose cases, ended or not: its code, name or alias."
        ),
    ],
    to: Annotated[
        str | None,
        typer.Option(
            metavar="AGENCY", help="Who gets them; the successor of an agency that has one."
        ),
    ] = None,
    resolved: Annotated[
        bool,
        typer.Option(
            "--resolved", help="Also what is answered and waits for the reporter: it is open again."
        ),
    ] = False,
    note: Note = None,
    internal_note: InternalNote = None,
    by: As = None,
    wait: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0, help="Wait so long to hear what became of each."),
    ] = 30.0,
    yes: Yes = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Hand over the open cases of an agency, for instance of one that ended, to another.

    The desk assigns each of them: the response clock starts anew, what was said goes along, and the
    reporter's channel hears of it. How many there are is said first. Resolved cases stay unless
    --resolved: they were answered, and close by themselves; run this again for those that a reply
    has opened. Cases of others in which the agency supports stay as they are. Stopped in the
    middle, nothing is lost: the same command does the rest. Exit code 1 where some were refused.

    Example: pintu case move --from dinas-lama --to dpupr --dry-run

    Example: pintu case move --from dinas-lama --yes --note "Dinas Tata Kota dilebur ke DPUPR."
    """
    said = {
        "note": words_of(note, "--note"),
        "internal_note": words_of(internal_note, "--internal-note"),
    }
    name = desk_name(by)
    asyncio.run(_move(source, to, resolved, said, name, wait, yes, dry_run, as_json))


async def _move(
    source: str,
    to: str | None,
    resolved: bool,
    said: dict[str, str | None],
    by: str,
    wait: float,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    from gateway.desk.handing_over import HandedOver, Handover, extent
    from pintu.app import open_desk

    async with open_desk() as here:
        whose = await _source(source, here)
        target = _target(whose, to, here)
        words = {field: value for field, value in said.items() if value is not None}
        what = Handover(whose, target, by, words, resolved, wait)
        there, done = await extent(whose, here), HandedOver()
        for line in _plan(what, there, here):
            say(line, err=as_json)
        many = there.many(resolved)
        if many and not dry_run:
            agree(worded("Hand over {cases} to {target}?", cases=_cases(many), target=target), yes)
            await _carry_out(what, here, many, done)
        if as_json:
            say_json(_record(what, there, done, dry_run))
        elif not dry_run and many:
            _tell(what, done)
    if done.not_taken:
        raise typer.Exit(NOT_ALL)


async def _source(text: str, here: "DeskSession") -> str:
    """Also an agency that the configuration has lost, while there are cases of it."""
    from broker.domain.case import CaseFilter

    code = text.strip()
    if code not in here.agencies.agencies and await here.store.how_many(CaseFilter(agency=code)):
        return code
    return agency_meant(text, here, "--from", ended=True)


def _target(source: str, to: str | None, here: "DeskSession") -> str:
    if to is not None:
        target = agency_meant(to, here, "--to")
        if target == source:
            raise typer.BadParameter(
                worded("{source} has them already", source=source), param_hint="--to"
            )
        return target
    successor = here.agencies.answering(source, here.today())
    if successor in (None, source):
        raise typer.BadParameter(
            worded("is needed: {source} has no successor at this time", source=source),
            param_hint="--to",
        )
    return str(successor)


def _plan(what: "Handover", there: "Extent", here: "DeskSession") -> list[str]:
    from broker.domain.case import State
    from gateway.desk.code_words import word
    from gateway.desk.wording import called

    source, to = (called(code, here.agencies) for code in (what.source, what.to))
    go = {s: n for s, n in there.states.items() if n and (what.resolved or s is not State.RESOLVED)}
    states = ", ".join(
        worded("{count:,} {state}", count=count, state=word(state)) for state, count in go.items()
    )
    many = there.many(what.resolved)
    go_ = f"{_cases(many)}: {states}" if many else gettext("none: no open case lies there")
    lines = [
        worded("from {agency}", agency=source),
        worded("to   {agency}", agency=to),
        worded("go   {cases}", cases=go_),
    ]
    if (stay := there.states[State.RESOLVED]) and not what.resolved:
        lines.append(
            worded(
                "stay {cases} that {source} has answered (--resolved)",
                cases=_cases(stay),
                source=what.source,
            )
        )
    if there.supported:
        lines.append(
            worded(
                "stay {cases} of others in which {source} supports: only it or its "
                "successor can answer for it there",
                cases=_cases(there.supported),
                source=what.source,
            )
        )
    return lines


async def _carry_out(what: "Handover", here: "DeskSession", many: int, done: "HandedOver") -> None:
    from gateway.desk.handing_over import extent, hand_over
    from pintu.cli.progress import progress_bar

    whole = False
    with progress_bar(gettext("handing over"), many) as bar:
        try:
            await hand_over(what, here, done, lambda: bar(done.sent))
            whole = True
        finally:
            if not whole:
                known = worded("{cases} known to be handed over", cases=_cases(done.taken_in))
                say(
                    worded("stopped, {known}; the same command does the rest", known=known),
                    err=True,
                )
    if done.unheard:
        # A receipt may be lost; who still has the case is not.
        left = (await extent(what.source, here)).many(what.resolved) - done.not_taken
        heard = done.unheard - min(done.unheard, max(left, 0))
        done.unheard, done.taken_in = done.unheard - heard, done.taken_in + heard


def _tell(what: "Handover", done: "HandedOver") -> None:
    say(
        worded(
            "{cases} handed over to {to}, of {sent:,} sent and confirmed",
            cases=_cases(done.taken_in),
            to=what.to,
            sent=done.sent,
        )
    )
    if done.unheard:
        say(
            worded(
                "{cases} not handled yet; does `pintu run cases` run? They are in its "
                "queue. See `pintu case list --agency {source}` later.",
                cases=_cases(done.unheard),
                source=what.source,
            ),
            err=True,
        )
    for tracking, reason, detail in done.refused:
        say(
            worded(
                "{tracking}: refused ({reason}): {printable}",
                tracking=tracking,
                reason=reason,
                printable=printable(told(detail)),
            ),
            err=True,
        )
    if more := done.not_taken - len(done.refused):
        say(worded("{more:,} more refused", more=more), err=True)


def _record(
    what: "Handover", there: "Extent", done: "HandedOver", dry_run: bool
) -> dict[str, object]:
    return {
        "from": what.source,
        "to": what.to,
        "dry_run": dry_run,
        "states": {str(state): count for state, count in there.states.items() if count},
        "go": there.many(what.resolved),
        "supported": there.supported,
        "sent": done.sent,
        "taken_in": done.taken_in,
        "not_handled_yet": done.unheard,
        "refused": [
            {"tracking": tracking, "reason": reason, "detail": detail}
            for tracking, reason, detail in done.refused
        ],
        "refused_count": done.not_taken,
    }


def _cases(many: int) -> str:
    return worded_many("{n:,} case", "{n:,} cases", many)
