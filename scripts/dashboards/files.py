"""Where the dashboards are."""

import json
from pathlib import Path
from typing import Final

from scripts.dashboards.doors import DOORS
from scripts.dashboards.flow import FLOW
from scripts.dashboards.health import HEALTH
from scripts.dashboards.panels import as_json
from scripts.dashboards.sla import SLA

FOLDER: Final = Path(__file__).parents[2] / "deploy" / "grafana" / "dashboards"
DASHBOARDS: Final = (FLOW, DOORS, SLA, HEALTH)


def texts() -> dict[str, str]:
    """Each file's name and content."""
    return {f"{one.name}.json": f"{json.dumps(as_json(one), indent=1)}\n" for one in DASHBOARDS}


def write() -> None:
    """Write all of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in texts().items():
        (FOLDER / name).write_text(text, "utf-8")
