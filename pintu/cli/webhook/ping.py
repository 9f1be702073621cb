"""``pintu webhook test``."""

import asyncio
from uuid import uuid4

import typer

from config.language import worded
from gateway.text.printable import printable, say, say_json
from pintu.cli.exit_codes import NOT_ALL
from pintu.cli.webhook.printing import AsJson, Name, unknown

_SHOWN = 300
"""Characters of an answer."""


def ping(name: Name, as_json: AsJson = False) -> None:
    """Send one signed event of type `webhook.test.v1`, and say what came back and after how long.
    Exit code 1 unless it was received. Nothing of anybody is in it.

    Example: pintu webhook test agency.dlh
    """
    asyncio.run(_ping(name, as_json))


async def _ping(name: str, as_json: bool) -> None:
    from consumers.webhooks.connecting import Connections
    from consumers.webhooks.posting import post
    from consumers.webhooks.signing import signed
    from consumers.webhooks.targets import BadTarget, target_of
    from pintu.app import open_webhooks, system_clock
    from schemas.envelope import envelope

    wall = system_clock()
    async with open_webhooks() as (store, settings, clock):
        endpoint = await store.endpoint(name)
        now = clock.now()
    if endpoint is None:
        raise unknown(name)
    try:
        target = target_of(endpoint.url, settings.webhook_allow)
    except BadTarget as why:
        raise typer.BadParameter(
            worded("its URL cannot be used: {why}", why=why), param_hint="NAME"
        ) from None
    id = str(uuid4())
    body = envelope(
        id=id,
        type="webhook.test.v1",
        source="/pintu/webhooks",
        subject=None,
        time=wall.now(),
        data={"endpoint": name},
    )
    headers = signed(endpoint, id, body.decode(), now=now, wall=wall.now())
    async with Connections() as connections:
        answer = await post(connections, target, body, headers, wall.now)
    text = answer.body.decode("utf-8", "replace")[:_SHOWN]
    if as_json:
        say_json(
            {
                "endpoint": name,
                "received": answer.received,
                "status": answer.status,
                "seconds": round(answer.seconds, 3),
                "answer": answer.words,
                "body": text,
            }
        )
    else:
        say(
            worded(
                "{words} after {seconds:.0f} ms", words=answer.words, seconds=answer.seconds * 1000
            )
        )
        if text.strip():
            say(printable(text))
    if not answer.received:
        raise typer.Exit(NOT_ALL)
