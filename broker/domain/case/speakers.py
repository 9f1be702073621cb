"""Who may speak in a case: the desk, its channel, its agencies and their successors."""

from broker.domain.case.case import Case
from broker.domain.case.outcome import Context, Refused
from schemas.updates import Update


def stranger(case: Case, update: Update, context: Context) -> Refused | None:
    """The refusal of a speaker that the case is not for."""
    match update.who:
        case "desk":
            return None
        case "channel":
            ours = update.name == case.channel
        case "agency":
            ours = spoken_for(case, update.name, context) is not None
    return None if ours else Refused("not-your-case", f"this {update.who} does not have the case")


def spoken_for(case: Case, name: str, context: Context) -> str | None:
    """The agency of the case that ``name`` speaks for; None where it has no part in it.

    Itself; or one that does not exist any more, whose successor it is by today's rules: nobody is
    left there to answer. A part that leads comes before one that supports.
    """
    if name == case.agency:
        return name
    on = context.clocks.calendar.local_day(context.now)

    def succeeds(agency: str) -> bool:
        return context.rules.answering(agency, on) == name

    if case.agency is not None and succeeds(case.agency):
        return case.agency
    if case.supports(name):
        return name
    return next((s.agency for s in case.supporting if succeeds(s.agency)), None)
