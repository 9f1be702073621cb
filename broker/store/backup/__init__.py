"""Copies of an SQLite store: made while the program runs, examined, and put back."""

from broker.store.backup.copying import back_up, damage
from broker.store.backup.examining import DAMAGED, examine, in_use
from broker.store.backup.manifest import BACKUP_FILE, Backup, CopiedFile, read_backup
from broker.store.backup.restoring import Restored, restore

__all__ = [
    "BACKUP_FILE",
    "DAMAGED",
    "Backup",
    "CopiedFile",
    "Restored",
    "back_up",
    "damage",
    "examine",
    "in_use",
    "read_backup",
    "restore",
]
