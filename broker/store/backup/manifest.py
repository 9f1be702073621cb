"""What a backup says of itself, in a file of its own beside the copies."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from broker.errors import BadConfiguration

BACKUP_FILE: Final = "backup.json"
LAST_FILE: Final = "last-backup.json"
"""In the state folder: when the last backup was made of it, and where it was put."""
PAIR: Final = ("journal", "cases")
"""In the order in which they are copied: what came between is in the cases and not in the journal,
and a repeat of it is routed under the ids that it had."""
STORES: Final = (*PAIR, "gateway")
"""Without the gateway's keys every portal would need another, and no pin would fit any more."""
_FORM: Final = 1


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """``migration``: of its tables; ``rows``: complaints in the journal, cases, or keys of
    the gateway."""

    store: str
    migration: str
    rows: int
    size: int
    sha256: str

    @property
    def name(self) -> str:
        return f"{self.store}.sqlite3"


@dataclass(frozen=True, slots=True)
class Backup:
    """``made_at``: when it began; ``watermark``: up to when the cases had read everything;
    ``version``: of the program that made it."""

    made_at: datetime
    version: str
    watermark: datetime | None
    files: tuple[CopiedFile, ...]

    def to_json(self) -> str:
        record = {
            "form": _FORM,
            "made_at": self.made_at.isoformat(),
            "version": self.version,
            "watermark": self.watermark.isoformat() if self.watermark else None,
            "files": [
                {
                    "store": file.store,
                    "migration": file.migration,
                    "rows": file.rows,
                    "size": file.size,
                    "sha256": file.sha256,
                }
                for file in self.files
            ],
        }
        return json.dumps(record, indent=2) + "\n"


def read_backup(folder: Path) -> Backup:
    """What the backup in a folder says of itself.

    Raises:
        BadConfiguration: there is none, or it is of a newer form; the message says which.
    """
    file = folder / BACKUP_FILE
    try:
        record: Any = json.loads(file.read_text())
        if record["form"] != _FORM:
            raise BadConfiguration(f"{file} was written by a newer version of this program")
        mark = record["watermark"]
        return Backup(
            made_at=datetime.fromisoformat(record["made_at"]),
            version=str(record["version"]),
            watermark=datetime.fromisoformat(mark) if mark else None,
            files=tuple(
                CopiedFile(one["store"], one["migration"], one["rows"], one["size"], one["sha256"])
                for one in record["files"]
                if one["store"] in STORES
            ),
        )
    except FileNotFoundError:
        raise BadConfiguration(
            f"{folder} is no backup: it has no {BACKUP_FILE}, which is written last"
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as why:
        raise BadConfiguration(f"{file} cannot be used: {type(why).__name__}") from why


@dataclass(frozen=True, slots=True)
class LastBackup:
    """What a state folder says of the last backup that was made of it."""

    made_at: datetime
    folder: str

    def to_json(self) -> str:
        record = {"form": _FORM, "made_at": self.made_at.isoformat(), "folder": self.folder}
        return json.dumps(record, indent=2) + "\n"


def last_backup(state: Path) -> LastBackup | None:
    """The last backup of a state folder; None where none was made.

    Raises:
        BadConfiguration: the file that says so cannot be used.
    """
    file = state / LAST_FILE
    try:
        record: Any = json.loads(file.read_text())
        return LastBackup(datetime.fromisoformat(record["made_at"]), str(record["folder"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as why:
        raise BadConfiguration(f"{file} cannot be used: {type(why).__name__}") from why


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
