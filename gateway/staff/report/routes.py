"""``/laporan``: the report as pages and as files, and writing in it."""

from typing import Final

from fastapi import APIRouter, Request, Response

from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.report.as_html import heading, section_html, texts_html
from gateway.report.as_text import incomplete
from gateway.report.periods import BadPeriod, Period
from gateway.report.texts import FIELDS, MOST_ITEMS, WITH_ITEMS, Texts, texts_of
from gateway.report.wording import period_name
from gateway.report.written import Whole, annex_rows, tab_separated, written
from gateway.staff.layout import HEADERS, page, speak, templates
from gateway.staff.report.asked import PARTS, part_asked, period_asked, presets
from gateway.staff.report.figures import Figures
from gateway.staff.report.writing import save, versions
from gateway.staff.visits import Visit, visit

FILES: Final = {
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "tsv": "text/tab-separated-values; charset=utf-8",
}
_NUMBERS: Final = {"ringkas": (1, 2, 3), "semua": range(1, 12)}


def routes(world: Gateway) -> APIRouter:
    """All of them."""
    router = APIRouter()
    figures = Figures(world)

    @router.get("/laporan")
    async def report(request: Request) -> Response:
        return await _page(world, request, figures)

    @router.get("/laporan/unduh.{form}")
    async def file(request: Request, form: str) -> Response:
        return await _file(world, request, figures, form)

    @router.get("/laporan/versi")
    async def earlier(request: Request) -> Response:
        who = await visit(request, world, "report.read")
        return await versions(world, request, who, _period(world, request, who))

    @router.post("/laporan/tulis")
    async def write(request: Request) -> Response:
        return await save(world, request)

    return router


async def _page(world: Gateway, request: Request, figures: Figures) -> Response:
    who = await visit(request, world, "report.read")
    environment = templates("gateway.staff.report")
    today = world.config.clocks.calendar.local_day(world.now())
    speak(request, who)
    shared: dict[str, object] = {"presets": list(presets(today)), "parts": PARTS}
    try:
        period = period_asked(request.query_params, today)
    except BadPeriod as why:
        return page(
            environment, "no_period.html", world, request, who, 400, told=str(why), **shared
        )
    part = part_asked(request.query_params)
    shared |= {"period": period, "name": period_name(period), "part": part}
    if part == "12":
        texts = await texts_of(world.store.report_texts, period)
        return _texts(world, request, who, texts, shared)
    if part == "13":
        return page(environment, "annex.html", world, request, who, 200, **shared)
    made = await figures.of(period)
    if made is None:
        return page(environment, "counting.html", world, request, who, 200, **shared)
    numbers = _NUMBERS.get(part) or (int(part),)
    sections = [section_html(one) for one in made.sections if one.number in numbers]
    if part == "semua":
        texts = await texts_of(world.store.report_texts, period)
        sections.append(texts_html(texts, world.config.clocks.calendar.zone))
    return page(
        environment,
        "report.html",
        world,
        request,
        who,
        200,
        heading=heading(made),
        as_of=made.as_of,
        warning=None if made.complete else incomplete(made),
        sections=sections,
        **shared,
    )


def _texts(
    world: Gateway, request: Request, who: Visit, texts: Texts, shared: dict[str, object]
) -> Response:
    return page(
        templates("gateway.staff.report"),
        "texts.html",
        world,
        request,
        who,
        200,
        texts=texts,
        fields=FIELDS,
        with_items=WITH_ITEMS,
        most=MOST_ITEMS,
        shown=texts_html(texts, world.config.clocks.calendar.zone),
        saved=request.query_params.get("tersimpan", "")[:20],
        **shared,
    )


async def _file(world: Gateway, request: Request, figures: Figures, form: str) -> Response:
    who = await visit(request, world, "report.read")
    if form not in FILES:
        raise Problem("no-such-page")
    period = _period(world, request, who)
    may_read = who.may("desk.read")
    if form == "tsv" and not may_read:
        raise Problem("not-for-you")
    recap: list[tuple[str, ...]] = []
    if may_read and form in ("xlsx", "tsv"):
        # The annex has titles of complaints: it is for those who may read these.
        recap = await annex_rows(world.desk(), period)
    if form == "tsv":
        data = tab_separated(recap).encode()
    else:
        made = await figures.of(period, within=None)
        assert made is not None
        texts = await texts_of(world.store.report_texts, period)
        data = written(Whole(made, texts, world.config.clocks.calendar.zone, recap), form)
    name = f"laporan-{period.key.replace('..', '_')}.{form}"
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, 200, headers, FILES[form])


def _period(world: Gateway, request: Request, who: Visit) -> Period:
    """Raises Problem."""
    speak(request, who)
    today = world.config.clocks.calendar.local_day(world.now())
    try:
        return period_asked(request.query_params, today)
    except BadPeriod as why:
        raise Problem("bad-request", {"detail": str(why)}) from None
