"""What one transaction knows of the cases that it gave out or wrote."""

from dataclasses import dataclass
from uuid import UUID

from broker.domain.case import Case


@dataclass(frozen=True, slots=True)
class Given:
    """A case as the transaction gave it out or wrote it; how many lines its history has."""

    case: Case
    lines: int


GivenOut = dict[UUID, Given]
