"""What is in hand is bounded in bytes: large messages cost what one of them costs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.outside import Outside
from tests.acceptance.program import Program, Router
from tests.support.eventually import eventually

pytestmark = pytest.mark.timeout(180)

MIB = 1 << 20
MESSAGES = 60
MOST = 400 * MIB
"""Of the whole process."""


def shaped_to_be_large_once_read() -> bytes:
    start, end = b'{"text": "sampah menumpuk", "agency": "dlh", "extra": {"a": [', b"{}]}}"
    return start + b"{}," * ((MIB - len(start) - len(end)) // 3) + end


def test_sixty_messages_of_a_mebibyte_that_are_large_once_read(
    start: Callable[..., Router], amqp_url: str
) -> None:
    router = start()
    outside = Outside(amqp_url)
    before = peak(router)
    body = shaped_to_be_large_once_read()
    assert MIB - 3 < len(body) <= MIB
    outside.flood("web", ((f"large-{n}", body) for n in range(MESSAGES)))
    eventually(lambda: router.metric("pintu_routing_seconds_count") >= MESSAGES, 120.0)
    after = peak(router)
    print(f"peak resident set: {before / MIB:.0f} MiB before, {after / MIB:.0f} MiB after")
    assert after < MOST, f"{after / MIB:.0f} MiB; before them it was {before / MIB:.0f}"
    outside.close()
    router.stop()


def test_the_case_consumer_of_the_cases_has_as_little_in_hand(
    amqp_url: str, tmp_path: Path
) -> None:
    program = Program("all", amqp_url, tmp_path)
    try:
        outside = Outside(amqp_url)
        before = peak(program)
        body = shaped_to_be_large_once_read()
        outside.flood("web", ((f"large-{n}", body) for n in range(MESSAGES)))
        outside.wait_for("channel.web", MESSAGES, 120.0)  # each case was opened
        after = peak(program)
        print(f"peak resident set: {before / MIB:.0f} MiB before, {after / MIB:.0f} MiB after")
        assert after < MOST, f"{after / MIB:.0f} MiB; before them it was {before / MIB:.0f}"
        outside.close()
        program.stop()
    finally:
        program.kill()


def peak(program: Program) -> int:
    """The largest resident set of the process so far, in bytes."""
    status = Path(f"/proc/{program.process.pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024
