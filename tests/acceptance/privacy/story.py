"""Complaints full of marks, sent by every path that there is through the whole program."""

import json
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.acceptance.cases.case_town import Town
from tests.acceptance.cases.desk import Desk
from tests.acceptance.gateway.http import door_of
from tests.acceptance.outside import Outside
from tests.acceptance.privacy import at_the_doors, faulty
from tests.acceptance.privacy.marks import WAYS, Marked
from tests.acceptance.program import Program
from tests.support.eventually import eventually
from tests.support.otlp import Receiver

CLOUD_EVENT = "application/cloudevents+json"
PEOPLE = [
    *(Marked(way, nth) for way in WAYS for nth in ("routed", "triaged", "unusable", "failed")),
    *at_the_doors.PEOPLE,
]


class Loud(Program):
    """At DEBUG, and faulty: see `faulty`."""

    def command(self, name: str) -> list[str]:
        return [sys.executable, "-m", faulty.__name__, "run", name]


@dataclass
class Found:
    """``texts``: what was seen, by the kind and name of its place."""

    texts: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, kind: str, name: str, text: str) -> None:
        self.texts.setdefault((kind, name), []).append(text)


class Story:
    """Everything that may happen to a complaint, for one way of complaining after the other."""

    def __init__(
        self, url: str, folder: Path, settings: dict[str, str], receiver: Receiver
    ) -> None:
        self.folder = folder
        self.receiver = receiver
        self.found = Found()
        self.temporary = folder / "tmp"
        self.temporary.mkdir(parents=True)
        self.state = folder / "state"
        self.program = Loud("all", url, self.state, **settings)
        self.outside = Outside(url)
        self.town = Town(self.outside, {"all": self.program})
        desk = {"AMQP_URL": url, "STATE_DIR": str(self.state)} | settings
        self.desk = Desk(desk)

    def happens(self) -> None:
        self._are_routed_and_moved([Marked(way, "routed") for way in WAYS])
        door = door_of(self.program)
        at_the_doors.AtTheDoors(door, partial(self.found.add, "output")).happens()
        self._are_triaged([Marked(way, "triaged") for way in WAYS])
        self._cannot_be_used([Marked(way, "unusable") for way in WAYS])
        self._make_the_program_fail([Marked(way, "failed") for way in WAYS])
        self._commands()
        self.outside.pass_through()
        self._look()

    def close(self) -> None:
        self.outside.close()
        self.program.kill()

    # --- what happens ------------------------------------------------------------------------

    def _submits(self, who: Marked, text: str) -> str:
        id = who.word("sender")
        event = {
            "specversion": "1.0",
            "id": id,
            "source": "/channels/web",
            "type": "complaint.submitted.v1",
            "data": who.data(text),
        }
        self.outside.publish("web", json.dumps(event).encode(), content_type=CLOUD_EVENT)
        return str(uuid5(NAMESPACE_URL, f"/channels/web#{id}"))

    def _are_routed_and_moved(self, people: list[Marked]) -> None:
        theirs = {who: self._submits(who, "sampah menumpuk") for who in people}
        self._all_hear(theirs, "routed.dlh.web")
        self._wait_aside(people)
        for who, complaint in theirs.items():
            self.town.says(complaint, "agency.dlh.held", note=f"{who.word('words')}?")
        self._all_hear(theirs, "held.dlh.web")
        for who, complaint in theirs.items():
            more: dict[str, Any] = {"note": who.said(), "attachments": _attached(who)}
            self.town.says(complaint, "channel.web.replied", **more)
        self._all_hear(theirs, "replied.dlh.web")
        for who, complaint in theirs.items():
            self.town.says(complaint, "channel.sms.replied", note=who.said())  # not its case
            key = f"desk.{who.word('staff')}.assigned"
            self.town.says(complaint, key, agency="tidak-ada")
            self.town.says(complaint, "agency.pln.resolved", note=who.said())  # nor its
            reason = who.word("words")
            self.town.says(complaint, "agency.dlh.returned", reason=reason, suggest="dpupr")
        self._all_hear(theirs, "moved.dlh.web")
        for who, complaint in theirs.items():
            key = f"desk.{who.word('staff')}.assigned"
            self.town.says(complaint, key, agency="dishub", internal_note=who.word("words"))
        self._all_hear(theirs, "routed.dishub.web")
        for verb in ("acknowledged", "resolved"):
            for who, complaint in theirs.items():
                self.town.says(complaint, f"agency.dishub.{verb}", note=who.word("words"))
        self._all_hear(theirs, "resolved.dishub.web")

    def _all_hear(self, theirs: Mapping[Marked, str], key: str) -> None:
        for complaint in theirs.values():
            self.town.hears(complaint, key)

    def _are_triaged(self, people: list[Marked]) -> None:
        theirs = {who: self._submits(who, "tolong kami") for who in people}
        self._all_hear(theirs, "triaged.triage.web")
        for who, complaint in theirs.items():
            self.town.says(complaint, f"desk.{who.word('staff')}.held", note=who.word("words"))
        self._all_hear(theirs, "held.triage.web")
        for who, complaint in theirs.items():
            self.town.says(complaint, "channel.web.replied", note=who.said())
        self._all_hear(theirs, "replied.triage.web")
        self.found.add("output", "pintu triage list --json", self._prints("triage list --json"))
        for who, complaint in theirs.items():
            shown = self._prints(f"case show {complaint} --json")
            self.found.add("output", "pintu case show --json", shown)
            key = f"desk.{who.word('staff')}.dismissed"
            self.town.says(complaint, key, reason=who.word("words"), code="other")
        self._all_hear(theirs, "closed.triage.web")

    def _wait_aside(self, people: list[Marked]) -> None:
        """Updates that come before their case does."""
        for who in people:
            unknown = str(uuid5(NAMESPACE_URL, who.nth + who.way))
            more: dict[str, Any] = {"note": who.said(), "attachments": _attached(who)}
            self.town.says(unknown, "channel.web.replied", **more)
            self.town.says(unknown, f"desk.{who.word('staff')}.held", note="?")

        def all_of_them() -> bool:
            rows = dict(self._rows())["case_aside"]
            return all(who.word(of) in rows for who in people for of in ("files", "staff"))

        eventually(all_of_them, saying="an update that is early is deferred")
        self._tables()

    def _cannot_be_used(self, people: list[Marked]) -> None:
        self.outside.drain("parked")
        for who in people:
            broken = json.dumps({"id": who.word("sender"), "data": who.data("sampah")})[:-1]
            self.outside.publish("web", broken.encode(), content_type=CLOUD_EVENT)
        self.outside.wait_for("parked", len(people))
        assert f"{len(people)} sent back" in self._prints("parked replay --all")
        self.outside.wait_for("parked", len(people))

    def _make_the_program_fail(self, people: list[Marked]) -> None:
        before = self.outside.depth("parked")
        for who in people:
            self._submits(who, f"sampah {faulty.ROUTER}")
            other = Marked(who.way, "routed")
            complaint = str(uuid5(NAMESPACE_URL, f"/channels/web#{other.word('sender')}"))
            note = f"{faulty.CASES} {who.said()}"
            self.town.says(complaint, "channel.web.replied", note=note)
        self.outside.wait_for("parked", before + 2 * len(people))

    def _prints(self, words: str) -> str:
        return self.desk.prints(*words.split())

    def _commands(self) -> None:
        recap, history = self.folder / "recap.csv", self.folder / "history.csv"
        backup = self.folder / "backup"
        self._prints("case resend --agency dishub --since 1h --yes")
        self.found.add("output", "pintu parked list", self._prints("parked list --json"))
        self._prints(f"case export --since 1d {recap}")
        self._prints(f"rules history --out {history}")
        self._prints(f"store backup {backup}")
        self.found.add("output", "pintu case export", recap.read_text("utf-8"))
        self.found.add("output", "pintu rules history", history.read_text("utf-8"))
        told = self._prints("rules new-services --json")
        self.found.add("output", "pintu rules new-services", told)
        for words in ("audit tail --no-follow -n 1000", "audit search --since 1h"):
            self.found.add("output", f"pintu {' '.join(words.split()[:2])}", self._prints(words))
        for file in backup.rglob("*"):
            if file.name == "backup.json":
                self.found.add("file", "backup.json of a backup", file.read_text("utf-8"))
            elif file.is_file():
                self.found.add("file", "pintu store backup", file.read_bytes().decode("latin-1"))
        self._errors()

    def _errors(self) -> None:
        """Commands that fail on files and cases full of marks."""
        broken = self.folder / "broken.csv"
        rows = "\n".join(f"{who.said()},x,y" for who in PEOPLE)
        broken.write_text(f"text,anonymous\n{rows}\n", "utf-8")
        lines = self.folder / "broken.jsonl"
        lines.write_text("".join(json.dumps(who.data("x"))[:-2] + "\n" for who in PEOPLE), "utf-8")
        bare = self.folder / "headerless.csv"
        bare.write_text("".join(f"{who.said()},{who.who.name}\n" for who in PEOPLE), "utf-8")
        for words in (
            f"publish {bare} --channel web",
            f"route --file {bare} --out {self.folder / 'out.csv'}",
            f"publish {broken} --channel web",
            f"publish {lines} --channel web",
            f"rules evaluate {broken}",
            f"rules evaluate {lines}",
            "case show tidak-ada",
            "parked show tidak-ada",
            "audit search tidak-ada",
        ):
            done = self.desk.does(*words.split())
            assert done.returncode, words
            assert b"no such setting" not in done.stderr
            self.found.add("output", "error messages of commands", done.stderr.decode())

    # --- what is seen --------------------------------------------------------------------------

    def _look(self) -> None:
        for page in ("/metrics", "/readyz", "/livez"):
            text = self.program.get(page)[1]
            self.found.add("output", "/metrics, /readyz, /livez", text)
        command = Path(f"/proc/{self.program.process.pid}/cmdline").read_text()
        self.found.add("output", "command lines of `pintu run`", command)
        self.found.add("output", "log", self.program.log_path.read_text("utf-8"))
        for file in self.temporary.rglob("*"):
            self.found.add("output", "temporary files", f"{file} {file.read_bytes()!r}")
        for span in self.receiver.spans:
            self.found.add("output", "traces", repr(span))
        for silent in (("output", "temporary files"), ("queue", "escalations")):
            self.found.texts.setdefault(silent, [])
        self._tables()
        last = self.outside.pass_through()
        self.outside.drain_all()
        for message in (*self.outside.seen, *self.outside.stream(last)):
            kind = "stream" if message.queue == "audit" else "queue"
            name = message.queue.replace("agency.", "agency.<code> ").split(" ")[0]
            name = "channel.<channel>" if name.startswith("channel.") else name
            text = f"{message.key} {vars(message.properties)} {message.body.decode('utf-8')}"
            self.found.add(kind, name, text)

    def _tables(self) -> None:
        for name, text in self._rows():
            self.found.add("table", name, text)

    def _rows(self) -> Iterator[tuple[str, str]]:
        for store in ("journal", "cases", "gateway"):
            path = self.state / f"{store}.sqlite3"
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
                names = connection.execute(
                    "SELECT name FROM sqlite_schema"
                    " WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
                )
                for (name,) in names.fetchall():
                    rows = connection.execute(f'SELECT * FROM "{name}"').fetchall()
                    yield name, "\n".join(_text(row) for row in rows)


def _attached(who: Marked) -> list[dict[str, str]]:
    return [{"url": f"https://files.example/{who.word('files')}.pdf"}]


def _text(row: tuple[object, ...]) -> str:
    return " ".join(
        value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        for value in row
    )
