"""Everything here kills processes amid the work."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("chaos")
            item.add_marker("slow")
            item.add_marker(pytest.mark.timeout(600))
