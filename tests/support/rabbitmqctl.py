"""`rabbitmqctl` on a private node of the tests: what an operator does, or what befalls a node."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from broker.node import Node
from broker.node.installed import find_installed


def rabbitmqctl(node: Node, *words: str) -> str:
    """Run a command on the node; gives what it prints."""
    installed = find_installed()
    scripts = installed.home / "sbin"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RABBITMQ_")}
    environment = {
        **kept,
        "PATH": installed.path,
        "HOME": str(node.folder.path),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(node.ports.epmd),
        "RABBITMQ_SCRIPTS_DIR": str(scripts),
        "RABBITMQ_CONF_ENV_FILE": "./env.conf",
        "RABBITMQ_NODENAME": node.folder.name(),
    }
    done = subprocess.run(
        [str(scripts / "rabbitmqctl"), "-q", "-n", node.folder.name(), *words],
        cwd=node.folder.path,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"rabbitmqctl {' '.join(words)}: {done.stdout}{done.stderr}"
    return done.stdout


@contextmanager
def memory_alarm(node: Node) -> Iterator[None]:
    """RabbitMQ takes no publishes, from anybody, while the block runs."""
    rabbitmqctl(node, "set_vm_memory_high_watermark", "0.00001")
    try:
        yield
    finally:
        rabbitmqctl(node, "set_vm_memory_high_watermark", "0.4")


@contextmanager
def disk_alarm(node: Node) -> Iterator[None]:
    """The same, for want of room on the disk."""
    rabbitmqctl(node, "set_disk_free_limit", "900000GB")
    try:
        yield
    finally:
        rabbitmqctl(node, "set_disk_free_limit", "50MB")
