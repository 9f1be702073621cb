"""A whole check: its steps, then every rule on everything that was seen."""

from collections.abc import Sequence

from pintu.conformance.adapter.rules import RULES as ADAPTER
from pintu.conformance.agency.rules import RULES as AGENCY
from pintu.conformance.rule import Finding, findings
from pintu.conformance.session import Session, Step, Tell, run_steps


async def check(session: Session, steps: Sequence[Step], tell: Tell) -> list[Finding]:
    """Go through the steps, and judge. ``tell`` hears what is waited for and what was seen.

    Raises:
        BrokerUnavailable: the test node went away.
    """
    await run_steps(session, list(steps), tell)
    await session.all_read()
    return findings(ADAPTER if session.record.kind == "adapter" else AGENCY, session.record)
