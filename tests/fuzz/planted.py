"""Targets with a fault each, which the fuzzing has to find."""

import os
import sys
import time

from tests.fuzz.mutating import Maker
from tests.fuzz.target import Target

KINDS = ("sound", "error", "slow", "memory", "hang", "waits", "exit", "leaves", "mask", "quadratic")


def targets() -> list[Target]:
    return [Target(kind, _make, _FAULTS[kind], 1.0 if kind == "memory" else 0.05) for kind in KINDS]


def _make(maker: Maker) -> bytes:
    """One in ten is poisonous."""
    if maker.random.random() < 0.1:
        return b"poison" + b"a" * 30_000
    return maker.bent_bytes(b"innocent")


def _error(data: bytes) -> None:
    if data.startswith(b"poison"):
        raise IndexError("planted")


def _slow(data: bytes) -> None:
    until = time.process_time() + 0.2
    while data.startswith(b"poison") and time.process_time() < until:
        pass


def _quadratic(data: bytes) -> None:
    if data.startswith(b"poison"):
        left = data
        while left:  # each step copies all that is left
            left = left[1:]
            left.count(b"x")


def _memory(data: bytes) -> None:
    if data.startswith(b"poison"):
        b"x" * (200 << 20)


def _hang(data: bytes) -> None:
    while data.startswith(b"poison"):
        pass


def _waits(data: bytes) -> None:
    if data.startswith(b"poison"):
        time.sleep(3600)


def _exit(data: bytes) -> None:
    if data.startswith(b"poison"):
        os._exit(3)


def _leaves(data: bytes) -> None:
    if data.startswith(b"poison"):
        sys.exit(0)


def _mask(data: bytes) -> None:
    """A mask that is not the same when it is done twice."""

    def masked(text: bytes) -> bytes:
        return text.replace(b"poison", b"poi")[:-1] if b"poi" in text else text

    once = masked(data)
    assert masked(once) == once, "masked twice differs from once"


def _sound(data: bytes) -> None:
    assert data is not None


_FAULTS = {
    "sound": _sound,
    "error": _error,
    "slow": _slow,
    "memory": _memory,
    "hang": _hang,
    "waits": _waits,
    "exit": _exit,
    "leaves": _leaves,
    "mask": _mask,
    "quadratic": _quadratic,
}
