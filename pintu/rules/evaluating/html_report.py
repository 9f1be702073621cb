"""A score as one HTML page: no script, nothing from the network, fit to be printed."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Final

from pintu.rules.evaluating.chart import curve
from pintu.rules.evaluating.matrix_table import matrix_table
from pintu.rules.evaluating.scoring import Tally
from pintu.rules.evaluating.summary import by_agency, confused, matrix, thresholds, worst_topics
from pintu.rules.evaluating.text_report import clipped, listed, percent, reasons, wrong_of_100

_STYLE: Final = Path(__file__).with_name("page.css")
_AGENCIES: Final = 25
_STRANGE: Final = 25


def page(tally: Tally, source: str, without_text: Sequence[int]) -> str:
    """The whole page. Texts in it are shortened and masked, none of a confidential complaint."""
    rules = tally.rules
    title = f"{rules.name}: rules {rules.version}"
    sections = [
        _cards(tally),
        _section("What another threshold would bring", _thresholds(tally)),
        _section(
            "Where complaints went",
            "<p>A row for each agency that should have had them, a column for where they went. "
            '<span class="key right">right</span> <span class="key wrong">wrong</span> '
            '<span class="key desk">left to the desk</span></p>'
            f'<div class="wide">{matrix_table(matrix(tally), rules)}</div>',
        ),
        _section("The pairs most often confused", _pairs(tally)),
        _section("Topics in which most goes wrong", _topics(tally)),
        _section("Agencies", _agencies(tally)),
        _section("Wrong and sure of it", _errors(tally)),
        _section("Left out", _left_out(tally, without_text)),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title>"
        f"<style>{_STYLE.read_text(encoding='utf-8')}</style></head><body><main>"
        f"<header><h1>{escape(title)}</h1><p>Scored on {escape(source)}: every complaint was "
        f"decided as if it came on {tally.on}, from text and place alone.</p></header>"
        f"{''.join(sections)}</main></body></html>\n"
    )


def _section(heading: str, body: str) -> str:
    return f"<section><h2>{heading}</h2>{body}</section>" if body else ""


def _cards(tally: Tally) -> str:
    rows, routed = tally.rows, tally.routed
    cards = (
        (f"{rows:,}", "complaints scored", ""),
        (percent(routed, rows), "routed by themselves", f"{routed:,} complaints"),
        (
            percent(tally.routed_right, routed),
            "of these to the right agency",
            f"{routed - tally.routed_right:,} went to a wrong one",
        ),
        (
            percent(tally.first_right, rows),
            "right agency first, sure or not",
            f"{rows - routed:,} are left to the desk",
        ),
    )
    return (
        '<div class="cards">'
        + "".join(
            f'<div class="card"><b>{escape(figure)}</b><span>{escape(words)}</span>'
            f"<small>{escape(more)}</small></div>"
            for figure, words, more in cards
        )
        + "</div>"
    )


def _thresholds(tally: Tally) -> str:
    rows = []
    for at in thresholds(tally):
        now = at.threshold == tally.auto
        wrong = wrong_of_100(at, tally.rows)
        cells = (percent(at.routed, tally.rows), percent(at.right, at.routed), wrong)
        tds = "".join(f"<td>{cell}</td>" for cell in cells)
        name = f"{at.threshold:.2f}{' (now)' if now else ''}"
        rows.append(f'<tr{" class=now" if now else ""}><th scope="row">{name}</th>{tds}</tr>')
    head = ("threshold", "routed by themselves", "of these rightly", "wrongly, of 100 complaints")
    why = f"<p>Why the desk: {escape(reasons(tally))}.</p>" if tally.reasons else ""
    table = _table(head, rows)
    return f'<div class="two"><div>{curve(tally)}</div><div>{table}</div></div>{why}'


def _pairs(tally: Tally) -> str:
    pairs, called = confused(tally), tally.rules.agency_name
    most = max((pair.rows for pair in pairs), default=1)
    rows = [
        f"<tr><td>{pair.rows:,}</td>{_bar((pair.rows / most, 'wrong'))}"
        f"<td class=words>{escape(called(pair.right))}</td>"
        f"<td class=words>{escape(called(pair.given))}</td></tr>"
        for pair in pairs
    ]
    return _table(("times", "", "should have gone to", "went to"), rows) if rows else ""


def _topics(tally: Tally) -> str:
    rows = [
        f"<tr><td>{t.rows - t.right:,}</td><td>{t.rows:,}</td>"
        f"{_bar((t.right / t.rows, 'right'), (1 - t.right / t.rows, 'wrong'))}"
        f"<td class=words>{escape(clipped(t.topic, 90))}</td></tr>"
        for t in worst_topics(tally)
    ]
    return _table(("wrong", "of", "", "topic"), rows) if rows else ""


def _agencies(tally: Tally) -> str:
    rows = []
    for a in by_agency(tally)[:_AGENCIES]:
        shares = ((a.right, "right"), (a.astray, "wrong"), (a.desk, "desk"))
        bar = _bar(*((number / a.rows, kind) for number, kind in shares))
        rows.append(
            f"<tr><td>{a.rows:,}</td><td>{percent(a.right, a.rows)}</td>{bar}"
            f"<td>{a.strangers:,}</td>"
            f"<td class=words>{escape(tally.rules.agency_name(a.agency))}</td></tr>"
        )
    head = ("complaints", "reach it", "", "of others come to it", "agency")
    return _table(head, rows) if rows else ""


def _errors(tally: Tally) -> str:
    called = tally.rules.agency_name
    return "".join(
        f"<article><p>{escape(error.text)}</p><small>Row {error.row}. Went to "
        f"<b>{escape(called(error.given))}</b> ({error.confidence:.2f}), should have gone to "
        f"<b>{escape(called(error.right))}</b>. {escape(error.because)}</small></article>"
        for error in tally.errors
    )


def _left_out(tally: Tally, without_text: Sequence[int]) -> str:
    items = [
        f"<li>{len(rows):,} rows without {what}: {escape(listed(rows))}</li>"
        for what, rows in (("text", without_text), ("agency", tally.without_agency))
        if rows
    ]
    words = {"unknown": "the rules do not know it", "ended": "it no longer exists"}
    items += [
        f"<li>{number:,} rows of {escape(clipped(name, 90))}: {words[why]}</li>"
        for (name, why), number in tally.strange.most_common(_STRANGE)
    ]
    if len(tally.strange) > _STRANGE:
        items.append(f"<li>… and {len(tally.strange) - _STRANGE:,} more names</li>")
    return f"<ul>{''.join(items)}</ul>" if items else ""


def _bar(*parts: tuple[float, str]) -> str:
    drawn = "".join(
        f'<i class="{kind}" style="width:{100 * share:.1f}%"></i>' for share, kind in parts
    )
    return f'<td class="bar"><div>{drawn}</div></td>'


def _table(head: Sequence[str], rows: Iterable[str]) -> str:
    words = frozenset({"should have gone to", "went to", "topic", "agency"})
    heads = "".join(
        f'<th scope="col"{" class=words" if name in words else ""}>{escape(name)}</th>'
        for name in head
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
