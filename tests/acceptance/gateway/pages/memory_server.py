"""A gateway on stores in memory, served for a browser beside it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any, TypeVar

import uvicorn

T = TypeVar("T")


@contextmanager
def serving(
    opened: Callable[[], AbstractAsyncContextManager[tuple[Any, T]]],
) -> Iterator[tuple[str, T]]:
    """In a thread of its own: its address, and what came with it.

    ``opened``: makes the application, and whatever whoever looks at it has to know.
    """
    ready, done = threading.Event(), threading.Event()
    found = list[tuple[str, T]]()

    async def serve() -> None:
        async with opened() as (app, more):
            config = uvicorn.Config(app, port=0, log_config=None, lifespan="off")
            server = uvicorn.Server(config)
            config.load()
            server.lifespan = config.lifespan_class(config)
            await server.startup()
            port = server.servers[0].sockets[0].getsockname()[1]
            found.append((f"http://127.0.0.1:{port}", more))
            ready.set()
            await asyncio.to_thread(done.wait)
            server.force_exit = True
            await server.shutdown()

    def work() -> None:
        try:
            asyncio.run(serve())
        finally:
            ready.set()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        ready.wait()
        yield found[0]
    finally:
        done.set()
        thread.join()
