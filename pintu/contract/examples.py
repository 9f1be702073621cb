"""Examples of every message: one story, as the program told it. A test holds them to be true."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from pydantic.json_schema import JsonSchemaValue

PROGRAMS: Final[Mapping[str, str]] = {
    "adapter.php": "hands a complaint over",
    "agency.php": "reads an agency's queue, and answers",
}
"""Whole programs that show it, and what each does."""


@dataclass(frozen=True, slots=True)
class Example:
    """One message: its routing key, and its body."""

    key: str
    payload: JsonSchemaValue

    @property
    def name(self) -> str:
        return str(self.payload["id"])


@cache
def examples() -> dict[str, tuple[Example, ...]]:
    """Of each message by its name, at least one."""
    told = json.loads(files("pintu.contract").joinpath("examples.json").read_text("utf-8"))
    return {name: tuple(Example(**one) for one in some) for name, some in told.items()}


def program(name: str) -> str:
    """The text of one of ``PROGRAMS``."""
    return files("pintu.contract").joinpath("programs", name).read_text("utf-8")
