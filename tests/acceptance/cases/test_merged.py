"""Fifty reports of one thing, answered once by the real program, which dies in the middle."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from broker.domain.case import Case, Entry, Said
from broker.store.cases import open_case_store
from tests.acceptance.cases.case_town import Town
from tests.acceptance.cases.desk import Desk
from tests.acceptance.outside import Message, Outside
from tests.acceptance.program import TOWN, Program
from tests.support.eventually import eventually

MANY: Final = 50
NAME: Final = "Siti Rahmawati"
ANSWER: Final = f"Yth. Ibu {NAME}, lubang di depan rumah Bu Siti sudah ditambal."
MARKS: Final = (b"Siti", b"Rahmawati", b"Rahmawati".upper(), b"0812-3456-7890")

Kept = tuple[Case, list[Entry], list[Said]]


def test_one_answer_reaches_all_and_names_nobody_though_the_program_dies_in_the_middle(
    amqp_url: str, tmp_path: Path
) -> None:
    programs = [Program(part, amqp_url, tmp_path) for part in ("router", "cases")]
    try:
        town = Town(Outside(amqp_url), {"cases": programs[1]})
        lead = submits(town)
        others = [town.submits(f"jalan rusak {number}") for number in range(MANY)]
        hear(town, "opened.dpupr.web", (lead, *others))
        desk = Desk({"AMQP_URL": amqp_url, "STATE_DIR": str(tmp_path), "CONFIG_DIR": str(TOWN)})
        assert desk.does("case", "merge", others[0], "--into", lead, "--as", "sri").returncode == 0
        for one in others[1:]:
            town.says(one, "desk.sri.merged", into=lead)
        hear(town, "merged.dpupr.-", others)
        town.says(lead, "agency.dpupr.resolved", note=ANSWER)
        eventually(lambda: town.about(lead, "channel.web")[-1].key.startswith("resolved"))
        programs[1].process.kill()
        programs.append(Program("cases", amqp_url, tmp_path))
        hear(town, "resolved.dpupr.web", (lead, *others))
        bodies = [message.body for message in town.outside.seen]
        for one, (case, history, said) in zip(others, kept(tmp_path, others), strict=True):
            assert (case.state, case.merged_into is None) == ("resolved", False)
            assert Counter(line.what for line in history)["resolved"] == 1
            assert [what.note for what in said if what.verb == "resolved"] == [
                "Yth. Ibu [nama] [nama], lubang di depan rumah Bu [nama] sudah ditambal."
            ]
            told = [m for m in town.outside.seen if m.key == "resolved.dpupr.web" and about(one, m)]
            assert len({m.event["id"] for m in told}) == 1
            own = [body for body in bodies if one.encode() in body]
            assert own and not any(mark in body for body in own for mark in MARKS), one
        assert NAME in str(town.hears(lead, "resolved.dpupr.web", "channel.web").data["note"])
        # Who is not content goes on alone.
        town.says(others[1], "channel.web.replied", note="Belum selesai.")
        apart = town.hears(others[1], "separated.-.web", "channel.web")
        assert apart.data["why"] == "reopened"
        assert desk.does("case", "separate", others[2]).returncode == 0
        town.outside.close()
    finally:
        for program in programs:
            program.kill()


def about(complaint: str, message: Message) -> bool:
    return complaint.encode() in message.body


def hear(town: Town, key: str, complaints: Sequence[str]) -> None:
    """Wait for an event of each under that key."""

    def all_heard() -> bool:
        town.outside.drain_all()
        heard = {m.data["complaint_id"] for m in town.outside.seen if m.key == key}
        return heard >= set(complaints)

    eventually(all_heard, saying=f"{key} of {len(complaints)} complaints")


def submits(town: Town) -> str:
    """The report that leads, of somebody with a name."""
    id = uuid4().hex
    complaint = {
        "text": "jalan rusak",
        "reporter": {"name": NAME, "phone": "0812-3456-7890"},
    }
    town.outside.publish(
        "web", json.dumps(complaint).encode(), message_id=id, content_type="application/json"
    )
    return str(uuid5(NAMESPACE_URL, f"/channels/web#{id}"))


def kept(folder: Path, complaints: list[str]) -> list[Kept]:
    """What the store has of each: the case, its history, what was said in it."""

    async def read() -> list[Kept]:
        store = await open_case_store(f"sqlite:///{folder}/cases.sqlite3")
        try:
            found = []
            for one in map(UUID, complaints):
                case = await store.find(one)
                assert case is not None
                found.append((case, await store.history(one), await store.conversation(one)))
            return found
        finally:
            await store.close()

    return asyncio.run(read())
