"""`pintu rules learnings` and `pintu rules back`: what was learned, and one step back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from broker.errors import BadConfiguration
from config.language import gettext, worded
from gateway.text.printable import say, say_json
from pintu.cli.rules.history_file import fail

if TYPE_CHECKING:  # imported where needed: other commands start without it
    from pintu.rules.renewing.records import Record

Folder = Annotated[
    Path, typer.Option("--config", metavar="DIR", help="The configuration folder that learns.")
]
_NOTHING = "-"


def learnings(
    config: Folder,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Every learning from the store: when, what came of it, figures; what is in force has a star.

    What is kept of each lies in DIR/.learnings: the model, the report of `pintu rules evaluate`
    and the comparison of `pintu rules diff`, both on the newest rows.

    Example: pintu rules learnings --config my-regency/
    """
    from pintu.rules.renewing.kept import Learnings

    here = Learnings(config)
    try:
        records, force, kept = here.records(), here.in_force(), set(here.kept())
    except BadConfiguration as error:
        fail(str(error))
    if as_json:
        say_json(
            {
                "in_force": force,
                "learnings": [
                    record.model_dump(mode="json") | {"kept": record.id in kept}
                    for record in records
                ],
            }
        )
        return
    if not records:
        say(worded("{config}: nothing was learned from the store yet", config=config))
    for record in records:
        say(_line(record, force))


def _line(record: "Record", force: str | None) -> str:
    from pintu.cli.rules.learn_anew import conclusion

    star = "*" if record.id and record.id == force else " "
    words = {
        "found": gettext("found in force"),
        "back": worded("put in force by a person, after {before}", before=record.before or "-"),
    }
    what = words.get(record.what) or conclusion(record)
    if record.what == "failed":
        what = worded("failed: {why}", why=record.detail.splitlines()[0] if record.detail else "")
    figures = ""
    if record.old and record.new:
        figures = worded(
            "{old:,} → {new:,} of {rows:,} right by itself; ",
            old=record.old.routed_right,
            new=record.new.routed_right,
            rows=record.newest,
        )
    moment = f"{record.at:%Y-%m-%d %H:%M}"
    return f"{star} {moment}  {record.id or _NOTHING:<18}  {figures}{what}"


def back(
    config: Folder,
    id: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]",
            show_default=False,
            help="One of `pintu rules learnings`; else what was in force before.",
        ),
    ] = None,
) -> None:
    """Put back in force what was before the last learning, or any that is kept, in one step.

    Running processes take it over within seconds. A learning whose labels were doubted, put in
    force this way, is believed from then on.

    Example: pintu rules back --config my-regency/
    """
    from pintu.app import system_clock
    from pintu.rules.renewing.taking_back import back as taken_back

    try:
        record, rules = taken_back(config, now=system_clock().now(), id=id)
    except BadConfiguration as error:
        fail(worded("{error}\n{config} is as it was", error=error, config=config))
    say(
        worded(
            "{config}: {id} is in force, version {version}; before it was {before}",
            config=config,
            id=record.id or gettext("what people wrote, without anything learned,"),
            version=rules.version,
            before=record.before or _NOTHING,
        )
    )
