"""Who has to read what of a case, by the rules of the contract and what was said: an oracle.

It knows nothing of the program: plain lists and words. One object is one case, told step by step
in the order in which the cases read. What an agency, the desk or a channel then finds in its queue
has to be ``heard[queue]``, and nothing else.
"""

from dataclasses import dataclass, field
from typing import Any, Final

ASKED: Final = {"sampah": ("dlh", ()), "rusak": ("dpupr", ()), "lampu": ("dishub", ("pln",))}
"""Words that name an agency, with those that support it."""
AGENCY_HEARS: Final = ("routed", "moved", "replied", "withdrawn", "rejected", "closed")
DESK_HEARS: Final = ("triaged", "replied", "withdrawn", "held", "resumed")
CHANNEL_HEARS_NOT: Final = ("routed", "triaged", "escalated")
LAST_RETURN: Final = 3


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody said in one update; each a mark that stands nowhere else."""

    by: str
    verb: str
    note: str | None = None
    reason: str | None = None
    internal: str | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """An event: its routing key; the marks of the one who speaks, that it may hold; and, where a
    complaint comes to somebody, all that was said before."""

    key: str
    words: Words | None = None
    told: tuple[Words, ...] | None = None


@dataclass(slots=True)
class Oracle:
    """``state`` is "" before it begins. ``said``: the conversation. ``first``: the queues that hear
    of it from the router."""

    channel: str
    text: str
    state: str = ""
    lead: str | None = None
    support: list[str] = field(default_factory=list)
    previous: list[str] = field(default_factory=list)
    returns: int = 0
    acknowledged: bool = False
    responded: bool = False
    said: list[Words] = field(default_factory=list)
    heard: dict[str, list[Expected]] = field(default_factory=dict)
    was_routed: bool = False
    ended: str = ""
    first: tuple[str, ...] = ()

    # what happens

    def begins(self) -> None:
        lead, support = self._named(self.text)
        self._goes_to(lead, support)
        self.first = tuple(self.heard)
        self._tell("opened", lead, self.channel)

    def says(self, key: str, data: dict[str, Any], words: Words) -> bool:
        """An update; False where it is refused."""
        who, name, verb = key.split(".")
        fits = self._fits(who, name, verb, data)
        if not fits:
            self._refused(who, name)
            return False
        if self.state == "closed":  # a rating, after it closed by itself
            self._tell("accepted", self.lead, self.channel, words)
            return True
        kept = any((words.note, words.reason, words.internal))
        if kept:
            self.said.append(words)
        if who == "agency" and name != self.lead:
            self._from_supporting(name, verb, words)
        else:
            self._takes(who, name, verb, data, words)
        return True

    def weeks_pass(self) -> None:
        """What waits for the reporter ends by itself."""
        if self.state == "held":
            self._hold_ends()
            self._tell("resumed", self.lead, self.channel)
        elif self.state == "resolved":
            self._closes("closing")

    def months_pass(self) -> None:
        """Every answer that is owed is overdue."""
        if self.state != "closed" and self.was_routed:
            self._tell("overdue", self.lead, self.channel)

    # how

    def _fits(self, who: str, name: str, verb: str, data: dict[str, Any]) -> bool:
        if data.get("note") == 42 or (verb == "resolved" and not data.get("note")):
            return False
        if who == "channel" and name != self.channel:
            return False
        if who == "agency" and name != self.lead:
            mine = name in self.support and verb in ("acknowledged", "responded", "returned")
            return bool(mine and self.state != "closed")
        if self.state == "closed":
            return verb == "accepted" and self.ended == "closing"
        match verb:
            case "accepted":
                return self.state == "resolved"
            case "held" | "resumed" if who == "desk":
                return self.lead is None
            case "held" | "resumed" | "returned":
                return self.state != "resolved"
            case "assigned":
                return bool(data["agency"] != "nobody")
            case "dismissed":
                return data.get("code") != "unheard-of"
        return True

    def _takes(self, who: str, name: str, verb: str, data: dict[str, Any], words: Words) -> None:
        if verb == "returned":
            self._returned(name, data, words)
        elif verb == "assigned":
            self._moves(data["agency"], (), words)
        elif verb in ("dismissed", "withdrawn", "accepted"):
            # The channel hears of it once, in what tells the end.
            self._tell(verb, self.lead, "-", words)
            if verb == "withdrawn":
                self._tell_support(verb, words)
            self._closes(verb, words)
        else:
            self._step(verb, data)
            self._tell(verb, self.lead, self.channel, words)
            if who == "channel":
                self._tell_support(verb, words)
            if verb == "replied" and self.lead is None and words.note:
                self._anew(words)

    def _step(self, verb: str, data: dict[str, Any]) -> None:
        match verb:
            case "acknowledged":
                self.acknowledged = True
                self.state = "acknowledged" if self.state == "routed" else self.state
            case "responded":
                self.acknowledged = self.responded = True
                self.state = self.state if self.state in ("held", "resolved") else "responded"
            case "resolved":
                self.acknowledged = self.responded = True
                self.state = "resolved"
            case "held":
                self.acknowledged = True
                self.state = "held"
            case "resumed" | "replied" if self.state == "held":
                self._hold_ends()
            case "replied" if self.state == "resolved" and data.get("reopen") is not False:
                self.state = "responded"

    def _hold_ends(self) -> None:
        if self.lead is None:
            self.state = "triage"
        elif self.responded:
            self.state = "responded"
        else:
            self.state = "acknowledged" if self.acknowledged else "routed"

    def _from_supporting(self, name: str, verb: str, words: Words) -> None:
        if verb == "returned":
            self.support.remove(name)
            self._before(name)
            self._tell("moved", name, "-", words)
        else:
            self._tell(verb, name, self.channel, words)

    def _returned(self, name: str, data: dict[str, Any], words: Words) -> None:
        self.returns += 1
        self._before(name)
        lead, support = self._named(self.text)
        if data.get("suggest") and data["suggest"] not in self.previous:
            lead, support = data["suggest"], ()
        if self.returns >= LAST_RETURN:
            lead, support = None, ()
        self._moves(lead, support, words)

    def _anew(self, words: Words) -> None:
        """After the last return the complaint itself had its turn: only new words count."""
        lead, support = self._named("" if self.returns >= LAST_RETURN else self.text)
        if lead is not None:
            self._moves(lead, support, words)

    def _named(self, text: str) -> tuple[str | None, tuple[str, ...]]:
        """Whom a text and all that its reporter said name, less who handed it back."""
        spoken = [w.note or "" for w in self.said if w.by.startswith("channel.")]
        for word, (lead, support) in ASKED.items():
            if word in " ".join([text, *spoken]) and lead not in self.previous:
                return lead, tuple(a for a in support if a not in self.previous)
        return None, ()

    def _before(self, agency: str) -> None:
        if agency not in self.previous:
            self.previous.append(agency)

    def _moves(self, lead: str | None, support: tuple[str, ...], words: Words) -> None:
        self._tell("moved", self.lead, self.channel, words)
        self._goes_to(lead, support)

    def _goes_to(self, lead: str | None, support: tuple[str, ...]) -> None:
        told = tuple(self.said)
        self.lead, self.acknowledged, self.responded = lead, False, False
        self.state = "routed" if lead else "triage"
        if lead in self.support:
            self.support.remove(lead)
        self._tell("routed" if lead else "triaged", lead, self.channel, told=told)
        self.was_routed = self.was_routed or lead is not None
        for agency in support:
            if agency not in self.support and agency != lead:
                self.support.append(agency)
                self._tell("routed", agency, self.channel, told=told)

    def _closes(self, how: str, words: Words | None = None) -> None:
        self.state, self.ended = "closed", how
        self._tell("closed", self.lead, self.channel, words)
        self._tell_support("closed", words)

    def _tell_support(self, verb: str, words: Words | None) -> None:
        for agency in self.support:
            self._tell(verb, agency, "-", words)

    def _refused(self, who: str, name: str) -> None:
        if who == "agency":
            self._tell("rejected", name, "-")
        elif who == "channel":
            self._tell("rejected", "-", name)

    def _tell(
        self,
        verb: str,
        agency: str | None,
        channel: str,
        words: Words | None = None,
        told: tuple[Words, ...] | None = None,
    ) -> None:
        """One event, into every queue that it concerns."""
        event = Expected(f"{verb}.{agency or 'triage'}.{channel}", words, told)
        if agency is None:
            if verb in DESK_HEARS:
                self.heard.setdefault("triage", []).append(event)
        elif agency != "-" and verb in AGENCY_HEARS:
            self.heard.setdefault(f"agency.{agency}", []).append(event)
        if channel != "-" and verb not in CHANNEL_HEARS_NOT:
            self.heard.setdefault(f"channel.{channel}", []).append(event)
