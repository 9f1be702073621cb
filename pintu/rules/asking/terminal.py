"""The questionnaire at a terminal: one question after the other, each answer kept at once.

Who stops in between goes on where it stopped: what was answered so far lies in a hidden file of
the folder.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from broker.domain.routing.directory import AgencyDirectory
from config.files import replaced
from config.language import gettext, worded
from config.loading.answers import SAME, agency_meant, not_understood
from config.loading.problems import Findings, Problem
from config.loading.questions import QUESTIONS, Question
from pintu.rules.asking.folder import is_configuration, known_agencies
from pintu.rules.asking.places import places_of
from pintu.rules.asking.region import Region
from pintu.rules.asking.requests import Request, read_request
from pintu.rules.asking.sheet import choices_of, draft, names_of, shown, usual
from pintu.rules.typed import no_text

DRAFT: Final = ".answers.toml"
"""Answers so far; hidden, so that it is no file of the configuration."""
Ask = Callable[[str, str], str]
"""A prompt and what Enter means → what was said. Raises EOFError where nobody is there."""


@dataclass(slots=True)
class Talk:
    """``ask`` and ``say``: the terminal."""

    folder: Path
    ask: Ask
    say: Callable[[str], None]

    def answers(self, given: Request, recorded: Mapping[str, str]) -> Request:
        """All that is to be known. ``given``: what the command's options said already;
        ``recorded``: what the folder says now, which Enter keeps."""
        given = self._resumed(given)
        if not is_configuration(self.folder) and given.region is None:
            given = self._keep(replace(given, region=self._region()))
        if not is_configuration(self.folder) and given.places is None:
            given = self._keep(replace(given, places=self._places(given.region)))
        known = self._agencies(given)
        who = dict(given.who)
        left = [question for question in QUESTIONS if question.id not in who]
        self.say(
            gettext(
                "Enter takes what stands in brackets; ? explains; desk: a person decides each "
                "time; @village, @district: the office of the place. Ctrl-C stops, and the next "
                "time it goes on here."
            )
        )
        for number, question in enumerate(left, len(QUESTIONS) - len(left) + 1):
            default = recorded.get(question.id, usual(question))
            who[question.id] = self._one(question, number, default, known)
            given = self._keep(replace(given, who=dict(who)))
        return given

    def done(self) -> None:
        """The answers are in the folder; what was kept of them goes."""
        (self.folder / DRAFT).unlink(missing_ok=True)

    def _one(self, question: Question, number: int, default: str, known: AgencyDirectory) -> str:
        self.say("")
        self.say(f"{number}/{len(QUESTIONS)} {gettext(question.title)}")
        choices = choices_of(question, names_of(known))
        width = max(len(choice) for choice, _ in choices)
        for n, (choice, name) in enumerate(choices, 1):
            self.say(f"   {n}  {choice.ljust(width)}  {name}")
        while True:
            said = self._asked(gettext("who"), shown(default)).strip()
            if said == "?":
                self._explain(question)
                continue
            if said.isdecimal() and 0 < int(said) <= len(choices):
                said = choices[int(said) - 1][0]
            answer = agency_meant(said or default, known.agency_index)
            if answer is not None and (answer != SAME or question.condition):
                return answer
            self.say("   " + not_understood(said or default, sorted(known.agencies)))

    def _asked(self, prompt: str, default: str) -> str:
        """What was said, in letters."""
        while (wrong := no_text(said := self.ask(prompt, default))) is not None:
            self.say(f"   {wrong}")
        return said

    def _explain(self, question: Question) -> None:
        self.say(f"   {gettext(question.explained)}")
        for example in question.examples:
            self.say(f"   “{example}”")
        self.say(
            "   "
            + gettext(
                "Answer with a number, or with the code or a name of any agency of the region."
            )
        )

    def _region(self) -> Region:
        while True:
            code = self._asked(gettext("Kemendagri code of the region, such as 35.78"), "").strip()
            region = Region(code, "?")
            if re.fullmatch(r"\d\d\.\d\d", code) and region.province:
                break
            self.say("   " + gettext("write the code of a kabupaten or kota, such as 35.78"))
        while not (name := self._asked(gettext("Its name, such as Kota Surabaya"), "").strip()):
            pass
        return Region(code, name[:200])

    def _places(self, region: Region | None) -> Path | None:
        question = gettext("File with its places (code,name); Enter: later")
        while said := self._asked(question, "").strip():
            findings = Findings()
            assert region is not None
            places_of(Path(said), region, findings)
            if not findings.errors:
                return Path(said)
            self._wrong(findings.errors)
        return None

    def _agencies(self, given: Request) -> AgencyDirectory:
        """The agencies that may be named. Raises nothing for what is wrong with the table: that is
        said when all is put together."""
        return known_agencies(self.folder, given.region, given.agencies, Findings())

    def _wrong(self, errors: list[Problem]) -> None:
        for problem in errors[:5]:
            self.say(f"   {problem}")

    def _resumed(self, given: Request) -> Request:
        file = self.folder / DRAFT
        if not file.is_file():
            return given
        kept = read_request(file, Findings())
        if kept.who or kept.region:
            self.say(worded("going on: {n} questions are answered", n=len(kept.who)))
        return replace(
            given,
            region=given.region or kept.region,
            places=given.places or kept.places,
            agencies=given.agencies or kept.agencies,
            who={**kept.who, **given.who},
        )

    def _keep(self, given: Request) -> Request:
        self.folder.mkdir(parents=True, exist_ok=True)
        with replaced(self.folder / DRAFT) as file:
            file.write(draft(given.region, given.places, given.agencies, given.who))
        return given
