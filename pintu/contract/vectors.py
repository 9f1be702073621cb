"""Test vectors: ids, and the complaint_id and tracking code that every adapter makes of them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from schemas.identifiers import complaint_id, normalise_tracking, tracking

_IDS: Final = (
    *("1", "42", "0", "00042", "WA-2026-000123", "3f0c2f5e-5f0d-4a53-9a77-0d4a3a6a3f10"),
    # Their numbers are counted up by one to five steps, to a check character that is a letter.
    *("web-116", "web-0", "web-15", "web-40", "web-83"),
    # As they are: nothing is trimmed, folded, unescaped or brought into another normal form.
    *(" 42", "42 ", "a b", "A b", "-n", "-", ".", "#", "a#b", "/channels/web#42", "%s %d", "\\n"),
    *("tab\tline\nreturn\r", "quotes \" ' `", "$HOME", "*", "{}", "null", "a\\u0041", "x&y=z+1"),
    *(
        "\u00e9",
        "e\u0301",
        "laporan nº 7",
        "жалоба-7",
        "投诉-7",
        "شكوى",
        "\u200b",
        "👩‍👩‍👧",
        "\U0001d4b3",
    ),
    "wamid." + "HBgMNjI4MTIzNDU2Nzg5" * 12,
    "x" * 1_000,
)
_SOURCES: Final = ("/channels/web", "/channels/web-toboali")
_TYPED: Final = (
    *("YWWD-XYKC-XDE1", "ywwd-xykc-xde1", " YWWD XYKC XDE1 ", "ywwdxykcxde1", "YWWD-XYKC-XDEL"),
    *("ywwdxykcxdei", "YWWD-XYKC-XDE2", "YWWD-XYKC-XDE", "YWWD-XYKC-XDE11", "UWWD-XYKC-XDE1", ""),
)


def tracking_vectors() -> str:
    """The test vectors as JSON: ASCII only, one a line."""
    typed = ({"typed": typed, "tracking": normalise_tracking(typed)} for typed in _TYPED)
    return f'{{\n"ids": [\n{_lines(_ids())}\n],\n"typed": [\n{_lines(typed)}\n]\n}}\n'


def _ids() -> Iterator[dict[str, str]]:
    pairs = [(_SOURCES[0], id) for id in _IDS] + [(_SOURCES[1], id) for id in _IDS[:2]]
    for source, id in pairs:
        complaint = complaint_id(source, id)
        yield {
            "source": source,
            "id": id,
            "complaint_id": str(complaint),
            "tracking": tracking(complaint),
        }


def _lines(rows: Iterable[Mapping[str, str | None]]) -> str:
    return ",\n".join(json.dumps(row) for row in rows)
