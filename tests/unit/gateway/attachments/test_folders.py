"""Where the bytes lie: whole or not at all, for their owner's eyes only."""

import errno
import io
import os
import stat
from pathlib import Path
from uuid import uuid4

import pytest

from broker.errors import BadConfiguration, FilesFull, FilesUnavailable
from gateway.attachments.folders import Folder, LocalFolder, folder_of
from tests.unit.gateway.attachments.pictures import picture

PLACE = "ab" * 32 + "-0123abcd"


@pytest.fixture(params=["local", "fsspec"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Folder:
    if request.param == "local":
        return LocalFolder(tmp_path / "attachments", reserve=0)
    return folder_of(f"memory://{uuid4().hex}/pintu")


def read(folder: Folder, place: str = PLACE) -> bytes | None:
    found = folder.open(place)
    if found is None:
        return None
    with found:
        return found.read()


def test_what_is_written_is_read_until_it_is_removed(folder: Folder) -> None:
    assert read(folder) is None
    folder.check()
    for _ in range(2):
        folder.write(PLACE, io.BytesIO(picture()))
    assert read(folder) == picture()
    for _ in range(2):
        folder.remove(PLACE)
    assert read(folder) is None
    assert folder.older(0) == []


def test_what_lies_there_for_long_is_known(folder: Folder) -> None:
    assert folder.older(-1) == []
    folder.write(PLACE, io.BytesIO(b"x"))
    assert folder.older(-60) == [PLACE]
    assert folder.older(60) == []


@pytest.mark.parametrize("place", ["../../etc/passwd", "", "/etc/passwd", f"../{PLACE}", "a\0b"])
def test_a_place_of_somebody_elses_is_none(folder: Folder, place: str) -> None:
    with pytest.raises(ValueError):
        folder.open(place)


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    LocalFolder(tmp_path / "a", reserve=0).write(PLACE, io.BytesIO(b"x"))
    (file,) = (tmp_path / "a" / "ab").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700


def test_a_file_has_its_name_only_when_it_is_on_the_disk_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, steps = LocalFolder(tmp_path, reserve=0), list[str]()
    sync, rename = os.fsync, Path.rename

    def synced(descriptor: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    def renamed(self: Path, target: Path) -> Path:
        steps.append("name")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "rename", renamed)
    folder.write(PLACE, io.BytesIO(b"x"))
    assert steps == ["folder", "file", "name", "folder"]


@pytest.mark.parametrize(
    ("code", "kind"), [(errno.ENOSPC, FilesFull), (errno.EDQUOT, FilesFull), (errno.EIO, None)]
)
def test_of_a_file_that_cannot_be_written_nothing_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, kind: type[Exception] | None
) -> None:
    def fails(_: int) -> None:
        raise OSError(code, os.strerror(code))

    folder = LocalFolder(tmp_path, reserve=0)
    (tmp_path / "ab").mkdir()
    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(FilesUnavailable) as refused:
        folder.write(PLACE, io.BytesIO(b"x"))
    assert isinstance(refused.value, FilesFull) == (kind is FilesFull)
    assert list((tmp_path / "ab").iterdir()) == []


def test_some_room_stays_for_the_stores_on_the_same_disk(tmp_path: Path) -> None:
    folder = LocalFolder(tmp_path, reserve=1 << 60)
    for work in (folder.check, lambda: folder.write(PLACE, io.BytesIO(b"x"))):
        with pytest.raises(FilesFull):
            work()


def test_a_folder_that_cannot_be_is_told_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(FilesUnavailable, match="file/in"):
        LocalFolder(tmp_path / "file" / "in").check()


def test_a_store_that_is_not_there_is_told_without_its_password() -> None:
    with pytest.raises(BadConfiguration, match=r"PINTU_ATTACHMENTS: nonsense://"):
        folder_of("nonsense://user:secret@host/x")
    assert "secret" not in folder_of("memory://user:secret@host/x").where
