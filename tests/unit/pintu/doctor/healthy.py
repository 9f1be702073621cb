"""Facts of an installation in which all is well, made up; tests change one thing in them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from broker.amqp.address import parse_address
from broker.amqp.inspecting import Depth, Host
from broker.domain.clocks import WorkingCalendar
from broker.node.seen import SeenNode
from broker.ports import ApiKey, ClockState, Person
from broker.store.inspecting import Hook, Server, Store
from pintu.doctor.facts import (
    Allowed,
    Attachments,
    Backup,
    Broker,
    Certificate,
    Configuration,
    Database,
    Door,
    Environment,
    Facts,
    Files,
    Folder,
    Mail,
    Management,
    Member,
    Node,
    Oidc,
    OutsideDoor,
    Process,
)
from pintu.doctor.finding import Seen, seen

NOW: Final = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
DAY: Final = timedelta(days=1)
PASSWORD: Final = "rahasia-sekali"
NODE: Final = "rabbit@one"

HOST = Host("one.example", 5671, (4, 0, 5), "kabupaten")
ADDRESS = parse_address(f"amqps://tata:{PASSWORD}@one.example:5671/pintu")
MEMBER = Member(NODE, True, (), 50_000_000_000, 50_000_000, ())
CERTIFICATE = Certificate("one.example:5671", "one.example", "CA", NOW - DAY, NOW + 300 * DAY)
MANAGEMENT = Management(
    given=True,
    reached=seen(True),
    tags=seen(("monitoring",)),
    allowed=seen(Allowed(".*", ".*", ".*")),
    flags_off=seen(()),
    members=seen((MEMBER,)),
    policies=seen(()),
)
BROKER = Broker(
    address=ADDRESS,
    private=False,
    hosts=(HOST,),
    needs=seen(("agency.dlh", "complaints.events", "router.intake", "cases", "parked")),
    depths=seen(
        {
            "router.intake": Depth(3, 1),
            "cases": Depth(0, 2),
            "parked": Depth(2, 0),
            "agency.dlh": Depth(40, 0),
        }
    ),
    publishing=seen(""),
    topology=seen(()),
    management=MANAGEMENT,
    certificates=seen((CERTIFICATE,)),
)
STORE = Store("cases_0006", "cases_0006", 1_000_000, None, ClockState(NOW, holds_cases=True))
JOURNAL = Store("journal_0001", "journal_0001", 1_000_000)
HOOK = Hook("agency.dlh", "active", None, None)
KEY = ApiKey(
    "k3v9m2qa", b"", "channel.web", frozenset({"read"}), NOW - DAY, NOW + 60 * DAY, NOW - DAY
)
PEOPLE = (
    Person("rina", "Rina", frozenset({"desk", "agency:dlh"}), NOW, "hash"),
    Person("sari", "Sari", frozenset({"admin"}), NOW, oidc="https://sso.example 1"),
)
GATEWAY = Store(
    "gateway_0006", "gateway_0006", 1_000_000, webhooks=(HOOK,), keys=(KEY,), people=PEOPLE
)
SERVER = Server(15, "UTF8", True, False, (), 10, 100, NOW - DAY)
DATABASE = Database("db.example:5432", "verify-full", False, seen(SERVER), seen((CERTIFICATE,)))
FOLDER = Folder(Path("/state"), 0o700, True, (), (), 40 << 30, 100 << 30, 2_000_000)
CALENDAR = WorkingCalendar(
    UTC, {}, range(2020, 2030), joint_leave_years=frozenset(range(2020, 2028))
)
CONFIGURATION = Configuration(
    "rules", (), "2026.1", "19.03", "Asia/Jakarta", CALENDAR, NOW - 30 * DAY
)
NODE_SEEN = SeenNode("ready", Path("/state/node"), pid=1, owner=2)
PROCESS = Process("http://127.0.0.1:9464", {}, "1.0", "2026.1", False)
MAIL = Mail(
    "smtps://mail.example:465",
    "lapor@example.go.id",
    "",
    "https://lapor.example.go.id",
    3,
    drained=frozenset({"dlh"}),
)
ATTACHMENTS: Final = Attachments("/srv/attachments", scanner="127.0.0.1:3310")
OUTSIDE = OutsideDoor("https://lapor.example.go.id", False, "", (CERTIFICATE,))
DOOR = Door("http://127.0.0.1:8080", True, True, "", {}, OUTSIDE)
HEALTHY: Final = Facts(
    now=NOW,
    version="1.0",
    environment=Environment((), ()),
    folder=seen(FOLDER),
    node=seen(Node(NODE_SEEN, None)),
    broker=seen(BROKER),
    configuration=seen(CONFIGURATION),
    files=seen(Files(("journal", "cases"), {})),
    stores={"journal": seen(JOURNAL), "cases": seen(STORE), "gateway": seen(GATEWAY)},
    database=seen(DATABASE),
    backup=seen(Backup(NOW - DAY)),
    clock=seen(""),
    processes=seen((PROCESS,)),
    mail=seen(MAIL),
    attachments=seen(ATTACHMENTS),
    door=seen(DOOR),
    owners=seen(frozenset({"channel.web", "agency.dlh"})),
    oidc=seen(Oidc("https://sso.example", "")),
)


def with_broker(**changes: Any) -> Facts:
    return replace(HEALTHY, broker=seen(replace(BROKER, **changes)))


def with_management(**changes: Any) -> Facts:
    return with_broker(management=replace(MANAGEMENT, **changes))


def with_member(**changes: Any) -> Facts:
    other = replace(MEMBER, name="rabbit@two")
    return with_management(members=seen((replace(MEMBER, **changes), other)))


def with_queue(name: str, messages: int, consumers: int) -> Facts:
    depths = {**BROKER.depths.get(), name: Depth(messages, consumers)}
    return with_broker(depths=seen(depths))


def with_cases(**changes: Any) -> Facts:
    return replace(HEALTHY, stores={**HEALTHY.stores, "cases": seen(replace(STORE, **changes))})


def with_store(store: Seen[Store]) -> Facts:
    return replace(HEALTHY, stores={**HEALTHY.stores, "cases": store})


def with_hook(**changes: Any) -> Facts:
    gateway = replace(GATEWAY, webhooks=(replace(HOOK, **changes),))
    return replace(HEALTHY, stores={**HEALTHY.stores, "gateway": seen(gateway)})


def with_clocks(**changes: Any) -> Facts:
    assert STORE.clocks is not None
    return with_cases(clocks=replace(STORE.clocks, **changes))


def with_database(**changes: Any) -> Facts:
    return replace(HEALTHY, database=seen(replace(DATABASE, **changes)))


def with_server(**changes: Any) -> Facts:
    return with_database(server=seen(replace(SERVER, **changes)))


def with_attachments(**changes: Any) -> Facts:
    return replace(HEALTHY, attachments=seen(replace(ATTACHMENTS, **changes)))


def with_folder(**changes: Any) -> Facts:
    return replace(HEALTHY, folder=seen(replace(FOLDER, **changes)))


def with_node(*, missing: str | None = None, **changes: Any) -> Facts:
    return replace(HEALTHY, node=seen(Node(replace(NODE_SEEN, **changes), missing)))


def with_rules(**changes: Any) -> Facts:
    return replace(HEALTHY, configuration=seen(replace(CONFIGURATION, **changes)))


def with_mail(**changes: Any) -> Facts:
    return replace(HEALTHY, mail=seen(replace(MAIL, **changes)))


def with_process(**changes: Any) -> Facts:
    return replace(HEALTHY, processes=seen((PROCESS, replace(PROCESS, **changes))))


def with_door(**changes: Any) -> Facts:
    return replace(HEALTHY, door=seen(replace(DOOR, **changes)))


def with_key(**changes: Any) -> Facts:
    keys = (KEY, replace(KEY, id="other", **changes))
    return replace(HEALTHY, stores={**HEALTHY.stores, "gateway": seen(replace(GATEWAY, keys=keys))})


def with_people(*people: Person) -> Facts:
    gateway = replace(GATEWAY, people=people)
    return replace(HEALTHY, stores={**HEALTHY.stores, "gateway": seen(gateway)})
