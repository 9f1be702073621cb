"""A change of a configuration folder is seen whatever way it comes, and so is the next one."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from config.loading.snapshot import look
from tests.support.regions import SMALL_REGION


def copied(to: Path) -> Path:
    shutil.copytree(SMALL_REGION, to, copy_function=shutil.copyfile)
    return to


def add(file: Path) -> None:
    file.write_text(file.read_text() + "# another line\n")


def plain(folder: Path) -> Callable[[], None]:
    copied(folder)
    return lambda: add(folder / "words.toml")


def link_to_a_release(folder: Path) -> Callable[[], None]:
    copied(folder.parent / "first")
    copied(folder.parent / "second")
    folder.symlink_to("first")

    def swap() -> None:
        (folder.parent / "next").symlink_to("second")
        os.replace(folder.parent / "next", folder)

    return swap


def replaced_as_a_whole(folder: Path) -> Callable[[], None]:
    copied(folder)
    copied(folder.parent / "next")

    def replace() -> None:
        folder.rename(folder.parent / "before")
        (folder.parent / "next").rename(folder)

    return replace


def config_map(folder: Path) -> Callable[[], None]:
    """As Kubernetes mounts one: names are links through ``..data``, which is swapped."""
    folder.mkdir()
    copied(folder / "..first")
    (folder / "..data").symlink_to("..first")
    for file in (folder / "..first").iterdir():
        (folder / file.name).symlink_to(Path("..data", file.name))

    def swap() -> None:
        copied(folder / "..second")
        (folder / "..next").symlink_to("..second")
        os.replace(folder / "..next", folder / "..data")
        shutil.rmtree(folder / "..first")

    return swap


def linked_topics(folder: Path) -> Callable[[], None]:
    copied(folder)
    (folder / "topics").rename(folder.parent / "topics")
    (folder / "topics").symlink_to(folder.parent / "topics")
    return lambda: add(folder.parent / "topics" / "works.toml")


@pytest.mark.parametrize(
    "make", [plain, link_to_a_release, replaced_as_a_whole, config_map, linked_topics]
)
def test_it_is_seen_and_so_is_an_edit_after_it(
    make: Callable[[Path], Callable[[], None]], tmp_path: Path
) -> None:
    folder = tmp_path / "region"
    change = make(folder)
    before = look(folder)
    assert before
    change()
    after = look(folder)
    assert after != before
    add(folder / "rules.toml")
    assert look(folder) != after
