"""Many lines written at once read as if each had been logged by itself."""

import re
import subprocess
import sys

import pytest
import structlog
from structlog.testing import capture_logs

from config.logging import log_lines

SAYS = """
import logging, sys
import structlog
from config.logging import configure_logging, log_lines

form, level, at_once, bound = sys.argv[1:]
configure_logging(form, level=int(level))
if bound:
    structlog.contextvars.bind_contextvars(task=bound)
told = [
    ("complaint.routed", {"event_id": "a", "agency": "dlh", "confidence": 0.95, "rule": None}),
    ("complaint.triaged", {"channel": "sms\\u202e\\x1b[2J", "agency": None}),
    ("complaint.parked", {"reason": "b\\ud800", "other": {"a": [1, 2]}, "object": object}),
    ("complaint.routed", {}),
]
if at_once:
    with log_lines() as log:
        for event, fields in told:
            log.info(event, **fields)
else:
    for event, fields in told:
        structlog.get_logger().info(event, **fields)
"""
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def said(form: str, level: str, at_once: str, bound: str) -> str:
    command = [sys.executable, "-c", SAYS, form, level, at_once, bound]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return STAMP.sub("AT", done.stderr)


@pytest.mark.parametrize("bound", ["", "one"])
@pytest.mark.parametrize("level", ["20", "40"])
@pytest.mark.parametrize("form", ["json", "console"])
def test_lines_written_at_once_are_the_same_to_the_byte(form: str, level: str, bound: str) -> None:
    lines = said(form, level, "at once", bound)
    assert lines == said(form, level, "", bound)
    assert lines.count("\n") == (4 if level == "20" else 0)
    assert lines.count("AT") == lines.count("\n")


def test_what_was_told_before_a_fault_is_written() -> None:
    with capture_logs() as lines, pytest.raises(ZeroDivisionError), log_lines() as log:
        log.info("complaint.routed", agency="dlh")
        raise ZeroDivisionError
    assert lines == [{"event": "complaint.routed", "agency": "dlh", "log_level": "info"}]


def test_a_foreign_setup_of_the_log_gets_every_line() -> None:
    before = structlog.get_config()
    heard: list[object] = []

    def hear(_: object, __: str, event: structlog.types.EventDict) -> str:
        heard.append(event)
        return "heard"

    structlog.configure(processors=[hear])
    try:
        with log_lines() as log:
            log.info("complaint.routed", agency="dlh")
    finally:
        structlog.configure(**before)
    assert heard == [{"event": "complaint.routed", "agency": "dlh"}]
