"""What docker-compose.yml gives to RabbitMQ is understood by RabbitMQ: the files, as they are."""

import subprocess
from pathlib import Path
from typing import Final

import pika  # type: ignore[import-untyped] # -- it has no types
import pytest

from broker.node import Node
from tests.cluster.nodes import ADVANCED, SETTINGS, cluster

_ROOT: Final = Path(__file__).parents[2]
_DEPLOY: Final = _ROOT / "deploy"


def test_a_node_starts_with_it_and_lets_in_who_has_the_password(
    rabbitmq: Node, tmp_path: Path
) -> None:
    """`rabbitmq` is not used: without RabbitMQ it skips, or fails in CI."""
    secrets = tmp_path / "secrets"
    subprocess.run([str(_DEPLOY / "secrets.sh"), str(secrets)], check=True, capture_output=True)
    settings = (_DEPLOY / "rabbitmq" / "pintu.conf").read_text()
    settings += SETTINGS + (secrets / "rabbitmq_user.conf").read_text()
    with cluster(tmp_path / "node", size=1, settings=settings, advanced=ADVANCED) as found:
        [node] = found.nodes
        said = (secrets / "amqp_url").read_text().strip()
        url = said.replace("rabbitmq:5672/", f"{node.place}/%2F")
        pika.BlockingConnection(pika.URLParameters(url)).close()
        wrong = url.replace("amqp://pintu:", "amqp://pintu:another")
        with pytest.raises(pika.exceptions.AMQPConnectionError):
            pika.BlockingConnection(pika.URLParameters(wrong))
