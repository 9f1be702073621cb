"""Which page is made by what."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from config.reference import reference
from pintu.contract.export import as_json
from pintu.contract.json_schemas import published_schemas
from pintu.contract.vectors import tracking_vectors
from scripts.documents.commands import commands_page
from scripts.documents.doctor import doctor_page
from scripts.documents.exit_codes import exit_codes_page
from scripts.documents.log_events import log_events_page
from scripts.documents.metrics import metrics_page
from scripts.documents.personal_data import personal_data_page
from scripts.documents.report import report_page
from scripts.documents.topology import topology_page

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "docs" / "reference"
PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "commands.md": commands_page,
    "settings.md": reference,
    "metrics.md": metrics_page,
    "log-events.md": log_events_page,
    "topology.md": topology_page,
    "exit-codes.md": exit_codes_page,
    "doctor.md": doctor_page,
    "personal-data.md": personal_data_page,
    "report.md": report_page,
    "contract/tracking-vectors.json": tracking_vectors,
    **{f"schemas/{name}": partial(as_json, one) for name, one in published_schemas().items()},
}
