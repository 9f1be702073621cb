"""One step back: what was in force before, or any learning that is kept."""

from datetime import datetime
from pathlib import Path

from broker.domain.routing.rules import Rules
from broker.errors import BadConfiguration
from config.language import gettext, worded
from pintu.rules.renewing.installing import put_in_force, take_away
from pintu.rules.renewing.kept import Learnings, model_in
from pintu.rules.renewing.records import Record, before_of


def back(folder: Path, *, now: datetime, id: str | None = None) -> tuple[Record, Rules]:
    """Put in force what was before, or the learning `id`; gives the line of the log, and the rules
    that are in force from then on.

    Raises `BadConfiguration`, and nothing was changed.
    """
    learnings = Learnings(folder)
    if not learnings.records():
        raise BadConfiguration(
            worded("{folder}: nothing is kept there that could be taken back", folder=folder)
        )
    with learnings.alone():
        force = learnings.keep_what_is_in_force(now)
        target = before_of(learnings.records(), force) if id is None else id
        if target is None:
            raise BadConfiguration(
                gettext(
                    "nobody recorded what was in force before; name one of `pintu rules learnings`"
                )
            )
        if target == force:
            raise BadConfiguration(worded("{id} is in force already", id=target))
        if target == "":
            rules = take_away(folder)
        elif (learned := learnings.learned(target)) is not None:
            rules = put_in_force(learned, folder)
        else:
            raise BadConfiguration(
                worded(
                    "{id}: no such learning is kept; `pintu rules learnings` lists them", id=target
                )
            )
        record = Record(at=now, what="back", id=target, before=force, model=model_in(folder))
        learnings.log(record)
    return record, rules
