"""Every user by every operation: RabbitMQ allows what the contract says, and nothing else."""

import pytest

from broker.messaging.access import accesses
from tests.rabbitmq.access.matrix import HTTP, ROWS, USERS
from tests.rabbitmq.access.world import AGENCIES, CHANNELS, PERSONS, World, is_allowed


@pytest.mark.parametrize("user", USERS)
def test_a_user_may_do_what_it_is_for_and_nothing_else(world: World, user: str) -> None:
    with world.connected(user) as connection:
        allowed = {what for what, work, _ in ROWS if is_allowed(connection, work)}
    assert allowed == {what for what, _, who in ROWS if user in who.split()}


def test_the_matrix_has_every_user() -> None:
    both = [
        accesses(AGENCIES[:2], CHANNELS, persons=PERSONS, in_one_process=one)
        for one in (False, True)
    ]
    assert {each.user for users in both for each in users} == {*USERS}


@pytest.mark.parametrize("user", USERS)
def test_the_management_api_shows_the_parts_and_the_monitor_what_there_is(
    world: World, user: str
) -> None:
    allowed = {
        f"{method} {path}"
        for method, path, body, _ in HTTP
        if world.call(user, method, path, body) < 300
    }
    assert allowed == {f"{method} {path}" for method, path, _, who in HTTP if user in who.split()}
