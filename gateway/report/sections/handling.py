"""Sections 8 to 10: how cases were routed, how they ended, and what reporters thought of it."""

from collections.abc import Iterable

from config.language import marked
from gateway.report.hiding import shown
from gateway.report.model import Cell, Figure, Named, Section, Share, Table, columns
from gateway.report.names import Names
from gateway.report.reading import Read
from gateway.report.sections.accuracy import accuracy, accuracy_by_month
from gateway.report.tally import FEW, Tally
from gateway.report.words import ENDS, OTHERS, named

_PING_PONG = 3
_MOST = 10


def routing(read: Read, names: Names) -> Section:
    """How well the router did: by itself, by the desk, and who corrected it."""
    tally = read.tally
    total, own = tally.counted.total, tally.by_itself
    desk, agency = (sum(_by(tally, "agency", one).values()) for one in ("desk", "agency"))
    often = sum(n for moves, n in tally.moves.items() if moves >= _PING_PONG)
    figures = (
        Figure("by_itself", marked("Decided by itself"), Share(own, total)),
        Figure("triaged", marked("Left to the desk at first"), Share(total - own, total)),
        Figure("corrected_desk", marked("Corrected by the desk"), Share(desk, own)),
        Figure("corrected_agency", marked("Handed back by the agency"), Share(agency, own)),
        *accuracy(read),
        Figure("ping_pong", marked("Three moves or more"), Share(often, total)),
        Figure("external", marked("With outside bodies"), Share(tally.external, total)),
    )
    moves = Table(
        "moves",
        marked("Moves a case"),
        columns(("moves", marked("Moves")), ("cases", marked("Cases"))),
        tuple((moves, tally.moves[moves]) for moves in sorted(tally.moves)),
        bars="cases",
    )
    tables = (
        accuracy_by_month(read),
        moves,
        _router(tally, "agency", marked("The router's decisions by agency"), names),
        _router(tally, "topic", marked("The router's decisions by category"), names),
    )
    return Section(8, "routing", marked("Routing"), figures, tables)


def _by(tally: Tally, dimension: str, by: str) -> dict[str, int]:
    return {
        code: n
        for (what, code, who), n in tally.corrected.items()
        if (what, who) == (dimension, by)
    }


def _router(tally: Tally, dimension: str, title: str, names: Names) -> Table:
    stood, desk, agency = (_by(tally, dimension, one) for one in ("stood", "desk", "agency"))
    counts = {
        code: stood.get(code, 0) + desk.get(code, 0) + agency.get(code, 0)
        for code in {*stood, *desk, *agency}
    }
    small = {code for code, n in counts.items() if not code or n < FEW}
    part = shown(counts, small if dimension == "topic" else frozenset(), 3 * _MOST)
    kept = {code for code, _ in part.rows}
    rows: list[tuple[Cell, ...]] = []
    for code, n in part.rows:
        name = names.agency(code) if dimension == "agency" else names.of(dimension, code)
        rows.append(_line(name, n, desk.get(code, 0), agency.get(code, 0)))
    if part.cells:
        rest = _rest(desk, kept), _rest(agency, kept)
        rows.append(_line(OTHERS, part.others, *rest))
    return Table(
        f"router_by_{dimension}",
        title,
        columns(
            ("name", marked("Name")),
            ("cases", marked("Decided by itself")),
            ("desk", marked("Corrected by the desk")),
            ("agency", marked("Handed back by the agency")),
            ("stood", marked("Stood")),
        ),
        tuple(rows),
    )


def _rest(counts: dict[str, int], kept: set[str]) -> int:
    return sum(n for code, n in counts.items() if code not in kept)


def _line(name: Named, cases: int, desk: int, agency: int) -> tuple[Cell, ...]:
    return name, cases, desk, agency, Share(cases - desk - agency, cases)


def endings(read: Read) -> Section:
    """Archived and held, by reason; opened again."""
    tally = read.tally
    archived = tally.counted.statuses["archived"]
    rows: list[tuple[Cell, ...]] = [
        (named(ENDS, code), tally.ends[code], Share(tally.ends[code], archived))
        for code in _known(tally.ends)
    ]
    reasons = Table(
        "archived",
        marked("Archived, by reason"),
        columns(
            ("reason", marked("Reason")),
            ("cases", marked("Cases")),
            ("share", marked("Share")),
        ),
        tuple(rows),
        bars="cases",
    )
    holds = Table(
        "holds",
        marked("Held, by who asked"),
        columns(("by", marked("Who")), ("holds", marked("Times"))),
        (
            (Named("desk", marked("the desk"), said=True), tally.holds["desk"]),
            (Named("agency", marked("the agency"), said=True), tally.holds["agency"]),
        ),
    )
    figures = (
        Figure(
            "held", marked("Held now"), Share(tally.counted.statuses["held"], tally.counted.total)
        ),
        Figure("reopened", marked("Opened again"), Share(tally.reopened, tally.resolved)),
    )
    return Section(9, "endings", marked("Archived, held, opened again"), figures, (reasons, holds))


def _known(ends: Iterable[str]) -> list[str]:
    """Reasons in their order, then those that this version does not know."""
    other = sorted(
        code for code in ends if code not in ENDS and code not in ("accepted", "closing")
    )
    return [*ENDS, *other]


def quality(read: Read) -> Section:
    """Ratings with their count, and a sample to review."""
    ratings = read.tally.ratings
    count = ratings.total()
    mean = sum(stars * n for stars, n in ratings.items()) / count if count else None
    figures = (
        Figure("rating", marked("Mean rating"), None if mean is None else round(mean, 2)),
        Figure("ratings", marked("Ratings"), count),
    )
    stars = Table(
        "ratings",
        marked("Ratings"),
        columns(("rating", marked("Rating")), ("cases", marked("Cases"))),
        tuple((rating, ratings[rating]) for rating in (5, 4, 3, 2, 1)),
        bars="cases",
    )
    sample = Table(
        "sample",
        marked("A sample to review"),
        columns(("tracking", marked("Tracking ID"))),
        tuple((code,) for _, code in read.tally.sample),
    )
    return Section(10, "quality", marked("Quality and satisfaction"), figures, (stars, sample))
