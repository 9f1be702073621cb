"""docs/reference/metrics.md: every metric that the program registers."""

import inspect
from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from consumers.runtime import metrics
from consumers.runtime.histogram import BatchHistogram
from scripts.documents.writing import items, page, paragraph

Metric = MetricWrapperBase | BatchHistogram


def families() -> Iterator[tuple[str, str, list[Metric]]]:
    """Each class of metrics: its name, its docstring, and what it registers."""
    for name, kind in inspect.getmembers(metrics, inspect.isclass):
        if not kind.__module__.startswith(metrics.__name__) or not name.endswith("Metrics"):
            continue
        registry = CollectorRegistry()
        kind(**{p: _given(p, registry) for p in inspect.signature(kind).parameters})
        # The library keeps its collectors under their names and tells them to nobody.
        found = dict.fromkeys(registry._names_to_collectors.values())
        made = [one for one in found if isinstance(one, Metric)]
        yield name.removesuffix("Metrics"), inspect.getdoc(kind) or "", made


def full_name(metric: Metric) -> str:
    """Its name in /metrics; a histogram has further ones with _bucket, _count and _sum."""
    told = _told(metric)
    return f"{told.name}{'_total' if told.type == 'counter' else ''}"


def metrics_page() -> str:
    """The page, from the registry itself."""
    intro = (
        "Prometheus, at `/metrics` of every long-running command (`PINTU_HTTP`). A channel that the"
        " configuration does not know counts as `other`. No label holds a complaint's id or a"
        " citizen's data."
    )
    others = (
        "The process itself is told too: `process_cpu_seconds_total`, `process_open_fds`,"
        " `process_resident_memory_bytes`, `process_start_time_seconds` and the like."
    )
    parts = []
    for name, told, made in families():
        parts += [f"## {name}", paragraph(told), items(_metric(one) for one in made)]
    return page("Metrics", paragraph(intro), *parts, "## Process", paragraph(others))


def _metric(one: Metric) -> str:
    names = one._labelnames if isinstance(one, MetricWrapperBase) else ()
    labels = f"{{{','.join(names)}}}" if names else ""
    told = _told(one)
    return f"`{full_name(one)}{labels}` ({told.type}): {told.documentation}."


def _told(one: Metric) -> Any:
    """What it tells the registry of itself: name, type and documentation."""
    return next(iter(one.describe()))


def _given(parameter: str, registry: CollectorRegistry) -> Any:
    return registry if parameter == "registry" else ()
