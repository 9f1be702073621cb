"""Comparing a real RabbitMQ with the topology, by the management API and by AMQP alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from broker.amqp.topology import Kind, verify_topology
from tests.rabbitmq.declared import client, declare, small_topology

NOWHERE = "http://127.0.0.1:1"


async def test_a_queue_that_somebody_deleted_is_noticed_and_not_made_anew(
    amqp_url: str, management_url: str
) -> None:
    wanted = await declare(amqp_url, management_url)
    async with client(amqp_url) as someone:
        await someone.channel.queue_delete("agency.dpupr")
    for api in (management_url, NOWHERE, management_url):
        for light in (False, True):
            found = await verify_topology(amqp_url, wanted, api, light=light)
            serious = [(d.kind, d.what) for d in found if d.serious]
            assert serious == [(Kind.MISSING, "queue agency.dpupr")]


async def test_an_empty_broker_misses_everything_and_stays_empty(
    amqp_url: str, management_url: str
) -> None:
    wanted = await small_topology(amqp_url)
    expected = {f"exchange {e.name}" for e in wanted.exchanges}
    expected |= {f"queue {q.name}" for q in wanted.queues}
    for api in (NOWHERE, management_url):
        found = await verify_topology(amqp_url, wanted, api)
        assert {d.what for d in found if d.kind is Kind.MISSING} == expected


async def test_by_amqp_alone_the_arguments_are_seen_and_a_note_says_what_is_not(
    amqp_url: str, management_url: str
) -> None:
    wanted = await small_topology(amqp_url)
    async with client(amqp_url) as someone:
        await someone.channel.queue_declare(
            "parked", durable=True, arguments={"x-queue-type": "quorum"}
        )
    await _apply_the_rest(amqp_url, management_url)
    differs, note = await verify_topology(amqp_url, wanted, NOWHERE)
    assert (differs.kind, differs.what, differs.serious) == (Kind.DIFFERS, "queue parked", True)
    assert "x-delivery-limit is not set, should be 1000000000" in differs.says
    assert note.kind is Kind.NOTE
    assert "bindings" in note.says


async def _apply_the_rest(amqp_url: str, management_url: str) -> None:
    with pytest.raises(Exception, match="queue parked"):
        await declare(amqp_url, management_url)


async def test_the_light_form_by_amqp_looks_only_whether_the_objects_exist(
    amqp_url: str, management_url: str
) -> None:
    wanted = await declare(amqp_url, management_url)
    (note,) = await verify_topology(amqp_url, wanted, NOWHERE, light=True)
    assert note.kind is Kind.NOTE


async def test_a_binding_that_is_gone_or_should_not_be_there_is_seen(
    amqp_url: str, management_url: str
) -> None:
    wanted = await declare(amqp_url, management_url)
    async with client(amqp_url) as someone:
        await someone.channel.queue_unbind("cases", "complaints.events", "routed.#")
        await someone.channel.queue_bind("agency.pln", "complaints.events", "routed.dpupr.*")
    gone, extra = await verify_topology(amqp_url, wanted, management_url)
    assert (gone.kind, gone.what, gone.serious) == (
        Kind.MISSING,
        "binding complaints.events -> cases 'routed.#'",
        True,
    )
    assert (extra.kind, extra.what) == (
        Kind.EXTRA,
        "binding complaints.events -> agency.pln 'routed.dpupr.*'",
    )


async def test_the_api_of_another_broker_is_not_believed(
    amqp_url: str, management_url: str
) -> None:
    wanted = await declare(amqp_url, management_url)
    async with _api(web.json_response({"cluster_name": "another"})) as another:
        (note,) = await verify_topology(amqp_url, wanted, another)
    assert note.kind is Kind.NOTE
    assert "another broker" in note.says


@pytest.mark.parametrize("status", [401, 403, 404, 500, 302])
async def test_an_api_that_does_not_let_us_in_is_a_note_without_the_password(
    amqp_url: str, management_url: str, status: int
) -> None:
    wanted = await declare(amqp_url, management_url)
    async with _api(web.Response(status=status, headers={"Location": "/"})) as refusing:
        guarded = str(URL(refusing).with_user("u").with_password("geheim"))
        (note,) = await verify_topology(amqp_url, wanted, guarded)
    assert note.kind is Kind.NOTE
    assert str(status) in note.says
    assert "geheim" not in note.says


@asynccontextmanager
async def _api(answer: web.Response) -> AsyncIterator[str]:
    """A server on the management port that is not our broker's."""

    async def handle(_: web.Request) -> web.Response:
        return answer

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))
