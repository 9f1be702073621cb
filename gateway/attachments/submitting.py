"""Files on their way out: with a complaint, with an update."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from uuid import UUID

from broker.domain.case import Case
from broker.ports import KeptFile
from gateway.api.callers import Caller
from gateway.api.problems import Problem
from gateway.api.world import Gateway
from gateway.attachments.kinds import PDF
from gateway.attachments.links import named_by
from gateway.attachments.receiving import Upload
from schemas.complaint import AttachmentFields
from schemas.envelope import dumps
from schemas.identifiers import normalise_tracking
from schemas.limits import ATTACHMENTS
from schemas.submission import Submission


def as_sent(data: Mapping[str, object], uploads: Sequence[Upload]) -> bytes:
    """A digest of what came in: the same files again, however they are kept, are the same."""
    return sha256(dumps(data) + b"".join(one.digest for one in uploads)).digest()


def with_files(data: Mapping[str, object], files: Sequence[AttachmentFields]) -> dict[str, object]:
    """The data with these behind the attachments that it names itself. Raises Problem."""
    given = data.get("attachments")
    named = list(given) if isinstance(given, list) else []
    if len(named) + len(files) > ATTACHMENTS:
        raise Problem("too-many-files", {"most": ATTACHMENTS})
    return {**data, "attachments": [*named, *files]}


def flagged(read: Submission, files: Sequence[KeptFile]) -> list[str]:
    """Of an anonymous complaint: files that may tell who sent them, since they stay as they are."""
    if not read.anonymous:
        return []
    ours = {one.digest: one for one in files}
    told = list[str]()
    for place, one in enumerate(read.data.attachments or ()):
        named = named_by(one.url)
        file = ours.get(named.digest) if named else None
        if file is None:
            told.append(f"attachments.{place}.url: lies elsewhere; nothing was removed from it")
        elif file.media_type == PDF.media_type:
            told.append(f"attachments.{place}: a PDF stays as it is; it may say who wrote it")
    return told


@asynccontextmanager
async def files_of_update(
    world: Gateway,
    caller: Caller,
    subject: str,
    data: Mapping[str, object],
    uploads: Sequence[Upload],
) -> AsyncIterator[dict[str, object]]:
    """Keep the files of an update; gives its data with them. What is refused inside of the block
    has no files.

    Raises:
        Problem: a file is refused, or there is no such case of the caller's yet.
    """
    case = await _case_of(world, caller, subject)
    with_files(data, [{"url": ""}] * len(uploads))  # too many: before they are looked at
    files = await world.attachments.keep(uploads)
    new = await world.attachments.attach(case.complaint_id, files)
    try:
        yield with_files(data, world.attachments.fields(case.complaint_id, files))
    except Problem as problem:
        if problem.code == "refused":
            await world.attachments.detach(case.complaint_id, new)
        raise


async def _case_of(world: Gateway, caller: Caller, subject: str) -> Case:
    tracked = normalise_tracking(subject)
    if tracked is not None:
        case = await world.cases.find_tracking(tracked)
    else:
        case = await world.cases.find(UUID(subject))
    if case is None or not _is_of(caller, case):
        raise Problem("not-found")
    return case


def _is_of(caller: Caller, case: Case) -> bool:
    if caller.who == "desk":
        return True
    if caller.who == "channel":
        return case.channel == caller.code
    return case.agency == caller.code or case.supports(caller.code) is not None
