"""A town with an agency and a channel for each foreign system, so that all are checked at once."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from tests.acceptance.program import TOWN


def own_town(folder: Path, agencies: Iterable[str], channels: Iterable[str]) -> Path:
    """The town of these tests with more agencies and channels, in that folder."""
    made = folder / "town"
    shutil.copytree(TOWN, made)
    with (made / "agencies.toml").open("a") as file:
        for code in agencies:
            file.write(f'\n[[agency]]\ncode = "{code}"\nname = "Dinas {code}"\n')
    with (made / "channels.toml").open("a") as file:
        for code in channels:
            file.write(f'\n[[channel]]\ncode = "{code}"\nname = "Kanal {code}"\n')
    return made
