"""An outage is one line of the log when it begins, and one when it ends, with its length."""

from pathlib import Path
from typing import Any

from tests.acceptance.outside import Outside
from tests.acceptance.program import TOWN, Program, pintu
from tests.support.eventually import eventually
from tests.support.nodes import OwnRabbit
from tests.support.postgres import OwnPostgres
from tests.support.rabbitmqctl import memory_alarm


def told(program: Program, since: int) -> list[dict[str, Any]]:
    """What it said since then, of everything but its work."""
    work = ("complaint.", "case.", "consumer.started", "escalations.fired")
    return [line for line in program.log()[since:] if not line["event"].startswith(work)]


def lines_of(program: Program, *events: str) -> list[dict[str, Any]]:
    """Those of these events, as soon as there is one of each."""
    found = [line for line in program.log() if line["event"] in events]
    return found if {line["event"] for line in found} == set(events) else []


def ready(program: Program) -> bool:
    return program.get("/readyz")[0] == 200


def stays_away(program: Program, word: str) -> None:
    """Until every part has met it, and tried again a few times."""

    def met() -> bool:
        return program.get("/readyz")[1].count(word) >= 3

    eventually(met, saying=f"not every part says {word}")
    page = program.metric("pintu_condition_since_seconds", part="cases", condition=word)
    eventually(
        lambda: (
            program.metric("pintu_condition_since_seconds", part="cases", condition=word) > page + 8
        )
    )


def test_each_outage_of_everything_that_can_be_away_is_two_lines(
    own_rabbitmq: OwnRabbit, own_postgres: OwnPostgres, tmp_path: Path
) -> None:
    database = own_postgres.database("pintu")
    program = Program("all", own_rabbitmq.url, tmp_path / "state", DATABASE_URL=database)
    try:
        before = len(program.log())
        own_rabbitmq.stop()
        stays_away(program, "connected")
        own_rabbitmq.start()
        eventually(lambda: ready(program) and len(told(program, before)) > 1)
        begins, ends = told(program, before)
        assert begins["event"] == "broker.unavailable" and begins["level"] == "warning"
        assert ends["event"] == "broker.available" and ends["level"] == "info"
        assert ends["seconds"] > 8 and ends["tries"] > 3

        before = len(program.log())
        own_postgres.shut()
        stays_away(program, "store")
        own_postgres.start()
        eventually(lambda: ready(program) and len(told(program, before)) > 1)
        begins, ends = told(program, before)
        assert begins["event"] == "store.unavailable" and begins["level"] == "warning"
        assert ends["event"] == "store.available" and ends["level"] == "info"
        assert ends["seconds"] > 8

        before = len(program.log())
        with memory_alarm(own_rabbitmq.node):
            eventually(lambda: told(program, before))
            stays_away(program, "publishing")
        eventually(lambda: ready(program) and len(told(program, before)) > 1)
        begins, ends = told(program, before)
        assert begins["event"] == "broker.blocked" and "memory" in begins["why"]
        assert ends["event"] == "broker.unblocked" and ends["seconds"] > 8

        outside = Outside(own_rabbitmq.url)
        outside.publish("web", b"sampah menumpuk", message_id="after")
        outside.wait_for("agency.dlh", 1)
        outside.close()
        named = eventually(lambda: lines_of(program, "complaint.routed", "case.changed"))
        settings = {"DATABASE_URL": database, "CONFIG_DIR": str(TOWN)}
        cases = {
            pintu("case", "show", "--event", line["event_id"], "--json", settings=settings).stdout
            for line in named
        }
        [case] = cases
        assert "sampah" in case.decode()
    finally:
        program.stop()
