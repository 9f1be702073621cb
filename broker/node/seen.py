"""A private node as somebody beside it sees it: whether it runs, where, and who started it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from broker.node.folder import NodeFolder
from broker.node.processes import Process

_STOPS_WITHIN: Final = 30.0


@dataclass(frozen=True, slots=True)
class SeenNode:
    """``state``: ``ready``, ``starting`` or ``stopped``; the URLs hold the password.

    ``pid``: of RabbitMQ; ``owner``: of the process that started it, and stops it when it leaves:
    None where it is gone, and the node about to stop. ``failed``: why it stopped by itself.
    """

    state: str
    folder: Path
    url: str | None = field(default=None, repr=False)
    management_url: str | None = field(default=None, repr=False)
    pid: int | None = None
    owner: int | None = None
    failed: str | None = None


def look(state_dir: Path) -> SeenNode:
    """The node of a state folder; nothing is made, and nothing started."""
    folder = NodeFolder((state_dir / "node").absolute())
    record = folder.record()
    supervising = Process.from_record(record.get("supervisor"))
    if supervising is None or not supervising.is_running():
        why = record.get("detail") if record.get("state") == "failed" else None
        return SeenNode("stopped", folder.path, failed=why)
    broker = Process.from_record(record.get("broker"))
    owner = Process.from_record(record.get("owner"))
    return SeenNode(
        "ready" if record.get("state") == "ready" else "starting",
        folder.path,
        record.get("url"),
        record.get("management_url"),
        broker.pid if broker and broker.is_running() else None,
        owner.pid if owner and owner.is_running() else None,
    )


def stop(state_dir: Path) -> bool:
    """Stop it in good order, and wait for it; False where none runs."""
    record = NodeFolder((state_dir / "node").absolute()).record()
    supervising = Process.from_record(record.get("supervisor"))
    if supervising is None or not supervising.is_running():
        return False
    supervising.end(_STOPS_WITHIN)
    return True
