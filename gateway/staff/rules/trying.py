"""``/meja/aturan``: a text is tried. It comes by POST, so that it stands in no address and no log;
nothing of it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from fastapi import APIRouter, Request, Response

from broker.domain.routing.decide import Place, Query
from broker.domain.routing.tables import DISTRICT_LEVEL, VILLAGE_LEVELS
from config.language import marked
from gateway.api.world import Gateway
from gateway.desk.trying import Tried, tried
from gateway.staff.layout import page
from gateway.staff.rules.services import Services
from gateway.staff.rules.showing import FIRST, TEMPLATES, called
from gateway.staff.visits import Visit, visit, visit_form
from gateway.web.forms import Form
from gateway.web.pages import first
from schemas.complaint import Classification

CLASSIFICATIONS: Final[Mapping[str, str]] = {
    "complaint": marked("Complaint"),
    "aspiration": marked("Aspiration"),
    "information_request": marked("Information request"),
}
_TEXT: Final = 4_000
_FIELD: Final = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """The form as somebody filled it in."""

    text: str = ""
    district: str = ""
    village: str = ""
    category: str = ""
    classification: str = "complaint"

    @property
    def query(self) -> Query:
        """What a decision looks at."""
        place = Place(district=self.district or None, village=self.village or None)
        return Query(self.text, category=self.category or None, place=place)


def routes(world: Gateway, services: Services) -> APIRouter:
    """The form, and what the rules make of it."""
    router = APIRouter()

    @router.get(FIRST)
    async def blank(request: Request) -> Response:
        found = await visit(request, world, "rules.read")
        return _shown(world, request, found, Draft(), None, new=await services.number())

    @router.post(FIRST)
    async def try_it(request: Request) -> Response:
        async with visit_form(request, world, "rules.read") as (found, sent):
            draft = _draft(sent.fields)
        if not draft.text:
            return _shown(world, request, found, draft, None, 422)
        rules, clocks = world.config.rules, world.config.clocks
        classification = cast(Classification, draft.classification)
        result = tried(draft.query, classification, rules, clocks, world.now())
        return _shown(world, request, found, draft, result)

    return router


def _draft(fields: Form) -> Draft:
    kind = first(fields, "classification", _FIELD)
    return Draft(
        text=first(fields, "text", _TEXT),
        district=first(fields, "district", _FIELD),
        village=first(fields, "village", _FIELD),
        category=first(fields, "category", _FIELD),
        classification=kind if kind in CLASSIFICATIONS else "complaint",
    )


def _shown(
    world: Gateway,
    request: Request,
    found: Visit,
    draft: Draft,
    result: Tried | None,
    status: int = 200,
    new: int = 0,
) -> Response:
    rules = world.config.rules
    areas = sorted(rules.gazetteer.areas.values(), key=lambda area: area.name)
    topic = rules.topic_name(result.evidence.decision.topic) if result else None
    place = rules.gazetteer.areas.get(result.evidence.decision.region or "") if result else None
    return page(
        TEMPLATES,
        "try.html",
        world,
        request,
        found,
        status,
        rules=rules,
        new_services=new,
        draft=draft,
        result=result,
        topic=topic,
        place=place,
        called=called,
        classifications=CLASSIFICATIONS,
        districts=[area.name for area in areas if area.level == DISTRICT_LEVEL],
        villages=sorted({area.name for area in areas if area.level in VILLAGE_LEVELS})[:400],
    )
