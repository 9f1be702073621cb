"""The compose files as Docker reads them: one, or one with another over it."""

from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

ROOT: Final = Path(__file__).parents[3]
ONE: Final = ROOT / "docker-compose.yml"
CLUSTER: Final = ROOT / "docker-compose.cluster.yml"

Compose = dict[str, Any]


def read(*files: Path) -> Compose:
    """Mappings are merged, lists follow on each other, anything else is replaced."""
    merged: Compose = {}
    for file in files:
        merged = _over(merged, YAML(typ="safe").load(file))
    return merged


def _over(first: Any, second: Any) -> Any:
    if isinstance(first, dict) and isinstance(second, dict):
        both = {name: _over(first[name], second[name]) for name in first.keys() & second.keys()}
        return {**first, **second, **both}
    if isinstance(first, list) and isinstance(second, list):
        return first + [one for one in second if one not in first]
    return second


def variables(service: Compose) -> dict[str, str]:
    return {name: str(value) for name, value in service.get("environment", {}).items()}


def mounted_secrets(service: Compose) -> list[str]:
    """The names of the secrets that a service gets."""
    return [one if isinstance(one, str) else one["source"] for one in service.get("secrets", [])]
