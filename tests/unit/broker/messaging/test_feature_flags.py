"""Feature flags of RabbitMQ that should be on and are not."""

from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from broker.amqp.topology.management import management

AMQP = "amqp://u:p@127.0.0.1:1/"


async def disabled(*flags: dict[str, Any]) -> list[str]:
    async def overview(_: web.Request) -> web.Response:
        return web.json_response({"cluster_name": "here"})

    async def feature_flags(_: web.Request) -> web.Response:
        return web.json_response(flags)

    app = web.Application()
    app.router.add_get("/api/overview", overview)
    app.router.add_get("/api/feature-flags", feature_flags)
    async with TestServer(app) as server, management(AMQP, str(server.make_url("/"))) as api:
        return await api.disabled_feature_flags()


async def test_a_stable_one_that_is_off_is_told_and_an_experimental_one_is_not() -> None:
    """`khepri_db` of RabbitMQ 4.0 is off unless somebody dared to switch it on for ever."""
    found = await disabled(
        {"name": "stream_queue", "state": "enabled", "stability": "required"},
        {"name": "khepri_db", "state": "disabled", "stability": "experimental"},
        {"name": "stream_filtering", "state": "disabled", "stability": "stable"},
    )
    assert found == ["stream_filtering"]


async def test_one_that_is_an_operators_own_decision_is_never_told() -> None:
    """From 4.1 on `khepri_db` is called stable, and a cluster that was upgraded may be without."""
    assert await disabled({"name": "khepri_db", "state": "disabled", "stability": "stable"}) == []
    assert await disabled({"name": "next", "state": "disabled", "stability": "opt_in"}) == []


async def test_a_broker_that_says_nothing_of_stability_is_taken_at_its_word() -> None:
    assert await disabled({"name": "quorum_queue", "state": "disabled"}) == ["quorum_queue"]
