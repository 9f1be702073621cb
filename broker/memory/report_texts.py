"""Texts of reports in memory, for tests; it passes the same tests as the real store."""

from collections.abc import Collection

from broker.ports.report_texts import ReportText


class MemoryReportTexts:
    """Implements the port ``ReportTexts``."""

    def __init__(self) -> None:
        self._versions: dict[tuple[str, str], list[ReportText]] = {}

    async def write(self, version: ReportText) -> bool:
        """See the port."""
        there = self._versions.setdefault((version.period, version.field), [])
        if version.n != len(there) + 1:
            return False
        there.append(version)
        return True

    async def texts(self, periods: Collection[str]) -> list[ReportText]:
        """See the port."""
        return [
            self._versions[key][-1]
            for key in sorted(self._versions)
            if key[0] in periods and self._versions[key]
        ]

    async def versions(self, period: str, field: str) -> list[ReportText]:
        """See the port."""
        return self._versions.get((period, field), [])[::-1]
