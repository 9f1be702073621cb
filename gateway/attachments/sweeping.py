"""What nobody needs any more is removed: files of forgotten cases, of what was refused, and what
was cut off."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog

from broker.domain.case import Case
from broker.ports import Attached, AttachmentRegister, CaseStore, KeptFile
from gateway.attachments.folders import PART, Folder
from gateway.attachments.keeping import Attachments

log = structlog.get_logger()

ORPHANED: Final = timedelta(days=1)
"""After which a file that no complaint has is removed: no request takes as long."""
AGAIN: Final = timedelta(hours=12)
"""After which it is found out anew whether a case still has its words."""
NEVER_SEEN: Final = timedelta(days=90)
"""For which files wait for the case of their complaint: as long as a message may in a queue."""
UNKNOWN: Final = timedelta(days=30)
"""After which what the register does not know is removed: it may be of a backup that was put back.
"""
_AT_ONCE: Final = 500


async def sweep(attachments: Attachments, cases: CaseStore, now: datetime) -> int:
    """Let go of what is due; gives how many files were removed.

    Raises:
        StoreUnavailable, FilesUnavailable: the rest is left for the next time.
    """
    register = attachments.register
    while due := await register.to_look_at(now, _AT_ONCE):
        await _look_at(register, cases, due, now)
    removed = 0
    while going := await register.let_go(now - ORPHANED, now, _AT_ONCE):
        for file in going:
            await attachments.in_thread(partial(attachments.folder.remove, file.place))
        await register.gone(going)
        removed += len(going)
    if removed:
        log.info("attachments.removed", files=removed)
    return removed


async def sweep_folder(attachments: Attachments) -> int:
    """Remove what was cut off while it was written, and what nobody knows; gives how many."""
    folder, removed = attachments.folder, 0
    old = await attachments.in_thread(partial(folder.older, ORPHANED.total_seconds()))
    parts = [name for name in old if name.endswith(PART)]
    older = await attachments.in_thread(partial(folder.older, UNKNOWN.total_seconds()))
    unknown = await attachments.register.unknown(set(older) - set(parts))
    for name in (*parts, *sorted(unknown)):
        await attachments.in_thread(partial(folder.remove, name))
        removed += 1
    if removed:
        log.info("attachments.tidied", files=removed)
    return removed


async def forget(
    register: AttachmentRegister, folder: Folder, complaint: UUID, now: datetime
) -> int:
    """Remove the files of a complaint at once; gives how many it had.

    Raises:
        StoreUnavailable, FilesUnavailable: do it again; the gateway does within a day.
    """
    were = await register.detach(complaint)
    going: Sequence[KeptFile] = ()
    if were:
        going = await register.let_go(now + ORPHANED, now, _AT_ONCE, only=were)
    for file in going:
        folder.remove(file.place)
    await register.gone(going)
    return len(were)


async def _look_at(
    register: AttachmentRegister, cases: CaseStore, due: Sequence[Attached], now: datetime
) -> None:
    again: dict[UUID, tuple[datetime, bool]] = {}
    for one in due:
        case = await cases.find(one.complaint)
        if _is_over(one, case, now):
            await register.detach(one.complaint)
        else:
            again[one.complaint] = now + AGAIN, one.seen or case is not None
    await register.looked_at(again)


def _is_over(one: Attached, case: Case | None, now: datetime) -> bool:
    """Its words were dropped, or it was removed; or nobody has ever seen it."""
    if case is not None:
        return not case.open and case.complaint is None
    return one.seen or one.at < now - NEVER_SEEN
