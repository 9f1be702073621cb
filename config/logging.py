"""One line an event: for people on a terminal, JSON for machines. Goes to standard error."""

import json
import logging
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, Literal

import orjson
import structlog

from config.printable import json_printable, printable

_STAMP: Final = structlog.processors.TimeStamper(fmt="iso", utc=True)
_OF_MANY_LINES: Final = ("at", "exception", "stack")  # tracebacks
_json_chain: Final[list[Any]] = []
"""The processors of JSON, where ``configure_logging`` has set them up."""


def configure_logging(form: Literal["console", "json"], *, level: int = logging.INFO) -> None:
    """Set up structlog for the process, and let libraries speak through it from WARNING up.

    What Python itself would print goes through it too: warnings, and errors that nobody can catch,
    of a thread or amid the collection of garbage.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        _STAMP,
    ]
    if form == "console":
        shared.append(_printable_values)
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if form == "console"
        else structlog.processors.JSONRenderer(serializer=_json)
    )
    processors = [*shared, renderer]
    _json_chain[:] = processors if form == "json" else []
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # They log every lost connection with a traceback; we say it once ourselves.
    for name in ("aiormq", "aio_pika", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.captureWarnings(True)
    sys.unraisablehook = _unraisable
    threading.excepthook = _of_a_thread


def _unraisable(what: "sys.UnraisableHookArgs") -> None:
    if what.exc_value is not None:
        structlog.get_logger().error("python.unraisable", at=where(what.exc_value))


def _of_a_thread(what: threading.ExceptHookArgs) -> None:
    if what.exc_value is not None:
        structlog.get_logger().error("python.thread_ended", at=where(what.exc_value))


def _json(value: Any, **_: Any) -> str:
    try:
        text = orjson.dumps(value, default=repr).decode()
    except TypeError:  # half a surrogate pair, as of the name of a file
        text = json.dumps(value, default=repr)
    return json_printable(text)


class LogLines:
    """Collects what is told; see ``log_lines``."""

    def __init__(self) -> None:
        self.told: list[structlog.types.EventDict] = []

    def info(self, event: str, **fields: Any) -> None:
        """As structlog's: one line, when all of them are written."""
        fields["event"] = event
        self.told.append(fields)


@contextmanager
def log_lines() -> Iterator[LogLines]:
    """Lines at INFO that are written at once when the block ends, however it ends, with that
    moment as their time. They read as if each had been logged by itself, and cost a third."""
    lines = LogLines()
    try:
        yield lines
    finally:
        _write(lines.told)


def _write(told: Sequence[structlog.types.EventDict]) -> None:
    log = structlog.get_logger()
    if not told or not log.is_enabled_for(logging.INFO):
        return
    setup = structlog.get_config()
    ours = _json_chain and setup["processors"] == _json_chain
    if not ours or structlog.contextvars.get_contextvars():
        for fields in told:
            log.info(fields.pop("event"), **fields)
        return
    same = _STAMP(None, "info", {"level": "info"})
    setup["logger_factory"]().msg(_json_lines([{**fields, **same} for fields in told]))


def _json_lines(values: Sequence[structlog.types.EventDict]) -> str:
    """What ``_json`` gives for each, a line each."""
    try:
        text = b"\n".join([orjson.dumps(value, default=repr) for value in values]).decode()
    except TypeError:
        return "\n".join(map(_json, values))
    # No line end is printable, and JSON of one line has none of its own.
    return text if text.replace("\n", "").isprintable() else json_printable(text)


def _printable_values(
    _: Any, __: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    """Nothing that is told of moves the cursor, or looks like a line of the log."""
    return {printable(str(name)): _shown(name, value) for name, value in event.items()}


def _shown(name: str, value: Any) -> Any:
    if name.startswith("_") or value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return printable(value, lines=name in _OF_MANY_LINES)
    text = repr(value)
    return value if text.isprintable() else printable(text)


def where(error: BaseException) -> str:
    """Type and traceback of an error without its message, which could quote a complaint."""
    frames = traceback.format_tb(error.__traceback__)
    return f"{''.join(frames)}{type(error).__qualname__}"
