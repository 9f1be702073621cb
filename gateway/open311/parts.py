"""``multipart/form-data`` (RFC 7578) without files: fields between delimiters, nothing in them.

By hand, since parsers of MIME read more: parts within parts, folded headers, comments. A megabyte
of these takes the standard library half a minute.
"""

import re
from typing import Final

_BOUNDARY: Final = re.compile(r';\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
"""At most 70 characters (RFC 2046, section 5.1.1)."""
_HEAD: Final = 1_000
"""Bytes of the headers of a part."""
_DISPOSITION: Final = re.compile(rb"(?i)^content-disposition:[ \t]*form-data[ \t]*;(.*)$", re.M)
_NAME: Final = re.compile(rb'(?i)(?:^|;)[ \t]*name="([^"\r\n]*)"')
_FILE: Final = re.compile(rb"(?i)(?:^|;)[ \t]*filename\*?=")


class FileSent(ValueError):
    """A part is a file."""


def parts_of(content_type: str, body: bytes, most: int) -> list[tuple[str, str]]:
    """Names with their values, in order.

    Raises:
        FileSent: one of them is a file.
        ValueError: it is no such form, has more fields, or is not in UTF-8.
    """
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise ValueError("no boundary")
    delimiter = b"\r\n--" + (found[1] or found[2]).encode("ascii")
    # What stands before the first delimiter is of no account, as is what stands after the last.
    _, *sections = (b"\r\n" + body).split(delimiter, most + 1)
    fields = list[tuple[str, str]]()
    for section in sections:
        if section.startswith(b"--"):
            return fields
        if len(fields) == most:
            raise ValueError("too many fields")
        fields.append(_field(section))
    raise ValueError("it does not end")


def _field(section: bytes) -> tuple[str, str]:
    head, blank, content = section.partition(b"\r\n\r\n")
    if not blank or len(head) > _HEAD:
        raise ValueError("no part with its headers")
    disposition = _DISPOSITION.search(head.replace(b"\r\n", b"\n"))
    name = _NAME.search(disposition[1]) if disposition else None
    if disposition is None or name is None:
        raise ValueError("a part without a name")
    if _FILE.search(disposition[1]):
        raise FileSent
    return name[1].decode("utf-8"), content.decode("utf-8")
