"""Tables to take along: as CSV or as a workbook, in which no cell is a formula."""

import asyncio
from collections.abc import Sequence
from io import BytesIO

from fastapi import Response

from gateway.api.problems import Problem
from gateway.staff.layout import HEADERS
from gateway.text.sheets import CSV_TYPE, XLSX_TYPE, csv_rows, workbook


async def downloaded(kind: str, name: str, title: str, rows: Sequence[Sequence[str]]) -> Response:
    """A table as a file. ``name``: of ours, letters, digits and hyphens; ``title``: of the sheet.

    Raises:
        Problem: there is no such kind.
    """
    if kind == "csv":
        content = (await asyncio.to_thread("".join, csv_rows(rows))).encode()
    elif kind == "xlsx":
        out = BytesIO()
        await asyncio.to_thread(workbook, title, rows, out)
        content = out.getvalue()
    else:
        raise Problem("no-such-page")
    there = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    media_type = CSV_TYPE if kind == "csv" else XLSX_TYPE
    return Response(content, 200, {**HEADERS, **there}, media_type)
