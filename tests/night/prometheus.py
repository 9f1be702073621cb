"""A real Prometheus that scrapes a real run, with the rules of deploy/prometheus."""

import json
import shutil
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from broker.node.tcp_ports import choose_ports
from tests.support.eventually import eventually

DEPLOY: Final = Path(__file__).parents[2] / "deploy" / "prometheus"
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class Alert:
    """One that is pending or fires, as Prometheus tells it."""

    name: str
    labels: Mapping[str, str]
    summary: str
    fires: bool


def rules() -> dict[str, dict[str, Any]]:
    """Every alert of the project by its name."""
    groups = YAML(typ="safe").load(DEPLOY / "alerts.yml")["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def seconds(duration: str) -> float:
    """`30s`, `5m`, `8h` in seconds."""
    return float(duration[:-1]) * _SECONDS[duration[-1]]


def shortened(factor: float) -> str:
    """The rules with every `for` divided; expressions and everything else as they are."""
    yaml = YAML()
    made = yaml.load(DEPLOY / "alerts.yml")
    for group in made["groups"]:
        for rule in group["rules"]:
            rule["for"] = f"{max(round(1000 * seconds(rule['for']) / factor), 1)}ms"
    out = StringIO()
    yaml.dump(made, out)
    return out.getvalue()


class Prometheus:
    """Scrapes and evaluates every so many seconds; every `for` is divided by ``factor``."""

    def __init__(
        self, folder: Path, targets: Sequence[str], *, every: float = 15, factor: float = 1
    ) -> None:
        folder.mkdir()
        (folder / "alerts.yml").write_text(shortened(factor))
        pace = f"{round(every * 1000)}ms"
        config = {
            "global": {
                "scrape_interval": pace,
                "scrape_timeout": f"{round(min(every, 10) * 1000)}ms",
                "evaluation_interval": pace,
            },
            "rule_files": ["alerts.yml"],
            "scrape_configs": [
                {"job_name": "pintu", "static_configs": [{"targets": list(targets)}]}
            ],
        }
        (folder / "prometheus.yml").write_text(json.dumps(config))  # JSON is YAML
        place = f"127.0.0.1:{choose_ports().amqp}"
        self.url = f"http://{place}"
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    "prometheus",
                    f"--config.file={folder}/prometheus.yml",
                    f"--storage.tsdb.path={folder}/data",
                    f"--web.listen-address={place}",
                    "--log.level=warn",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._targets = len(targets)
        eventually(self._ready, saying="Prometheus did not come up")

    def alerts(self) -> list[Alert]:
        """Those that are pending or fire."""
        found = self._get("/api/v1/alerts")["alerts"]
        return [
            Alert(
                one["labels"]["alertname"],
                one["labels"],
                one["annotations"]["summary"],
                one["state"] == "firing",
            )
            for one in found
        ]

    def firing(self, name: str | None = None) -> list[Alert]:
        """Those that fire; of one name, where it is given."""
        return [one for one in self.alerts() if one.fires and name in (None, one.name)]

    def query(self, expression: str) -> list[dict[str, Any]]:
        """What an expression gives now: labels and value of each series."""
        words = urllib.parse.urlencode({"query": expression})
        found: list[dict[str, Any]] = self._get(f"/api/v1/query?{words}")["result"]
        return found

    def wait_until_seen(self) -> None:
        """Until every target was scraped and nothing fires: before that all of it is absent."""
        eventually(lambda: len(self.query("up == 1")) == self._targets, saying="not all scraped")
        eventually(lambda: not self.firing(), 120, "something fires from the beginning")

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ready(self) -> bool:
        assert self._process.poll() is None, "Prometheus ended"
        try:
            return bool(self.query("up"))
        except OSError:
            return False

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)["data"]


def installed() -> bool:
    """Whether Prometheus and promtool are on this machine."""
    return all(map(shutil.which, ("prometheus", "promtool")))
