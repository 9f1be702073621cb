"""Time: whether the clocks agree, and up to when cases were read."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from broker.messaging import names
from config.language import gettext, worded
from pintu.doctor.catalog import check
from pintu.doctor.facts import Facts
from pintu.doctor.finding import Fine, NotSeen, NotThere, Outcome, broken

_SUBJECT = "time"
OLD: Final = timedelta(minutes=10)
"""The watermark moves four times a second while there is a case consumer that keeps up."""


@check(
    "clock",
    _SUBJECT,
    "clocks of this machine, of the database and of RabbitMQ that differ by more than two minutes,"
    " a leap, or a watermark that lies ahead",
)
def clock(facts: Facts) -> Iterator[Outcome]:
    if problem := facts.clock.get():
        mends = gettext("set the clock that is wrong (timedatectl); then pintu clock show")
        yield broken("clocks", problem, mends)


@check(
    "watermark",
    _SUBJECT,
    "a watermark older than ten minutes although `cases` is read: the case consumer is behind, and"
    " nothing fires",
)
def watermark(facts: Facts) -> Iterator[Outcome]:
    state = facts.clocks()
    if state.watermark is None or facts.environment.speed != 1:
        raise NotThere
    if facts.clock.get():
        raise NotSeen(gettext("the clocks do not agree"))
    age = facts.now - state.watermark
    depth = facts.broker.get().depths.get().get(names.CASES_QUEUE)
    if age > OLD and depth is not None and depth.consumers:
        says = worded(
            "cases were read up to {shown} ago: no deadline after that is acted on",
            shown=_shown(age),
        )
        mends = gettext("look at the log of pintu run cases, its store and its CPU")
        yield broken("watermark", says, mends)
    else:
        yield Fine(worded("cases were read up to {shown} ago", shown=_shown(max(age, timedelta()))))


def _shown(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes else f"{int(age.total_seconds())} s"
