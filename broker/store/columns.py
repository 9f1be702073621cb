"""Column types that mean the same on SQLite and on PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, LargeBinary, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

Bind = Callable[[Any], Any]
"""From a value to what the database's driver takes."""


class Id(TypeDecorator[UUID]):
    """A UUID: ``uuid`` on PostgreSQL, its 16 bytes on SQLite. Both sort alike."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Uuid() if dialect.name == "postgresql" else LargeBinary(16))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name == "postgresql" else value.bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        return value if value is None or dialect.name == "postgresql" else UUID(bytes=value)


class Moment(TypeDecorator[datetime]):
    """An aware moment, to the microsecond, given back in UTC.

    ``timestamptz`` on PostgreSQL; on SQLite microseconds since 1970, so that moments compare
    and index as numbers. A naive datetime is a mistake of the caller: ValueError.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(
            DateTime(timezone=True) if dialect.name == "postgresql" else BigInteger()
        )

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return (aware if dialect.name == "postgresql" else microseconds)(value)

    def bind(self, is_sqlite: bool) -> Bind:
        """What ``process_bind_param`` does to a moment."""
        return microseconds if is_sqlite else aware

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            there: datetime = value.astimezone(UTC)
            return there
        moment: datetime = _EPOCH + value * _MICROSECOND
        return moment


def aware(moment: datetime | None) -> datetime | None:
    """The same moment; ValueError for a naive one."""
    if moment is not None and moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment


def microseconds(moment: datetime | None) -> int | None:
    """What SQLite keeps of a moment."""
    there = aware(moment)
    return None if there is None else (there - _EPOCH) // _MICROSECOND
