"""The page about TLS names every parameter that there is, and no other."""

import re
from typing import Final

import pytest

from broker.amqp import address
from broker.store import tls
from tests.unit.docs.reading import ROOT

PAGE: Final = (ROOT / "docs" / "how-to" / "use-tls.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("server", "parameters"), [("RabbitMQ", address.PARAMETERS), ("PostgreSQL", tls.PARAMETERS)]
)
def test_every_parameter_has_a_row(server: str, parameters: tuple[str, ...]) -> None:
    section = PAGE.split(f"\n## {server}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted(parameters)
