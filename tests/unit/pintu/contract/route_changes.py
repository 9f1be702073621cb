"""What of a published OpenAPI document does not hold any more: routes, parameters, bodies.

Bodies and answers are compared as the schemas of messages are (``schema_changes``).
"""

from collections.abc import Iterator
from typing import Any

from schemas.catalogue import Kind
from tests.unit.pintu.contract.schema_changes import breaks, widened

Document = Any


def route_breaks(old: Document, new: Document) -> list[str]:
    """Each with its route: who built against the old document would meet it."""
    found = list[str]()
    for path, operations in old["paths"].items():
        for method, operation in operations.items():
            name = f"{method.upper()} {path}"
            now = new["paths"].get(path, {}).get(method)
            if now is None:
                found.append(f"{name}: is gone")
            else:
                found += [f"{name}: {fault}" for fault in _breaks(operation, now, old, new)]
    return found


def _breaks(was: Document, now: Document, old: Document, new: Document) -> Iterator[str]:
    yield from _parameters(was, now, old, new)
    yield from _bodies(was, now, old, new)
    yield from _answers(was, now, old, new)
    for way in was.get("security", ()):
        if way not in now.get("security", ()):
            yield f"{'/'.join(way)} lets nobody in any more"
    if not was.get("security") and now.get("security"):
        yield "is not for anybody any more"


def _parameters(was: Document, now: Document, old: Document, new: Document) -> Iterator[str]:
    before = {(one["in"], one["name"]): one for one in was.get("parameters", ())}
    after = {(one["in"], one["name"]): one for one in now.get("parameters", ())}
    for key, one in before.items():
        if key not in after:
            yield f"parameter {key[1]}: is gone"
            continue
        sent, taken = _schema(one, old), _schema(after[key], new)
        yield from (f"parameter {key[1]}: {fault}" for fault in widened(sent, taken, "now"))
    for key, one in after.items():
        if one.get("required") and not before.get(key, {}).get("required"):
            yield f"parameter {key[1]}: is required now"


def _bodies(was: Document, now: Document, old: Document, new: Document) -> Iterator[str]:
    before, after = was.get("requestBody", {}), now.get("requestBody", {})
    if after.get("required") and not before.get("required"):
        yield "a body is required now"
    for media, content in before.get("content", {}).items():
        if media not in after.get("content", {}):
            yield f"{media} is not taken now"
            continue
        sent, taken = _schema(content, old), _schema(after["content"][media], new)
        yield from (f"body: {fault}" for fault in breaks(Kind.UPDATE, sent, taken))


def _answers(was: Document, now: Document, old: Document, new: Document) -> Iterator[str]:
    for status, answer in was["responses"].items():
        after = now["responses"].get(status)
        if after is None:
            yield f"answer {status}: is gone"
            continue
        for media, content in answer.get("content", {}).items():
            if media not in after.get("content", {}):
                yield f"answer {status}: {media} is gone"
            elif "schema" in content:
                was_sent = _schema(content, old)
                sent = _schema(after["content"][media], new)
                faults = breaks(Kind.EVENT, was_sent, sent)
                yield from (f"answer {status}: {fault}" for fault in faults)


def _schema(holder: Document, document: Document) -> Document:
    """With the components where ``schema_changes`` looks for definitions."""
    known = document.get("components", {}).get("schemas", {})
    return {**holder.get("schema", {}), "$defs": known}
