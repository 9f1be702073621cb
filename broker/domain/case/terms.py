"""The terms on which cases begin: worked out once for all that share them.

The events of one batch mostly bear one moment, that of the router's batch, and there are few
agencies: policy, clocks and deadlines of a new case are those of many others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from broker.domain.case.clock import CaseClock
from schemas.complaint import Classification


class TermsKey(NamedTuple):
    """All that terms depend on, within one context.

    ``offset``: of the moment; two that are equal are not written alike where theirs differ.
    """

    routed_at: datetime
    offset: timedelta | None
    agency: str | None
    classification: Classification
    oversight: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """``at``: when such a case begins; ``policy``: id and version; ``next_due``: when something
    falls due next; ``external``: whether its agency is a body outside the region; ``told``: what
    ``opened`` says beside what every event does."""

    at: datetime
    classification: Classification
    policy: tuple[str, str]
    clocks: tuple[CaseClock, ...]
    next_due: datetime | None
    external: bool
    told: Mapping[str, object]
