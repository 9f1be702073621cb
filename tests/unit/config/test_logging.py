"""Whoever reads the log by machine can read every line of it."""

import json
import subprocess
import sys

SAYS = """
import sys, threading
import structlog
from config.logging import configure_logging

configure_logging("json")
structlog.get_logger().info("service.started")

written = sys.argv[1]  # not in the source: from Python 3.13 on a traceback shows that of -c too

class Bad:
    def __del__(self):
        raise RuntimeError(written)

async def never_awaited():
    pass

def fails():
    raise RuntimeError(written)

Bad()
never_awaited()
thread = threading.Thread(target=fails)
thread.start()
thread.join()
"""


def test_what_python_itself_would_print_is_a_line_of_json_without_what_it_quotes() -> None:
    command = [sys.executable, "-c", SAYS, "Budi 0812"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    events = [json.loads(line)["event"] for line in done.stderr.splitlines()]
    assert events[:2] == ["service.started", "python.unraisable"]
    assert "was never awaited" in events[2]
    assert events[3:] == ["python.thread_ended"]
    assert "Budi" not in done.stderr
