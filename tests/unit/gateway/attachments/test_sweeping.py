"""Files go when nobody has a right to them any more, and no sooner."""

import io
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import cast
from uuid import UUID

import pytest

from broker.domain.case import Case
from broker.domain.case.forgetting import without_words
from broker.errors import FilesUnavailable
from broker.ports import CaseStore, KeptFile
from gateway.attachments.keeping import Attachments
from gateway.attachments.sweeping import forget, sweep, sweep_folder
from tests.contract.keeping import a_case, closed
from tests.unit.gateway.door import NOW, MemoryDoor, MemoryFolder

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ONE = UUID(int=1)


class Cases:
    """In place of the case store."""

    def __init__(self, *cases: Case) -> None:
        self.kept = {case.complaint_id: case for case in cases}

    async def find(self, complaint: UUID) -> Case | None:
        return self.kept.get(complaint)


@pytest.fixture
def attachments(door: MemoryDoor) -> Attachments:
    return door.world.attachments


async def put(attachments: Attachments, what: bytes = b"x", complaint: UUID | None = ONE) -> None:
    digest = sha256(what).digest()
    file = KeptFile(digest, f"{digest.hex()}-0123abcd", "image/jpeg", len(what))
    await attachments.register.announce([file], NOW)
    attachments.folder.write(file.place, io.BytesIO(what))
    if complaint is not None:
        await attachments.register.attach(complaint, [digest], NOW)


def left(attachments: Attachments) -> int:
    return len(cast(MemoryFolder, attachments.folder).files)


async def swept(attachments: Attachments, after: timedelta, *cases: Case) -> int:
    await sweep(attachments, cast(CaseStore, Cases(*cases)), NOW + after)
    return left(attachments)


async def test_a_file_of_an_open_case_stays_for_as_long_as_that_is_open(
    attachments: Attachments,
) -> None:
    await put(attachments)
    case = a_case(complaint_id=ONE)
    for days in (0, 1, 100, 400):
        assert await swept(attachments, days * DAY, case) == 1
    assert await swept(attachments, 401 * DAY, closed(case)) == 1


async def test_it_goes_with_the_words_of_its_case(attachments: Attachments) -> None:
    await put(attachments)
    case = closed(a_case(complaint_id=ONE))
    assert await swept(attachments, HOUR, case) == 1
    assert await swept(attachments, 2 * DAY, without_words(case)) == 0


async def test_it_goes_with_a_case_that_was_there(attachments: Attachments) -> None:
    await put(attachments)
    assert await swept(attachments, HOUR, a_case(complaint_id=ONE)) == 1
    assert await swept(attachments, 2 * DAY) == 0


async def test_it_waits_for_a_case_that_is_not_there_yet(attachments: Attachments) -> None:
    await put(attachments)
    assert await swept(attachments, 60 * DAY) == 1
    assert await swept(attachments, 91 * DAY) == 0


async def test_what_came_with_nothing_that_was_taken_in_goes_after_a_day(
    attachments: Attachments,
) -> None:
    await put(attachments, complaint=None)
    assert await swept(attachments, 23 * HOUR) == 1
    assert await swept(attachments, 25 * HOUR) == 0


async def test_a_file_of_two_complaints_stays_for_the_other(attachments: Attachments) -> None:
    other = a_case(complaint_id=UUID(int=2))
    await put(attachments)
    await put(attachments, complaint=other.complaint_id)
    gone = without_words(closed(a_case(complaint_id=ONE)))
    assert await swept(attachments, 2 * DAY, gone, other) == 1


async def test_a_person_is_forgotten_at_once(attachments: Attachments) -> None:
    await put(attachments)
    await put(attachments, b"y")
    await put(attachments, b"z", UUID(int=2))
    assert await forget(attachments.register, attachments.folder, ONE, NOW) == 2
    assert left(attachments) == 1
    assert await forget(attachments.register, attachments.folder, ONE, NOW) == 0


async def test_what_could_not_be_removed_is_removed_the_next_time(
    attachments: Attachments,
) -> None:
    await put(attachments, complaint=None)
    folder = cast(MemoryFolder, attachments.folder)
    folder.fails = FilesUnavailable("away")
    with pytest.raises(FilesUnavailable):
        await swept(attachments, 2 * DAY)
    folder.fails = None
    assert await swept(attachments, 2 * DAY) == 0


async def test_what_nobody_knows_and_what_was_cut_off_goes(attachments: Attachments) -> None:
    await put(attachments)
    folder = cast(MemoryFolder, attachments.folder)
    folder.files |= {"ab" * 32 + "-0123abcd": b"x", "ab" * 32 + "-0123abcdffffffff.part": b"x"}
    assert await sweep_folder(attachments) == 2
    assert left(attachments) == 1


async def test_thousands_of_files_are_swept_in_one_go(attachments: Attachments) -> None:
    for n in range(1100):
        await put(attachments, str(n).encode(), UUID(int=n))
    open_case = replace(a_case(complaint_id=UUID(int=5)), channel="sms")
    assert await swept(attachments, 91 * DAY, open_case) == 1
