"""The report as HTML."""

from gateway.report.as_html import section_html
from gateway.report.model import Section, Table, columns


def test_a_month_has_a_name_on_a_page() -> None:
    rows = (("2026-02", 3), ("2026-03-01..2026-03-04", 1))
    table = Table("flow", "Flow", columns(("month", "Month"), ("in", "In")), rows)
    shown = section_html(Section(2, "flow", "Flow", (), (table,)))
    assert "February 2026" in shown
    assert "2026-02" not in shown
    assert "1 March 2026 to 4 March 2026" in shown
