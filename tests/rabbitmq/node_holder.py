"""A small program that holds a private node, for tests that kill it.

`python -m tests.rabbitmq.node_holder STATE_DIR [raise]`: prints one line of JSON when the node is
ready, then waits for the end of standard input or SIGTERM (or raises).
"""

import asyncio
import json
import signal
import sys
from pathlib import Path

from broker.node import private_node


async def hold(state_dir: Path, then_raise: bool) -> None:
    task = asyncio.current_task()
    assert task
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    async with private_node(state_dir, management=False) as node:
        print(json.dumps({"url": node.url, "started_here": node.started_here}), flush=True)
        if then_raise:
            raise RuntimeError("something went wrong")
        await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(hold(Path(sys.argv[1]), "raise" in sys.argv[2:]))
