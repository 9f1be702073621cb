"""Names become codes: stable, readable, unique."""

import re
from collections.abc import Container

from broker.domain.routing.language.normalizing import normalized

CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")
LONGEST_CODE, LONGEST_ID = 40, 60
_LOOKED_AT = 1_000  # characters of a name
_RESERVED = "triage"


def is_code(value: str) -> bool:
    """Whether an agency's name already is a code."""
    return CODE.fullmatch(value) is not None and value != _RESERVED


def slug(name: str, longest: int) -> str:
    """`Dinas P.U. & Penataan Ruang` → `dinas-p-u-penataan-ruang`; begins with a letter."""
    plain = normalized("NFKD", name, _LOOKED_AT).encode("ascii", "ignore").decode().lower()
    code = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not code or not code[0].isalpha():
        code = f"x-{code}" if code else "x"
    return code[:longest].rstrip("-")


def unique(wanted: str, taken: Container[str], longest: int) -> str:
    """`wanted`, with a number after it where another has it already."""
    number, code = 1, wanted
    while code in taken or code == _RESERVED:
        number += 1
        ending = f"-{number}"
        code = wanted[: longest - len(ending)].rstrip("-") + ending
    return code
