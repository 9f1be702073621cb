"""Which ports a private node gets."""

import random
from dataclasses import astuple

import pytest

from broker.node import tcp_ports
from broker.node.tcp_ports import Ports, choose_ports


class _Drawn(random.SystemRandom):
    """Draws the numbers that it is told."""

    numbers = iter((15_001, 15_672, 15_003, 15_005, 15_005, 15_002, 15_006, 15_007, 15_008))

    def randrange(self, *_: object) -> int:
        return next(self.numbers)


def test_other_ports_are_chosen_than_those_of_which_one_was_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(random, "SystemRandom", _Drawn)
    monkeypatch.setattr(tcp_ports, "is_free", lambda _: True)
    taken = Ports(15_001, 15_002, 15_003, 15_004)
    assert astuple(choose_ports(instead_of=taken)) == (15_005, 15_006, 15_007, 15_008)
