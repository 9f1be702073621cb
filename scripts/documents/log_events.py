"""docs/reference/log-events.md: every event that the program logs, read from its source."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from consumers.runtime import outage_log
from consumers.runtime.outage_log import Kind
from scripts.documents.writing import items, page, paragraph

_ROOT: Final = Path(__file__).parents[2]
_ROOMS: Final = ("schemas", "broker", "config", "consumers", "gateway", "pintu")
_LEVELS: Final = ("debug", "info", "warning", "error", "exception", "critical")


@dataclass(slots=True)
class LogEvent:
    """What one name is logged with, wherever it is."""

    levels: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)


def log_events() -> dict[str, LogEvent]:
    """Every event by its name; a part that is known only at run time stands as its
    variable: ``<condition>``."""
    found: dict[str, LogEvent] = {}
    for room in _ROOMS:
        for file in sorted((_ROOT / room).rglob("*.py")):
            tree = ast.parse(file.read_text("utf-8"))
            kinds = _kinds_of_outages() if file == Path(outage_log.__file__) else ()
            for name, level, keys in (*_calls(tree), *_outages(tree), *kinds):
                event = found.setdefault(name, LogEvent())
                event.levels.add(level)
                event.keys |= keys
                event.modules.add(file.relative_to(_ROOT).as_posix())
    return dict(sorted(found.items()))


def meanings() -> dict[str, str]:
    """What each event means, as people wrote it down."""
    return tomllib.loads(Path(__file__).with_name("log_events.toml").read_text("utf-8"))


def log_events_page() -> str:
    """The page: names, levels and keys from the source, meanings from log_events.toml."""
    intro = (
        "One line an event, on standard error: for people on a terminal, JSON elsewhere"
        " (`PINTU_LOG_FORMAT`). Every line has `event`, `level` and `timestamp`; further keys are"
        " named here. No line holds a complaint's id, a text or a name."
    )
    told = meanings()
    return page(
        "Log events",
        paragraph(intro),
        items(_event(name, event, told.get(name, "")) for name, event in log_events().items()),
    )


def _event(name: str, event: LogEvent, meaning: str) -> str:
    keys = ", ".join(f"`{key}`" for key in sorted(event.keys))
    shown = f"; {keys}" if keys else ""
    return f"`{name}` ({', '.join(sorted(event.levels))}{shown}): {meaning}"


def _calls(tree: ast.AST) -> Iterator[tuple[str, str, set[str]]]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        if node.func.attr in _LEVELS and _is_log(node.func.value):
            keys = {keyword.arg for keyword in node.keywords if keyword.arg}
            for name in _names(node.args[0]):
                yield name, node.func.attr, keys


def _outages(tree: ast.AST) -> Iterator[tuple[str, str, set[str]]]:
    """The keys that whoever meets an outage adds to its line."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="met"), args=[ast.Name(id=name), *_]):
                kind = getattr(outage_log, name, None)
                keys = {one.arg for one in node.keywords if one.arg} - {"beside"}
                if keys and isinstance(kind, Kind):
                    yield kind.begins, _level(kind), keys


def _kinds_of_outages() -> Iterator[tuple[str, str, set[str]]]:
    """What consumers.runtime.outage_log says of each kind."""
    for kind in vars(outage_log).values():
        if isinstance(kind, Kind):
            yield kind.begins, _level(kind), {kind.says}
            yield kind.ends, "info", {"seconds", "tries"}


def _level(kind: Kind) -> str:
    return "error" if kind.serious else "warning"


def _is_log(value: ast.expr) -> bool:
    """``log``, ``self._log`` and the like, or ``structlog.get_logger()``."""
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Attribute) and value.func.attr == "get_logger"
    name = getattr(value, "id", getattr(value, "attr", ""))
    return isinstance(name, str) and name.strip("_").lower() in ("log", "logger")


def _names(value: ast.expr) -> Iterator[str]:
    match value:
        case ast.Constant(value=str(name)):
            yield name
        case ast.IfExp(body=one, orelse=other):
            yield from _names(one)
            yield from _names(other)
        case ast.JoinedStr(values=parts):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else f"<{_shown(part)}>"
                for part in parts
            )


def _shown(part: ast.expr) -> str:
    return ast.unparse(part.value) if isinstance(part, ast.FormattedValue) else "…"
