"""Copies of an SQLite store: made while the program runs, examined, and put back."""

from broker.store.backup.copying import back_up, damage
from broker.store.backup.examining import DAMAGED, examine, in_use
from broker.store.backup.manifest import (
    BACKUP_FILE,
    LAST_FILE,
    Backup,
    CopiedFile,
    LastBackup,
    last_backup,
    read_backup,
)
from broker.store.backup.restoring import Restored, restore

__all__ = [
    "BACKUP_FILE",
    "DAMAGED",
    "LAST_FILE",
    "Backup",
    "CopiedFile",
    "LastBackup",
    "Restored",
    "back_up",
    "damage",
    "examine",
    "in_use",
    "last_backup",
    "read_backup",
    "restore",
]
