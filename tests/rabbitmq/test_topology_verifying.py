"""Comparing a real RabbitMQ with the topology, by the management API and by AMQP alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import quote

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from yarl import URL

from broker.amqp.topology import Kind, apply_topology, look_at, verify_topology
from tests.rabbitmq.declared import client, declare, small_topology
from tests.support.eventually import eventually_async
from tests.support.nodes import Management

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


@pytest.mark.parametrize("tag", ["monitoring", "management"])
async def test_a_user_who_may_see_a_part_sees_that_part(
    amqp_url: str, management_url: str, vhost: str, tag: str
) -> None:
    """Feature flags are for administrators alone before 4.0, nodes for those who monitor."""
    await declare(amqp_url, management_url)
    async with client(amqp_url) as someone:
        await someone.channel.queue_declare(
            "agency.gone", durable=True, arguments={"x-queue-type": "quorum"}
        )
        await someone.channel.queue_unbind("cases", "complaints.events", "routed.#")
    management = Management(management_url)
    name = f"{tag}-{vhost}"
    management.call("PUT", f"/users/{name}", {"password": "p", "tags": tag})
    may = {"configure": ".*", "write": ".*", "read": ".*"}
    management.call("PUT", f"/permissions/{quote(vhost, safe='')}/{name}", may)
    url = str(URL(amqp_url).with_user(name).with_password("p"))
    api = str(URL(management_url).with_user(None).with_password(None))

    wanted = await small_topology(url)
    found = await verify_topology(url, wanted, api)
    assert {(d.kind, d.what) for d in found if d.kind is not Kind.NOTE} == {
        (Kind.EXTRA, "queue agency.gone"),
        (Kind.MISSING, "binding complaints.events -> cases 'routed.#'"),
    }
    notes = [d.says for d in found if d.kind is Kind.NOTE]
    assert len(notes) == (tag == "management")
    assert all("nodes: " in note and "401" in note for note in notes)
    report = await apply_topology(url, wanted, management_url=api)
    assert (Kind.EXTRA, "queue agency.gone") in {(d.kind, d.what) for d in report.differences}
    assert report.created == ()


@pytest.mark.parametrize("unseen", ["exchanges", "queues", "bindings", "nodes"])
async def test_what_the_api_does_not_show_costs_only_that(
    amqp_url: str, management_url: str, unseen: str
) -> None:
    wanted = await declare(amqp_url, management_url)
    async with client(amqp_url) as someone:
        await someone.channel.queue_delete("agency.dpupr")
        await someone.channel.exchange_delete("complaints.updates")
        await someone.channel.queue_unbind("cases", "complaints.events", "routed.#")
    async with _through(management_url, refuse=unseen) as api:
        found = await verify_topology(amqp_url, wanted, api)
    missing = {d.what for d in found if d.kind is Kind.MISSING}
    assert {"queue agency.dpupr", "exchange complaints.updates"} <= missing
    assert ("binding complaints.events -> cases 'routed.#'" in missing) == (unseen != "bindings")
    assert not any("agency.dpupr" in each for each in missing if each.startswith("binding"))
    [note] = [d for d in found if d.kind is Kind.NOTE]
    assert note.says.startswith(f"{unseen}: ")


async def test_what_is_seen_of_a_broker_has_its_queues_and_their_members(
    amqp_url: str, management_url: str
) -> None:
    wanted = await declare(amqp_url, management_url)
    async with client(amqp_url) as someone:
        await someone.publish("complaints.events", "routed.dpupr.web")

    async def counted(api: str) -> bool:
        return (await look_at(amqp_url, wanted, api, light=True)).messages.get("agency.dpupr") == 1

    for api in (management_url, NOWHERE):
        await eventually_async(partial(counted, api))
    assert (await look_at(amqp_url, wanted, management_url)).members_missing == 0
    assert (await look_at(amqp_url, wanted, NOWHERE)).members_missing is None


@asynccontextmanager
async def _through(management_url: str, refuse: str) -> AsyncIterator[str]:
    """The API of a broker but for one of its lists."""
    base = URL(management_url)

    async def handle(request: web.Request) -> web.Response:
        if request.path.startswith(f"/api/{refuse}"):
            return web.Response(status=401)
        target = base.with_user(None).with_password(None).join(request.rel_url)
        headers = {"Authorization": request.headers["Authorization"]}
        async with ClientSession(headers=headers) as session, session.get(target) as answer:
            return web.json_response(await answer.json(), status=answer.status)

    app = web.Application()
    app.router.add_route("GET", "/{path:.*}", handle)
    async with TestServer(app) as server:
        yield str(server.make_url("/").with_user(base.user).with_password(base.password))
