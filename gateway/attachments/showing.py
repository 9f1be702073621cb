"""Views of a case with links that are good from now on."""

from collections.abc import Mapping
from datetime import timedelta

from broker.domain.case import Case
from gateway.api.world import Gateway
from gateway.attachments.kinds import KINDS
from gateway.attachments.links import IN_ANSWERS, named_by
from schemas.identifiers import tracking


def with_links(
    world: Gateway, case: Case, view: Mapping[str, object], good_for: timedelta = IN_ANSWERS
) -> dict[str, object]:
    """The same view; links to files of this case end so much later than now."""
    made, until = dict(view), world.now() + good_for
    links = world.attachments.links

    def fresh(part: object) -> object:
        if not isinstance(part, Mapping) or not part.get("attachments"):
            return part
        shown = links.shown(part["attachments"], case.complaint_id, until)
        return {**part, "attachments": shown}

    notes = made.get("notes")
    if isinstance(notes, list):
        made["notes"] = [fresh(one) for one in notes]
    if "complaint" in made:
        made["complaint"] = fresh(made["complaint"])
    return made


def renewed(world: Gateway, url: str | None, code: str) -> str | None:
    """The address of an attachment of the case with that tracking code, good from now on."""
    named = named_by(url)
    if named is None or tracking(named.complaint) != code:
        return url
    suffix = (url or "").partition("?")[0].rpartition(".")[2]
    kind = next((kind for kind in KINDS if kind.extension == suffix), None)
    until = world.now() + IN_ANSWERS
    return world.attachments.links.link(named, kind.media_type if kind else None, until)
