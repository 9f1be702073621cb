"""All parts in one process; and a second case consumer that stands by."""

from pathlib import Path

from tests.acceptance.cases.case_town import Town
from tests.acceptance.outside import Outside
from tests.acceptance.program import Program
from tests.support.eventually import eventually


def test_run_all_is_the_whole_system_in_one_process(amqp_url: str, tmp_path: Path) -> None:
    program = Program("all", amqp_url, tmp_path)
    try:
        town = Town(Outside(amqp_url), {"all": program})
        complaint = town.submits("sampah menumpuk")
        town.hears(complaint, "opened.dlh.web", "channel.web")
        town.says(complaint, "agency.dlh.resolved", note="sudah")
        town.hears(complaint, "resolved.dlh.web", "channel.web")
        page = program.get("/metrics")[1]
        for name in (
            "pintu_complaints_routed_total",
            "pintu_updates_total",
            "pintu_escalations_total",
            "pintu_cases_overdue",
        ):
            assert f"# TYPE {name}" in page
        assert town.metric("all", "pintu_broker_connected") == 1
        town.outside.close()
        program.stop()
    finally:
        program.kill()


def test_a_second_case_consumer_stands_by_and_takes_over(amqp_url: str, tmp_path: Path) -> None:
    programs = [Program("router", amqp_url, tmp_path), Program("cases", amqp_url, tmp_path)]
    try:
        town = Town(Outside(amqp_url), {})
        complaint = town.submits("jalan rusak")
        town.hears(complaint, "opened.dpupr.web")
        standby = Program("cases", amqp_url, tmp_path)
        programs.append(standby)
        programs[1].process.kill()
        town.says(complaint, "agency.dpupr.acknowledged")
        town.hears(complaint, "acknowledged.dpupr.web", "channel.web")
        accepted = {"verb": "acknowledged", "outcome": "accepted"}
        # What is published is counted a moment later, when it is recorded.
        eventually(lambda: standby.metric("pintu_updates_total", **accepted) == 1)
        # What was in hand at the kill comes again and is nothing new.
        keys = [message.key for message in town.about(complaint, "channel.web")]
        assert keys == ["opened.dpupr.web", "acknowledged.dpupr.web"]
        town.outside.close()
    finally:
        for program in programs:
            program.kill()
