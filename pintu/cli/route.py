"""`pintu route`: a dry run of the decision, for one complaint or for a file of them."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from broker.domain.routing.decide import Place, Query, decide
from broker.domain.routing.rules import Rules
from config.foreign import told
from config.language import gettext, worded
from gateway.text.csv_rows import BadRow
from gateway.text.formulas import Guard
from gateway.text.printable import say, say_json
from pintu.app import rules_of
from pintu.cli.exit_codes import BAD_USE
from pintu.cli.explain import explain, record
from pintu.cli.local_day import today
from pintu.cli.options import Config
from pintu.cli.route_file import route_file


def route(
    text: Annotated[
        str | None, typer.Argument(metavar="[TEXT]", help="The complaint; - or none: stdin.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Its title.")] = None,
    district: Annotated[str | None, typer.Option(help="Kecamatan.")] = None,
    village: Annotated[str | None, typer.Option(help="Kelurahan or desa.")] = None,
    address: Annotated[str | None, typer.Option(help="Where, as written.")] = None,
    region: Annotated[str | None, typer.Option(help="Kemendagri code of the place.")] = None,
    category: Annotated[str | None, typer.Option(help="Topic or SP4N-LAPOR! id.")] = None,
    agency: Annotated[str | None, typer.Option(help="The agency that was picked.")] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            metavar="IN.csv",
            help="Route each row: column text, optional title, address, region, district, village, "
            "category. Never by its column agency.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="OUT.csv", help="IN.csv with agency, confidence and auto added."),
    ] = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="Cells of OUT.csv as they are, formulas as well.")
    ] = False,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Decide without sending anything, and say why.

    Example: pintu route "lampu jalan depan pasar mati" --village Rias

    Example: pintu route --file complaints.csv --out routed.csv
    """
    if (file is None) != (out is None):
        raise typer.BadParameter(gettext("--file and --out go together"))
    if file is not None and text is not None:
        raise typer.BadParameter(gettext("give TEXT or --file, not both"))
    rules = rules_of(config)
    day = today(config)
    if file is not None and out is not None:
        _whole_file(file, out, rules, day, Guard(raw))
        return
    complaint = _stdin() if text is None or text == "-" else text
    if not complaint.strip():
        _fail(gettext("the text is empty"))
    place = Place(region=region, district=district, village=village, address=address)
    query = Query(text=complaint, title=title, category=category, agency=agency, place=place)
    decision = decide(query, rules, on=day)
    if as_json:
        say_json(record(query, decision, rules, day))
    else:
        explain(query, decision, rules, day)


def _whole_file(file: Path, out: Path, rules: Rules, on: date, guard: Guard) -> None:
    try:
        total, auto = route_file(file, out, rules, on, guard)
    except BadRow as error:
        _fail(f"{file}: {error}")
    except OSError as error:
        _fail(f"{error.filename or file}: {told(error.strerror)}")
    share = f" ({auto / total:.0%})" if total else ""
    say(
        worded(
            "{total} complaints: {auto}{share} routed, {total2} to triage",
            total=total,
            auto=auto,
            share=share,
            total2=total - auto,
        ),
        err=True,
    )
    if words := guard.told():
        say(words, err=True)


def _stdin() -> str:
    if sys.stdin.isatty():
        say(gettext("Type the complaint, end with Ctrl-D:"), err=True)
    return sys.stdin.buffer.read().decode("utf-8", errors="replace")


def _fail(message: str) -> NoReturn:
    say(worded("error: {message}", message=message), err=True)
    raise typer.Exit(BAD_USE)
