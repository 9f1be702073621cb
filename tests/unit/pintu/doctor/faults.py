"""Every fault that a check finds, as facts that are otherwise well."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from broker.amqp.address import parse_address
from broker.amqp.topology import Difference, Kind
from broker.errors import BrokerUnavailable, LoginRefused, TrustRefused
from pintu.doctor.facts import (
    Allowed,
    Backup,
    Environment,
    Facts,
    Files,
    Oidc,
    PasswordFile,
    Policy,
    Variable,
)
from pintu.doctor.finding import Severity, absent, seen, unseen
from tests.unit.pintu.doctor.healthy import (
    ADDRESS,
    BROKER,
    CERTIFICATE,
    DAY,
    HEALTHY,
    HOST,
    MANAGEMENT,
    NOW,
    OUTSIDE,
    PEOPLE,
    with_attachments,
    with_broker,
    with_cases,
    with_clocks,
    with_database,
    with_door,
    with_folder,
    with_hook,
    with_key,
    with_mail,
    with_management,
    with_member,
    with_node,
    with_people,
    with_process,
    with_queue,
    with_rules,
    with_server,
    with_store,
)

DECEMBER, JANUARY = (datetime.fromisoformat(f"{day}T00Z") for day in ("2027-12-01", "2028-01-02"))
"""The calendar knows the cuti bersama of 2027, not of 2028."""
BROKEN, RISK = Severity.BROKEN, Severity.RISK
TWO = replace(HOST, host="two.example")
UNSAFE = replace(ADDRESS, tls=replace(ADDRESS.tls, verify=False)) if ADDRESS.tls else ADDRESS
PLAIN = parse_address("amqp://pintu:x@one.example/")
GUEST = parse_address("amqps://guest:guest@one.example/")


def environment(**changes: object) -> Facts:
    return replace(HEALTHY, environment=Environment((), (), **changes))  # type: ignore[arg-type]


def wrong(variable: Variable) -> Facts:
    return replace(HEALTHY, environment=Environment((variable,), ()))


def differs(kind: Kind, *, serious: bool) -> Facts:
    return with_broker(topology=seen((Difference(kind, "queue x", "is not", "do", serious),)))


ROUTER_WRITES = r"^(complaints\.(events|intake|parked)|amq\.default)$"


def as_part(user: str, allowed: Allowed) -> Facts:
    """With a user that is called as a part of the program."""
    return with_broker(
        address=replace(ADDRESS, user=user),
        management=replace(MANAGEMENT, allowed=seen(allowed)),
    )


def failing(failure: BrokerUnavailable) -> Facts:
    return with_broker(hosts=(HOST, replace(TWO, failure=failure)))


def ends(moment: datetime) -> Facts:
    return with_broker(certificates=seen((replace(CERTIFICATE, not_after=moment),)))


def on(moment: datetime) -> Facts:
    """All the same, at another moment."""
    facts = with_clocks(watermark=moment)
    certificates = seen((replace(CERTIFICATE, not_after=moment + 300 * DAY),))
    outside = replace(OUTSIDE, certificates=certificates.get())
    return replace(
        facts,
        now=moment,
        door=seen(replace(facts.door.get(), outside=outside)),
        backup=seen(Backup(moment)),
        broker=seen(replace(BROKER, certificates=certificates)),
        database=seen(replace(facts.database.get(), certificates=certificates)),
        configuration=seen(replace(facts.configuration.get(), learned_at=moment)),
    )


FAULTS = {
    "an endpoint of no agency": ("webhook-name", RISK, with_hook(name="agency.gone")),
    "an endpoint that is off": ("webhook-off", BROKEN, with_hook(state="off", why="410")),
    "an endpoint that is paused": ("webhook-off", RISK, with_hook(state="paused", since=NOW)),
    "an endpoint that takes nothing": (
        "webhook-late",
        RISK,
        with_hook(waiting=3, oldest=NOW - DAY),
    ),
    "a queue that two read": ("webhook-shared", RISK, with_queue("agency.dlh", 3, 2)),
    "no gateway": ("gateway-away", BROKEN, with_door(why="refused", outside=None)),
    "a page that fails": ("gateway-pages", BROKEN, with_door(pages={"/lapor": "answers 500"})),
    "a proxy that leads nowhere": (
        "gateway-outside",
        BROKEN,
        with_door(outside=replace(OUTSIDE, why="something else answers there (502)")),
    ),
    "doors without TLS": (
        "gateway-plain",
        RISK,
        with_door(outside=replace(OUTSIDE, url="http://lapor.example.go.id", certificates=())),
    ),
    "a gateway without a proxy": ("gateway-plain", RISK, with_door(here=False, outside=None)),
    "a site's certificate that ends": (
        "gateway-certificate",
        RISK,
        with_door(
            outside=replace(OUTSIDE, certificates=(replace(CERTIFICATE, not_after=NOW + 20 * DAY),))
        ),
    ),
    "a key in use that ends": ("key-ends", RISK, with_key(expires_at=NOW + 10 * DAY)),
    "a key in use that ended": ("key-ends", RISK, with_key(expires_at=NOW - DAY)),
    "a key of nobody": ("key-owner", RISK, with_key(of="agency.kelurahan-lama")),
    "nobody left at the desk": (
        "people-desk",
        BROKEN,
        with_people(
            replace(PEOPLE[0], disabled_at=NOW), replace(PEOPLE[1], roles=frozenset({"lead"}))
        ),
    ),
    "nobody who can sign in": ("people-desk", BROKEN, with_people(replace(PEOPLE[1], oidc=None))),
    "nobody who manages people": ("people-desk", RISK, with_people(PEOPLE[0])),
    "a person of an agency that is gone": (
        "people-agency",
        RISK,
        with_people(replace(PEOPLE[0], roles=frozenset({"desk", "agency:lama"})), PEOPLE[1]),
    ),
    "a provider that is away": (
        "people-oidc",
        BROKEN,
        replace(HEALTHY, oidc=seen(Oidc("https://sso.example", "no answer"))),
    ),
    "a misspelt variable": ("variable-unknown", BROKEN, wrong(Variable("PINTU_X", "no", True))),
    "a value that cannot be used": ("variable-unusable", BROKEN, wrong(Variable("PINTU_X", "no"))),
    "a password for all to read": (
        "password-file",
        RISK,
        replace(HEALTHY, environment=Environment((), (PasswordFile("X_FILE", Path("/f"), 0o644),))),
    ),
    "a fast clock on real cases": ("clock-speed", BROKEN, environment(speed=60.0)),
    "real time on a demonstration": ("clock-speed", BROKEN, with_clocks(began=NOW)),
    "a mail server that is away": ("mail-server", BROKEN, with_mail(problem="hung up")),
    "contacts and no mail server": ("mail-server", BROKEN, with_mail(server=None)),
    "contacts without an address": ("mail-contacts", RISK, with_mail(examples=("head dlh",))),
    "links that go unencrypted": ("mail-links", RISK, with_mail(gateway="http://a")),
    "an agency that hears nothing": ("agency-unreached", RISK, with_mail(drained=frozenset())),
    "an open state folder": ("state-rights", RISK, with_folder(mode=0o755)),
    "an open file": ("state-rights", RISK, with_folder(loose=(("cases.sqlite3", 0o644),))),
    "a folder of somebody else": ("state-owner", BROKEN, with_folder(writable=False)),
    "a file of somebody else": ("state-owner", RISK, with_folder(foreign=("cases.sqlite3",))),
    "a full disk": ("disk", BROKEN, with_folder(free=1 << 20)),
    "a disk that fills": ("disk", RISK, with_folder(free=1 << 29)),
    "no room for a copy": ("disk", RISK, with_folder(held=50 << 30)),
    "a node that is down": ("node", BROKEN, with_node(state="stopped")),
    "a node that never was": ("node", BROKEN, with_node(state="stopped", owner=None)),
    "a node that failed": ("node", BROKEN, with_node(state="stopped", failed="")),
    "a node without its starter": ("node", BROKEN, with_node(owner=None)),
    "a node that is not ready": ("node", BROKEN, with_node(state="starting")),
    "no RabbitMQ": ("node", BROKEN, with_node(missing="is not installed.\nDo\n - a")),
    "one host away": ("amqp-host", RISK, failing(BrokerUnavailable("amqp://x: refused"))),
    "every host away": (
        "amqp-host",
        BROKEN,
        with_broker(hosts=(replace(HOST, failure=BrokerUnavailable("refused")),)),
    ),
    "a wrong password": ("amqp-login", BROKEN, failing(LoginRefused("x"))),
    "an unknown authority": ("amqp-tls", BROKEN, failing(TrustRefused("x"))),
    "no TLS": ("amqp-plain", RISK, with_broker(address=PLAIN)),
    "TLS that verifies nothing": ("amqp-plain", RISK, with_broker(address=UNSAFE)),
    "a certificate that ends": ("amqp-certificate", RISK, ends(NOW + 29 * DAY)),
    "a certificate that ended": ("amqp-certificate", BROKEN, ends(NOW - DAY)),
    "a certificate of tomorrow": (
        "amqp-certificate",
        BROKEN,
        with_broker(certificates=seen((replace(CERTIFICATE, not_before=NOW + DAY),))),
    ),
    "two clusters in one URL": (
        "amqp-cluster",
        BROKEN,
        with_broker(hosts=(HOST, replace(TWO, cluster="kota"))),
    ),
    "two versions": ("amqp-cluster", RISK, with_broker(hosts=(HOST, replace(TWO, version=(4, 1))))),
    "guest": ("user-guest", RISK, with_broker(address=GUEST)),
    "an administrator": ("user-tag", RISK, with_management(tags=seen(("administrator",)))),
    "no permissions": ("user-permissions", BROKEN, with_management(allowed=seen(None))),
    "no writing to the default exchange": (
        "user-permissions",
        BROKEN,
        with_management(allowed=seen(Allowed(".*", "^(complaints|cases|router|parked)", ".*"))),
    ),
    "no reading": (
        "user-permissions",
        BROKEN,
        with_management(allowed=seen(Allowed(".*", ".*", "^cases$"))),
    ),
    "a router that may read the cases": (
        "user-permissions",
        RISK,
        as_part("router", Allowed("^$", ROUTER_WRITES, "^(router.intake|cases)$")),
    ),
    "a router that may declare": (
        "user-permissions",
        RISK,
        as_part("router", Allowed(".*", ROUTER_WRITES, "^router.intake$")),
    ),
    "a topic permission": (
        "user-permissions",
        BROKEN,
        with_management(allowed=seen(Allowed(".*", ".*", ".*", {"complaints.events": "^routed"}))),
    ),
    "publishes that are not taken": ("publishing", BROKEN, with_broker(publishing=seen("alarm"))),
    "an old RabbitMQ": (
        "broker-version",
        BROKEN,
        with_broker(hosts=(replace(HOST, version=(3, 9, 1)),)),
    ),
    "a RabbitMQ of the future": (
        "broker-version",
        RISK,
        with_broker(hosts=(replace(HOST, version=(5, 0)),)),
    ),
    "flags that are off": ("feature-flags", RISK, with_management(flags_off=seen(("x",)))),
    "a memory alarm": ("alarm", BROKEN, with_member(alarms=("memory",))),
    "half of the nodes down": ("cluster-member", BROKEN, with_member(running=False)),
    "a parted node": ("cluster-member", BROKEN, with_member(partitions=("rabbit@two",))),
    "a broker's disk that fills": ("broker-disk", RISK, with_member(free=60_000_000)),
    "a management API that is not there": (
        "management",
        RISK,
        with_management(reached=unseen("no answer")),
    ),
    "a queue that is gone": ("topology", BROKEN, differs(Kind.MISSING, serious=True)),
    "a queue too many": ("topology", RISK, differs(Kind.EXTRA, serious=False)),
    "a policy": ("policy", RISK, with_management(policies=seen((Policy("p", "x", ("cases",)),)))),
    "nobody routes": ("reader", BROKEN, with_queue("router.intake", 7, 0)),
    "nobody keeps the cases": ("reader", BROKEN, with_queue("cases", 0, 0)),
    "a router that is behind": ("backlog", RISK, with_queue("router.intake", 10_000, 1)),
    "an agency that does not read": ("backlog", RISK, with_queue("agency.dlh", 100_000, 0)),
    "parked messages": ("parked", RISK, with_queue("parked", 100, 0)),
    "a store that is away": ("store-away", BROKEN, with_store(unseen("refused"))),
    "a store that is locked": ("store-locked", BROKEN, with_cases(problem="locked")),
    "a damaged file": (
        "store-damaged",
        BROKEN,
        replace(HEALTHY, files=seen(Files(("journal", "cases"), {"cases": "page 7"}))),
    ),
    "cases without a journal": (
        "store-pair",
        RISK,
        replace(HEALTHY, files=seen(Files(("cases",), {}))),
    ),
    "older tables": ("migration-behind", RISK, with_cases(migration="cases_0005")),
    "newer tables": ("migration-ahead", BROKEN, with_cases(migration="cases_0099")),
    "a file that is too large": (
        "store-size",
        RISK,
        replace(with_cases(size=20_000_000_000), database=absent()),
    ),
    "a desk that is late": ("triage", RISK, with_cases(overdue=((None, "verification", 3),))),
    "an old backup": ("backup", RISK, replace(HEALTHY, backup=seen(Backup(NOW - 3 * DAY)))),
    "no backup": ("backup", RISK, replace(HEALTHY, backup=seen(Backup(None)))),
    "an old PostgreSQL": ("database-version", BROKEN, with_server(version=12)),
    "another encoding": ("database-encoding", BROKEN, with_server(encoding="LATIN1")),
    "no fsync": ("database-unsafe", BROKEN, with_server(unsafe=("fsync",))),
    "a standby": ("database-read-only", BROKEN, with_server(read_only=True)),
    "no connection left": ("database-connections", RISK, with_server(connections=95)),
    "a database in the clear": ("database-plain", RISK, with_server(encrypted=False)),
    "a database that nobody verifies": ("database-plain", RISK, with_database(sslmode="require")),
    "a database's certificate": (
        "database-certificate",
        RISK,
        with_database(certificates=seen((replace(CERTIFICATE, not_after=NOW + DAY),))),
    ),
    "clocks that differ": ("clock", BROKEN, replace(HEALTHY, clock=seen("differs"))),
    "a case consumer that is behind": ("watermark", BROKEN, with_clocks(watermark=NOW - DAY / 24)),
    "rules with an error": ("rules", BROKEN, with_rules(errors=("no",), version=None)),
    "a wrong zone": ("zone", BROKEN, with_rules(zone="Asia/Makassar")),
    "UTC": ("zone", BROKEN, with_rules(zone="UTC")),
    "no cuti bersama of this year": (
        "holidays",
        RISK,
        on(JANUARY),
    ),
    "none of the next in December": (
        "holidays",
        RISK,
        on(DECEMBER),
    ),
    "an old model": ("model", RISK, with_rules(learned_at=NOW - 401 * DAY)),
    "a folder that takes no files": ("attachments-folder", BROKEN, with_attachments(wrong="full")),
    "a scanner that is away": ("attachments-scanner", BROKEN, with_attachments(silent="refused")),
    "links that nobody reaches": ("attachments-links", RISK, with_attachments(hidden="0.0.0.0:80")),
    "a process that is not ready": ("process-ready", BROKEN, with_process(wanting={"store": "x"})),
    "refused rules": ("process-refused", BROKEN, with_process(refused=True)),
    "other rules": ("process-rules", RISK, with_process(rules="2025.9")),
    "another version": ("process-version", RISK, with_process(version="0.9")),
}
"""By what is wrong: the check that finds it, how bad that is, and facts that are otherwise well."""
