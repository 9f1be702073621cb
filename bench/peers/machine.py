"""What a figure depends on: cores and versions, and nothing that names the machine."""

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from importlib.metadata import version

from bench.peers.programs import ENVIRONMENT, NODE_MODULES

_FASTSTREAM = "from importlib.metadata import version; print(version('faststream'))"


def facts(rabbitmq: tuple[int, ...]) -> dict[str, str]:
    """By name; what is not installed is left out."""
    found = {
        "cores": str(os.cpu_count()),
        "load before": f"{os.getloadavg()[0]:.1f}",
        "RabbitMQ": ".".join(map(str, rabbitmq)),
        "Python": platform.python_version(),
        "aio-pika": version("aio-pika"),
        "uvloop": version("uvloop"),
        "FastStream": _said([str(ENVIRONMENT / "bin" / "python"), "-c", _FASTSTREAM]),
        "Node": _said(["node", "--version"]),
        "amqplib": _amqplib(),
        "librabbitmq": _said(["pkg-config", "--modversion", "librabbitmq"]),
    }
    return {name: value for name, value in found.items() if value}


def _said(command: Sequence[str]) -> str:
    """The first version in what a command prints; empty where there is no such command."""
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
    except OSError:
        return ""
    found = re.search(r"\d+\.\d+[\w.]*", done.stdout)
    return found.group() if found else ""


def _amqplib() -> str:
    package = NODE_MODULES / "amqplib" / "package.json"
    if not package.exists():
        return ""
    found = re.search(r'"version": "([^"]+)"', package.read_text("utf-8"))
    return found.group(1) if found else ""
