"""A panel of a dashboard as data, and as Grafana wants it.

The form is that of https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

Json = dict[str, object]

_HEIGHT: Final = 8
_COLUMNS: Final = 24
_SOURCE: Final[Json] = {"type": "prometheus", "uid": "${source}"}
"""Chosen at the top of the dashboard; the first one there is."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A question in plain words (``title``), and each expression that answers it with the name of
    its lines. ``kind``: of Grafana; ``red``: from which value on something is wrong."""

    title: str
    asks: Sequence[tuple[str, str]]
    unit: str = "short"
    kind: str = "timeseries"
    width: int = 12
    red: float | None = None
    says: str = ""


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A page of panels, in order; ``name`` is its file and its address."""

    name: str
    title: str
    says: str
    panels: Sequence[Panel]


def as_json(dashboard: Dashboard) -> Json:
    """The whole dashboard."""
    return {
        "uid": f"pintu-{dashboard.name}",
        "title": dashboard.title,
        "description": dashboard.says,
        "tags": ["pintu"],
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "timezone": "browser",
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "links": [{"type": "dashboards", "tags": ["pintu"], "title": "Pintu", "asDropdown": False}],
        "templating": {
            "list": [
                {
                    "name": "source",
                    "label": "Prometheus",
                    "type": "datasource",
                    "query": "prometheus",
                }
            ]
        },
        "annotations": {"list": [_ALERTS]},
        "panels": _placed(dashboard.panels),
    }


_ALERTS: Final[Json] = {
    "name": "alerts",
    "datasource": _SOURCE,
    "enable": True,
    "expr": 'ALERTS{alertstate="firing", alertname=~"Pintu.*"}',
    "titleFormat": "{{alertname}}",
    "iconColor": "red",
}


def _placed(panels: Sequence[Panel]) -> list[Json]:
    """From left to right, and on in the next row."""
    made, x, y = [], 0, 0
    for number, panel in enumerate(panels, 1):
        if x + panel.width > _COLUMNS:
            x, y = 0, y + _HEIGHT
        place: Json = {"x": x, "y": y, "w": panel.width, "h": _HEIGHT}
        made.append({"id": number, "gridPos": place, **_shown(panel)})
        x += panel.width
    return made


def _shown(panel: Panel) -> Json:
    steps: list[Json] = [{"color": "green", "value": None}]
    if panel.red is not None:
        steps.append({"color": "red", "value": panel.red})
    is_table = panel.kind == "table"
    return {
        "title": panel.title,
        "description": panel.says,
        "type": panel.kind,
        "datasource": _SOURCE,
        "fieldConfig": {
            "defaults": {"unit": panel.unit, "thresholds": {"mode": "absolute", "steps": steps}},
            "overrides": [],
        },
        "options": _options(panel),
        "targets": [
            {
                "refId": chr(ord("A") + number),
                "datasource": _SOURCE,
                "expr": expression,
                "legendFormat": legend,
                "instant": is_table,
                "range": not is_table,
                "format": "table" if is_table else "time_series",
            }
            for number, (expression, legend) in enumerate(panel.asks)
        ],
    }


def _options(panel: Panel) -> Json:
    if panel.kind == "timeseries":
        return {
            "legend": {"displayMode": "list", "placement": "bottom"},
            "tooltip": {"mode": "multi"},
        }
    if panel.kind == "stat":
        return {"reduceOptions": {"calcs": ["lastNotNull"]}, "colorMode": "background"}
    return {}
