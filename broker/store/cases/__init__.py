"""The case store in SQLite or PostgreSQL."""

from broker.store.cases.store import SqlCaseStore, open_case_store
from broker.store.cases.transaction import SqlCaseTransaction

__all__ = ["SqlCaseStore", "SqlCaseTransaction", "open_case_store"]
