"""The units of deploy/systemd as systemd reads them, as far as the tests need it."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SYSTEMD: Final = Path(__file__).parents[2] / "deploy" / "systemd"
PROGRAM: Final = "/opt/pintu/bin/pintu"
"""Where docs/how-to/install.md puts it."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit, with drop-ins read after it; ``instance`` is what stands behind its @."""

    name: str
    settings: Mapping[str, tuple[str, ...]]
    instance: str = ""

    @classmethod
    def read(cls, name: str, *drop_ins: str, instance: str = "") -> "Unit":
        found: dict[str, list[str]] = {}
        for file in (name, *drop_ins):
            for line in (SYSTEMD / file).read_text().splitlines():
                key, equals, value = line.partition("=")
                if equals and not line.startswith(("#", "[")):
                    found.setdefault(key, []).append(value)
        return cls(name, {key: tuple(values) for key, values in found.items()}, instance)

    def one(self, key: str) -> str:
        """The last word of a setting, which is in force."""
        return self.settings[key][-1]

    def words(self, key: str) -> list[str]:
        """All words of a setting that is a list."""
        return [word for value in self.settings.get(key, ()) for word in shlex.split(value)]

    def secrets(self) -> dict[str, str]:
        """Of each credential the file that it comes from."""
        given = [value.partition(":") for value in self.settings.get("LoadCredential", ())]
        return {name: file for name, _, file in given}

    def environment(self, credentials: Path, state: Path) -> dict[str, str]:
        """What its program sees, and nothing else: ``credentials`` is where these lie, ``state``
        the folder of all states."""
        found = dict(word.split("=", 1) for word in self.words("Environment"))
        places = {"%d": str(credentials), "%S": str(state), "%i": self.instance}
        for specifier, value in places.items():
            found = {name: text.replace(specifier, value) for name, text in found.items()}
        assert not [text for text in found.values() if "%" in text], "an unknown specifier"
        return found
