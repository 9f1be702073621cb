"""The fixtures themselves, as others rely on them."""

import subprocess
import sys
from pathlib import Path

import pika  # type: ignore[import-untyped]  # -- pika has no types
import psycopg
import pytest

from tests.support.nodes import OwnRabbit


@pytest.mark.parametrize("_", range(2))
def test_each_test_has_a_virtual_host_of_its_own(amqp_url: str, _: int) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    declared = connection.channel().queue_declare(
        "q", durable=True, arguments={"x-queue-type": "quorum"}
    )
    assert declared.method.message_count == 0
    connection.channel().basic_publish("", "q", b"left behind")
    connection.close()


def test_a_node_of_its_own_keeps_data_and_ports_when_it_is_killed(own_rabbitmq: OwnRabbit) -> None:
    url = own_rabbitmq.url
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare("q", durable=True, arguments={"x-queue-type": "quorum"})
        channel.basic_publish("", "q", b"kept")
        own_rabbitmq.wait_until_saved("q")
        own_rabbitmq.kill()
        with pytest.raises(pika.exceptions.AMQPError):
            channel.queue_declare("q", passive=True)
    own_rabbitmq.start()
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        assert connection.channel().basic_get("q")[2] == b"kept"


@pytest.mark.parametrize("_", range(2))
def test_each_test_has_a_database_of_its_own(postgres_url: str, _: int) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE left_behind (id int)")


def test_a_mark_finds_the_tests_that_only_use_its_fixture() -> None:
    here = Path(__file__)
    asked = [str(here), "-m", "postgres and not rabbitmq", "--collect-only", "-q"]
    said = subprocess.run(
        [sys.executable, "-m", "pytest", *asked, "-p", "no:cacheprovider"],
        cwd=here.parents[2],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert said.count("test_each_test_has_a_database_of_its_own") == 2, said
    assert "virtual_host" not in said
