"""How a private node is configured: quick to start, small, and heard on the loopback only."""

import os
import re
from pathlib import Path

from broker.node.folder import NodeFolder
from broker.node.installed import Installed
from broker.node.tcp_ports import Ports

# Not +stbt: bound schedulers of several nodes would share the first cores. Few schedulers and no
# busy waiting: a node at rest costs next to nothing.
_ERLANG_ARGUMENTS = (
    "+S 2:2 +P 262144 +zdbbl 32000 +sbwt none +sbwtdcpu none +sbwtdio none"
    " -start_epmd false -kernel inet_dist_use_interface {127,0,0,1}"
)
_CORE = ("rabbit", "rabbitmq_prelaunch")


def write_configuration(
    folder: NodeFolder, installed: Installed, ports: Ports, *, management: bool
) -> dict[str, str]:
    """Write the node's files and return the environment in which its script is to be run.

    All paths in the environment are relative to the folder, since RabbitMQ's scripts do not
    quote theirs and the state folder may have a space in its name.
    """
    user, password = folder.credentials()
    folder.cookie()
    plugins = ("rabbitmq_management",) if management else ()
    folder.write("enabled_plugins", f"[{','.join(plugins)}].\n")
    folder.write("env.conf", "")  # or RabbitMQ would read the one in /etc
    folder.write("rabbitmq.conf", _settings(user, password, ports, management=management))
    _slim_home(folder.path / "home", installed.home, (*_CORE, *plugins))
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("RABBITMQ_", "ERL_", "ERLANG_", "PINTU_", "XDG_", "NOTIFY_"))
    }
    return {
        **kept,
        "PATH": installed.path,
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(ports.epmd),
        "ERL_CRASH_DUMP_SECONDS": "0",  # none: it would hold people's complaints
        "RABBITMQ_SCRIPTS_DIR": "home/sbin",
        "RABBITMQ_PLUGINS_DIR": str(folder.path / "home" / "plugins"),
        "RABBITMQ_CONF_ENV_FILE": "./env.conf",
        "RABBITMQ_NODENAME": folder.name(),
        "RABBITMQ_DIST_PORT": str(ports.distribution),
        "RABBITMQ_CONFIG_FILE": str(folder.path / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder.path / "advanced.config"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(folder.path / "data" / "config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder.path / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder.path / "data"),
        "RABBITMQ_LOG_BASE": str(folder.path / "log"),
        "RABBITMQ_SERVER_ERL_ARGS": f"{_ERLANG_ARGUMENTS} -pintu_node {folder.name()}",
    }


def _settings(user: str, password: str, ports: Ports, *, management: bool) -> str:
    lines = [
        f"listeners.tcp.local = 127.0.0.1:{ports.amqp}",
        f"default_user = {user}",
        f"default_pass = {password}",
        "log.console = false",
        "log.file = broker.log",
        "log.file.level = warning",
        "log.file.rotation.size = 10485760",
        "log.file.rotation.count = 2",
        "vm_memory_high_watermark.relative = 0.4",
        "disk_free_limit.absolute = 50MB",
        "raft.wal_max_size_bytes = 67108864",
        "collect_statistics_interval = 10000",
    ]
    if management:
        lines += ["management.tcp.ip = 127.0.0.1", f"management.tcp.port = {ports.management}"]
    return "\n".join(lines) + "\n"


def _slim_home(home: Path, stock: Path, wanted: tuple[str, ...]) -> None:
    """Link to the scripts and to the applications that are needed, and to nothing else.

    Erlang looks for every module in every folder of its path; without the forty plugins that
    nobody enabled a start takes less than half the processor time.
    """
    applications = _closure(stock / "plugins", wanted) or list((stock / "plugins").iterdir())
    for part, sources in (("sbin", list((stock / "sbin").iterdir())), ("plugins", applications)):
        (home / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        wanted_links = {source.name: source for source in sources}
        for link in (home / part).iterdir():
            if wanted_links.get(link.name) != link.readlink():
                link.unlink()
            else:
                del wanted_links[link.name]
        for name, source in wanted_links.items():
            (home / part / name).symlink_to(source)


def _closure(plugins: Path, wanted: tuple[str, ...]) -> list[Path]:
    """The folders of the wanted applications and all they need; empty if that cannot be told."""
    found: dict[str, tuple[Path, list[str]]] = {}
    for file in plugins.glob("*/ebin/*.app"):
        needs = re.search(r"\{\s*applications\s*,\s*\[(.*?)\]", file.read_text(), re.DOTALL)
        found[file.stem] = (
            file.parent.parent,
            re.findall(r"\w+", needs.group(1)) if needs else [],
        )
    if not all(name in found for name in wanted):
        return []
    closed: dict[str, Path] = {}
    todo = list(wanted)
    while todo:
        name = todo.pop()
        if name in found and name not in closed:
            closed[name], needs_of = found[name]
            todo += needs_of
    return list(closed.values())
