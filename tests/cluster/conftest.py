"""Three nodes for each test. They take minutes: `make test-cluster` runs them."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from broker.node import NotInstalledError
from tests.cluster.nodes import Cluster, cluster

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("cluster")
            item.add_marker("slow")
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture
def three_nodes(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster of this test's own, configured as docs/how-to/operate.md asks."""
    try:
        with cluster(tmp_path / "cluster") as found:
            yield found
    except NotInstalledError as error:
        _missing(str(error))


def _missing(reason: str) -> NoReturn:
    if os.environ.get("CI", "").lower() in ("", "0", "false"):
        pytest.skip(reason)
    pytest.fail(reason)
