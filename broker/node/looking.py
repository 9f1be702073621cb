"""What a state folder says of its private node; nothing is made, started or stopped."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from broker.node.folder import NodeFolder
from broker.node.processes import Process


class NodeState(StrEnum):
    """``ORPHANED``: it runs, but the process that started it is gone: it is about to stop."""

    ABSENT = "absent"
    RUNNING = "running"
    STARTING = "starting"
    STOPPED = "stopped"
    FAILED = "failed"
    ORPHANED = "orphaned"


@dataclass(frozen=True, slots=True)
class NodeLook:
    """``detail``: the supervisor's words; the URLs, which hold the password, while it runs."""

    state: NodeState
    detail: str = ""
    url: str | None = field(default=None, repr=False)
    management_url: str | None = field(default=None, repr=False)
    log: str = ""


def look_at_node(state_dir: Path) -> NodeLook:
    """The private node of a state folder, as far as its files and the processes tell."""
    folder = NodeFolder((state_dir / "node").absolute())
    record = folder.record()
    log = str(folder.path / "log")
    said, detail = str(record.get("state", "")), str(record.get("detail", ""))
    supervisor = Process.from_record(record.get("supervisor"))
    owner = Process.from_record(record.get("owner"))
    if supervisor is None or not supervisor.is_running():
        if not record:
            return NodeLook(NodeState.ABSENT, log=log)
        state = NodeState.FAILED if said == "failed" else NodeState.STOPPED
        return NodeLook(state, detail, log=log)
    if owner is None or not owner.is_running():
        return NodeLook(NodeState.ORPHANED, detail, log=log)
    if said != "ready":
        return NodeLook(NodeState.STARTING, detail, log=log)
    management = record.get("management_url")
    return NodeLook(NodeState.RUNNING, detail, str(record.get("url", "")), management, log)
