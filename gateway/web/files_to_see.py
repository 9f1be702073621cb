"""Files of a case on its page: those that its reporter sent, and those of offices."""

from collections.abc import Mapping, Sequence

from broker.domain.case import Case, Said
from gateway.api.world import Gateway
from gateway.attachments.kinds import kind_of_type
from gateway.attachments.links import ON_PAGES, named_by


def own_files(world: Gateway, case: Case, talk: Sequence[Said]) -> list[dict[str, object]]:
    """What came with the complaint and in replies, as far as it lies here."""
    complaint: Mapping[str, object] = case.complaint or {}
    sent: list[object] = [complaint.get("attachments")]
    sent += [one.attachments for one in talk if one.by_reporter]
    found = [file for each in sent for file in shown_files(world, case, each)]
    unique = {str(named_by(file["url"])): file for file in found}
    return list(unique.values())


def with_files_to_see(world: Gateway, case: Case, view: Mapping[str, object]) -> dict[str, object]:
    """The view with ``files`` in each note: those that lie here."""
    notes = view.get("notes")
    noted = [
        {**note, "files": shown_files(world, case, note.get("attachments"))}
        for note in (notes if isinstance(notes, list) else ())
    ]
    return {**view, "notes": noted}


def shown_files(world: Gateway, case: Case, attachments: object) -> list[dict[str, object]]:
    """Addresses elsewhere are left out: a page of ours loads nothing from there."""
    until = world.now() + ON_PAGES
    made = list[dict[str, object]]()
    links = world.attachments.links
    for file in links.shown(attachments, case.complaint_id, until, whole=False):
        named = named_by(file.get("url"))
        if named is None or named.complaint != case.complaint_id:
            continue
        kind = kind_of_type(str(file.get("media_type")))
        made.append({"url": file["url"], "picture": kind is not None and kind.picture})
    return made
