"""Whose clients are answered: nodes of RabbitMQ that are there, whoever makes up others."""

import pytest

from consumers.cases import reply_nodes
from consumers.cases.reply_nodes import ReplyNodes


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def nodes(clock: Clock) -> ReplyNodes:
    return ReplyNodes(clock)


def test_all_nodes_of_a_cluster_may_be_tried_at_once(nodes: ReplyNodes) -> None:
    assert all(nodes.may_try(f"reply@{n}") for n in range(10))
    assert not nodes.may_try("reply@10")


def test_of_those_that_somebody_makes_up_one_a_second_is_tried(
    nodes: ReplyNodes, clock: Clock
) -> None:
    tried = 0
    for n in range(100_000):
        clock.now += 0.001
        tried += nodes.may_try(f"reply@{n}")
        nodes.failed(f"reply@{n}")
    assert tried <= 10 + 100_000 * 0.001 + 1


def test_one_that_was_answered_is_answered_however_many_others_are_made_up(
    nodes: ReplyNodes,
) -> None:
    assert nodes.may_try("reply@1")
    nodes.answered("reply@1")
    for n in range(2, 100):
        nodes.may_try(f"reply@{n}")
    assert nodes.may_try("reply@1")
    assert nodes.first(["reply@7", "reply@1", "reply@8"]) == "reply@1"


def test_one_over_which_the_connection_ended_is_left_alone_for_a_minute(
    nodes: ReplyNodes, clock: Clock
) -> None:
    assert nodes.may_try("reply@1")
    assert not nodes.failed("reply@1")
    assert not nodes.may_try("reply@1")
    clock.now += 61
    assert nodes.may_try("reply@1")


def test_one_that_was_answered_before_is_tried_anew_at_once(nodes: ReplyNodes) -> None:
    """It is more likely that RabbitMQ was restarted."""
    assert nodes.may_try("reply@1")
    nodes.answered("reply@1")
    assert nodes.failed("reply@1")
    assert nodes.may_try("reply@1")
    assert not nodes.failed("reply@1")
    assert not nodes.may_try("reply@1")


def test_what_it_remembers_is_bounded(
    nodes: ReplyNodes, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reply_nodes, "_REMEMBERED", 5)
    for n in range(100):
        clock.now += 1
        assert nodes.may_try(f"good@{n}")
        nodes.answered(f"good@{n}")
        clock.now += 1
        assert nodes.may_try(f"bad@{n}")
        nodes.failed(f"bad@{n}")
    assert len(nodes._answered) == len(nodes._kept_out) == 5
    assert nodes._trying == set()
