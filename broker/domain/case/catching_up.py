"""What time brought to a case before an input is judged by it, and how a step is completed."""

from collections.abc import Sequence

from broker.domain.case import replacing
from broker.domain.case.case import Case
from broker.domain.case.firing import amend, fire
from broker.domain.case.outcome import Applied, Context
from schemas.limits import CONVERSATION_NEWEST


def caught_up(case: Case, context: Context) -> tuple[Case, tuple[Applied, ...]]:
    """The case with its deadlines on the calendar in force and with what ran out up to the
    watermark, and the steps that brought it there."""
    amended = amend(case, context.clocks, now=context.now)
    fired = fire(
        amended.case if amended else case,
        context.clocks,
        now=context.now,
        watermark=context.watermark,
        name_of=context.rules.agency_name,
    )
    steps = tuple(step for step in (amended, fired) if step is not None)
    return (steps[-1].case if steps else case), steps


def completed(case: Case, before: Sequence[Applied], outcome: Applied) -> Applied:
    """What was done to ``case``: the steps before, and then what the input did.

    What the next input of the case must know of this one is in the case that comes out.
    """
    history = tuple(line for step in (*before, outcome) for line in step.history)
    # The store keeps the last word as well; nothing that comes after the end needs it.
    said = outcome.said
    conversation = (*outcome.case.conversation, *said) if outcome.case.open else ()
    return replacing.replace(
        outcome,
        case=replacing.replace(
            outcome.case,
            lines=case.lines + len(history),
            conversation=conversation[-CONVERSATION_NEWEST:],
        ),
        history=history,
        publish=tuple(event for step in (*before, outcome) for event in step.publish),
    )
