"""A small office that lives: people write, the rules in force decide, persons put it right."""

import json
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from broker.domain.case import Entry, asks_history, judged, to_record
from broker.domain.routing.rules import Rules
from broker.store.cases import open_case_store
from config.loading import load_rules
from gateway.desk.services.finding import Found, new_services
from pintu.rules.evaluating.collecting import Collector
from pintu.rules.renewing.joining import joined
from pintu.rules.renewing.records import Record
from pintu.rules.renewing.regime import learn_anew
from tests.contract.keeping import save
from tests.unit.broker.domain.case.story import CLOCKS, Story

YEAR = 2026
MATTERS = {
    "dpupr": "jalan berlubang aspal ambles retak jembatan amblas lubang becek trotoar gorong",
    "dishub": "angkot halte rambu marka parkir trayek sopir terminal palang jukir",
    "dlh": "sampah menumpuk bau bak tong angkut limbah asap pohon tumbang",
    "dindik": "sekolah guru murid seragam ijazah kelas zonasi pungutan buku rapor",
}
"""Whom a matter is for, and words that people use for it; of most the rules know none."""
RARE = {"damkar": 0.8}
"""Of what others have."""
_FILLER = "mohon pak bu depan rumah kami sudah lama tolong segera dari kemarin ini yang ada sini"
FILLER = _FILLER.split()


class Step(NamedTuple):
    """Of a history, what tells whether the router was right."""

    what: str
    agency_from: str | None
    agency_to: str | None
    supporting: str | None = None
    handover: bool = False

    @classmethod
    def of(cls, entry: Entry) -> "Step":
        return cls(str(entry.what), entry.agency_from, entry.agency_to)


@dataclass
class Office:
    """``folder``: the configuration in force; ``state``: where its case store lies."""

    folder: Path
    state: Path
    matters: dict[str, str] = field(default_factory=lambda: dict(MATTERS))
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    stories: list[tuple[int, Story]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"sqlite:///{self.state}/cases.sqlite3"

    @property
    def rules(self) -> Rules:
        return load_rules(self.folder)

    async def month(self, month: int, complaints: int, wrong: str | None = None) -> None:
        """A month of complaints into the store, each answered; those who put things right name the
        agency of the matter, or `wrong` for two out of three."""
        rules = self.rules
        start = datetime(YEAR, month, 1, 1, tzinfo=UTC)
        lived = []
        for number in range(complaints):
            agency, text = self._complaint()
            story = Story(now=start + timedelta(days=27) * number / complaints, rules=rules)
            story.begins(text, id=f"{month}-{number}")
            said_for = wrong if wrong and self.chance.random() < 2 / 3 else agency
            self._put_right(story, said_for)
            self.stories.append((month, story))
            lived.append(story)
        await self._keep(lived)

    async def corrected(self, month: int, wrong: str) -> None:
        """The desk looks through a month again, and gives each case to who is answerable."""
        again = []
        for of, story in self.stories:
            if of == month and story.it.agency == wrong:
                assert story.it.complaint is not None
                right = self._answerable(story.it.complaint["text"])
                if right != wrong:
                    self._put_right(story, right)
                    again.append(story)
        await self._keep(again)

    async def learns(self, month: int, **more: Any) -> Record:
        """On the first morning of `month`, from the store alone."""
        now = self.morning(month)
        store = await open_case_store(self.url)
        try:
            rules = self.rules
            history = await joined(Collector(store, rules, CLOCKS.calendar).rows())
        finally:
            await store.close()
        return learn_anew(history, self.folder, now=now, on=now.date(), **more)

    async def services(self, month: int) -> Found:
        """What the desk is shown as new on the first morning of `month`."""
        store = await open_case_store(self.url)
        try:
            return await new_services(store, self.rules, CLOCKS.calendar, self.morning(month))
        finally:
            await store.close()

    def by_itself(self, month: int) -> Mapping[str, int]:
        """How the router's decisions of a month are judged."""
        found: Counter[str] = Counter()
        for of, story in self.stories:
            if of == month:
                record = json.loads(json.dumps(to_record(story.it), default=str))
                steps = [Step.of(entry) for entry in story.history]
                found.update(judged(record, steps if asks_history(record) else None))
        return found

    @staticmethod
    def morning(month: int) -> datetime:
        """Of the first day of a month; 13 is the January after."""
        return datetime(YEAR + (month - 1) // 12, (month - 1) % 12 + 1, 1, 2, tzinfo=UTC)

    def _complaint(self) -> tuple[str, str]:
        """Most name the matter in several words, some in one only, beside words of another."""
        [agency] = self.chance.choices(list(self.matters), [RARE.get(a, 1) for a in self.matters])
        other = self.chance.choice(sorted(MATTERS))
        own = self.chance.choice((1, 2, 3, 3, 4))
        words = self.chance.sample(self.matters[agency].split(), own)
        words += self.chance.sample(MATTERS[other].split(), self.chance.choice((0, 1, 1)))
        words += self.chance.sample(FILLER, 5)
        self.chance.shuffle(words)
        return agency, " ".join(words)

    def _answerable(self, text: str) -> str:
        said = set(text.split())
        return max(self.matters, key=lambda agency: len(said & set(self.matters[agency].split())))

    def _put_right(self, story: Story, agency: str) -> None:
        if story.it.agency != agency:
            story.says("desk.sari.assigned", agency=agency)
        if story.it.response is None or story.it.response.open:
            story.says(f"agency.{agency}.responded", note="Terima kasih, kami tindak lanjuti.")

    async def _keep(self, stories: list[Story]) -> None:
        store = await open_case_store(self.url)
        try:
            await save(store, *(story.it for story in stories))
        finally:
            await store.close()


def ended(folder: Path, agency: str, successor: str, on: datetime) -> None:
    """The agency ends on that day, and another takes its work over, as a person writes it down."""
    file = folder / "agencies.toml"
    text = file.read_text("utf-8")
    line = f'code = "{agency}"\n'
    assert line in text
    more = f'{line}valid_until = {(on - timedelta(days=1)).date()}\nsuccessor = "{successor}"\n'
    file.write_text(text.replace(line, more), "utf-8")


def renamed(office: Office, gone: str, to: str) -> None:
    """From now on people's matters of `gone` are for `to`."""
    words = office.matters.pop(gone)
    office.matters[to] = f"{office.matters[to]} {words}"
