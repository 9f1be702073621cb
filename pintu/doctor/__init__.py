"""``pintu doctor``: what is wrong with this installation, and the command that mends it.

Probes gather facts, checks judge them, the report tells. Nothing is changed.
"""

import pintu.doctor.checks  # noqa: F401 -- fills the catalog
from pintu.doctor.catalog import CHECKS, Check, Examined, examine
from pintu.doctor.gather import Probes
from pintu.doctor.probes.environment import read_environment
from pintu.doctor.report import as_record, findings, print_report

__all__ = [
    "CHECKS",
    "Check",
    "Examined",
    "Probes",
    "as_record",
    "examine",
    "findings",
    "print_report",
    "read_environment",
]
