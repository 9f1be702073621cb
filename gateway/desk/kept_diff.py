"""What other rules would change, as ``pintu rules diff --keep`` leaves it for the rules' page.

A file in the state folder, without a word of any complaint: whoever may read the page need not
read those. Learning and comparing take minutes and a core: a command does it, no request.
"""

from datetime import date, datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from broker.errors import BadConfiguration
from config.files import read_whole, replaced
from config.language import gettext

FILE: Final = "rules-diff.json"
_LARGEST: Final = 4 * 1024 * 1024
_WIRE: Final = ConfigDict(frozen=True, extra="ignore")


class Side(BaseModel):
    """One of the two rules: rows routed by themselves; of those whose agency is known, right and
    wrong ones."""

    model_config = _WIRE

    routed: int
    right: int
    wrong: int


class Balance(BaseModel):
    """What an agency (None: the desk) gets now, loses, gains, and would get."""

    model_config = _WIRE

    agency: str | None
    name: str
    before: int
    loses: int
    gains: int
    after: int


class Move(BaseModel):
    """Rows that would go elsewhere; ``left`` and ``got``: names; ``better`` and ``worse``: of those
    whose agency is known."""

    model_config = _WIRE

    left: str | None
    got: str | None
    rows: int
    better: int
    worse: int


class KeptDiff(BaseModel):
    """``old`` and ``new``: versions of the rules; ``source``: the name of the history's file;
    ``on``: the day as of which was decided; ``known``: rows whose agency is known."""

    model_config = _WIRE

    made_at: datetime
    old: str
    new: str
    source: str
    on: date
    rows: int
    moved: int
    to_desk: int
    from_desk: int
    known: int
    before: Side
    after: Side
    agencies: tuple[Balance, ...] = Field(max_length=1_000)
    moves: tuple[Move, ...] = Field(max_length=10_000)


def keep(found: KeptDiff, folder: Path) -> Path:
    """Write it in place of the one before; gives the file. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / FILE
    with replaced(place) as out:
        out.write(found.model_dump_json(indent=1))
        out.write("\n")
    return place


def kept(folder: Path) -> KeptDiff | None:
    """The newest; None where none was kept.

    Raises:
        BadConfiguration: the file cannot be read, or another program wrote it.
    """
    place = folder / FILE
    try:
        return KeptDiff.model_validate_json(read_whole(place, _LARGEST))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadConfiguration(f"{place}: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        told = gettext("{place}: {where}: {why}; keep it anew: pintu rules diff … --keep")
        raise BadConfiguration(told.format(place=place, where=where, why=first["msg"])) from None
