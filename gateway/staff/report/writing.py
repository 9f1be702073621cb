"""Writing in a report: whoever saves says which version they saw, so that nobody's text is lost."""

from typing import Final

from fastapi import Request, Response

from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.report.periods import BadPeriod, Period, period_of
from gateway.report.texts import (
    FIELDS,
    LONGEST,
    LONGEST_CELL,
    MOST_ITEMS,
    WITH_ITEMS,
    Field,
    Item,
    Written,
    clean,
    texts_of,
    write,
    written,
)
from gateway.report.wording import period_name
from gateway.staff.layout import HEADERS, page, speak, templates
from gateway.staff.visits import Visit, visit_form
from gateway.web.forms import Form
from gateway.web.pages import first

_ROOM: Final = "gateway.staff.report"
_CELLS: Final = ("what", "who", "by_when", "state")


async def save(world: Gateway, request: Request) -> Response:
    """Keep a text. Where somebody else saved since it was opened, both are shown: the writer's in
    the form again, to be put together."""
    async with visit_form(request, world, "report.write") as (who, sent):
        speak(request, who)
        form = sent.fields
        period, field = _period(first(form, "periode", 40)), _field(first(form, "bidang", 20))
        seen = first(form, "n", 9)
        after = int(seen) if seen.isdecimal() else 0
        value = _items(form) if field in WITH_ITEMS else clean(_text(form))
        kept = await write(
            world.store.report_texts,
            period,
            field,
            value,
            after=after,
            by=who.person.name,
            at=world.now(),
        )
        if kept:
            there = f"/laporan?periode={period.key}&bagian=12&tersimpan={field}"
            return Response(status_code=303, headers={**HEADERS, "Location": there})
        theirs = (await texts_of(world.store.report_texts, period))[field]
        mine = Written("", value) if isinstance(value, tuple) else Written(value)
        return page(
            templates(_ROOM),
            "conflict.html",
            world,
            request,
            who,
            409,
            period=period,
            name=period_name(period),
            field=field,
            title=FIELDS[field],
            theirs=theirs,
            mine=mine,
            most=MOST_ITEMS,
            with_items=WITH_ITEMS,
        )


async def versions(world: Gateway, request: Request, who: Visit, period: Period) -> Response:
    """All that was ever written there, the newest first."""
    field = _field(request.query_params.get("bidang", "")[:20])
    found = await world.store.report_texts.versions(period.key, field)
    return page(
        templates(_ROOM),
        "versions.html",
        world,
        request,
        who,
        200,
        period=period,
        name=period_name(period),
        title=FIELDS[field],
        found=[written(one, field) for one in found[:50]],
    )


def _period(name: str) -> Period:
    try:
        return period_of(name)
    except BadPeriod as why:
        raise Problem("bad-request", {"detail": str(why)}) from None


def _field(name: str) -> Field:
    if name not in FIELDS:
        raise Problem("no-such-page")
    return name


def _text(form: Form) -> str:
    """With its line feeds, of which browsers make two characters."""
    return next(iter(form.get("text", ())), "")[: 2 * LONGEST]


def _items(form: Form) -> tuple[Item, ...]:
    """The rows that say what is to be done."""
    columns = [form.get(name, [])[:MOST_ITEMS] for name in _CELLS]
    rows = max(map(len, columns))
    cells = [column + [""] * (rows - len(column)) for column in columns]
    made = (Item(*(clean(cell, LONGEST_CELL) for cell in row)) for row in zip(*cells, strict=True))
    return tuple(item for item in made if item.what)
