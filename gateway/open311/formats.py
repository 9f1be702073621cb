"""Answers in JSON and XML, by the suffix of the address or by ``Accept``."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal
from xml.sax.saxutils import escape

from fastapi import Request, Response

from schemas.envelope import dumps

Form = Literal["json", "xml"]

MEDIA_TYPES: Final[Mapping[Form, str]] = {
    "json": "application/json; charset=utf-8",
    "xml": "text/xml; charset=utf-8",
}
_LONGEST_HEADER: Final = 200
_ITEMS: Final = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
"""What an item of a list is called in XML; JSON has no names for them (the Spark convention,
https://wiki.open311.org/JSON_and_XML_Conversion)."""
_NOT_IN_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, not even escaped (section 2.2)."""

_KEPT: Final = {"\r": "&#13;"}
"""A parser makes a line feed of a carriage return that stands there as it is (section 2.11)."""


def form_of(request: Request) -> Form:
    """What the caller reads: the suffix says it, else ``Accept``, else it is XML, which the
    specification requires."""
    path = request.url.path
    if path.endswith(".json"):
        return "json"
    if path.endswith(".xml"):
        return "xml"
    accept = request.headers.get("accept", "")[:_LONGEST_HEADER].lower()
    json, xml = accept.find("json"), accept.find("xml")
    return "json" if json >= 0 and (xml < 0 or json < xml) else "xml"


def answer(
    request: Request,
    root: str,
    content: object,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The content under the name of its root; ``root`` is told in XML only."""
    form = form_of(request)
    body = dumps(content) if form == "json" else xml_of(root, content)
    sent = {"Vary": "Accept", **(headers or {}), "Content-Type": MEDIA_TYPES[form]}
    return Response(body, status, sent)


def xml_of(root: str, content: object) -> bytes:
    """A document whose elements are the names of mappings, without attributes or namespaces."""
    declaration = '<?xml version="1.0" encoding="utf-8"?>\n'
    return (declaration + "".join(_element(root, content)) + "\n").encode()


def _element(name: str, value: object) -> Sequence[str]:
    if value is None or value == "":
        return [f"<{name}/>"]
    if isinstance(value, Mapping):
        inside = [part for key, one in value.items() for part in _element(str(key), one)]
    elif isinstance(value, list | tuple):
        inside = [part for one in value for part in _element(_ITEMS[name], one)]
    else:
        inside = [escape(_NOT_IN_XML.sub("\ufffd", _text(value)), _KEPT)]
    return [f"<{name}>", *inside, f"</{name}>"]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
