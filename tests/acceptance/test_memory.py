"""What is in hand is bounded in bytes: large messages cost what one of them costs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.outside import Outside
from tests.acceptance.program import Router
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


def peak(router: Router) -> int:
    """The largest resident set of the process so far, in bytes."""
    status = Path(f"/proc/{router.process.pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024
