"""A second, simple telling of the rules of a case, to hold the first against.

Plain dictionaries and loops over days; of the program it knows only which days are working days.
"""

from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from tests.properties.case_model_clocks import AGENCIES, ModelClocks
from tests.unit.broker.domain.case.story import LIGHT, ROAD

RATED_WITHIN = timedelta(days=30)


class Model(ModelClocks):
    """What a case should be."""

    # what happens

    def place(self, agency: str | None, at: datetime) -> None:
        self.lead, self.acknowledged = agency, False
        if agency is None:
            self.state = "triage"
            self.start("verification", at, None)
            return
        if agency in self.support:
            self.support.remove(agency)
            self.stop(at, "response", agency=agency)
        self.state = "routed"
        self.start("response", at, agency)
        if not any(c["name"] == "resolution" for c in self.clocks):
            self.start("resolution", at, agency)

    def add_support(self, agency: str, at: datetime) -> None:
        self.support.append(agency)
        self.acknowledged_by.discard(agency)
        clock = self.start("response", at, agency)
        if self.state == "held":
            clock["since"] = at
        if self.state == "resolved":
            clock["stop"] = at

    def back(self) -> str:
        if self.lead is None:
            return "triage"
        mine = [c for c in self.clocks if c["name"] == "response" and c["agency"] == self.lead]
        if mine[-1]["stop"] is not None:
            return "responded"
        return "acknowledged" if self.acknowledged else "routed"

    def end_hold(self, at: datetime) -> None:
        for clock in self.running("response", "resolution", "verification"):
            self.go(clock, at)
        self.stop(at, "waiting")
        self.state = self.back()

    def reopen(self, at: datetime) -> None:
        self.stop(at, "closing")
        clock = next(c for c in self.clocks if c["name"] == "resolution")
        clock["still"].append((clock["stop"], max(at, clock["stop"])))
        clock["stop"] = None
        self.state = self.back()

    def hold(self, at: datetime) -> None:
        for clock in self.running("response", "resolution", "verification"):
            clock["since"] = max(at, self.last(clock))
        self.state, self.acknowledged = "held", self.lead is not None
        self.start("waiting", at, self.lead)

    def close(self, at: datetime, how: str) -> None:
        self.stop(at, "verification", "response", "resolution", "waiting", "closing")
        self.state, self.ended, self.talk = "closed", (how, at), []

    def leave(self, at: datetime) -> None:
        if self.state == "held":
            self.end_hold(at)
        if self.state == "resolved":
            self.reopen(at)
        if self.lead is None:
            self.stop(at, "verification")
        else:
            self.stop(at, "response", agency=self.lead)

    def catch_up(self, watermark: datetime) -> None:
        while ahead := sorted(self.ahead(), key=lambda due: due[0]):
            at, index, rung = ahead[0]
            if at > watermark:
                return
            clock = self.clocks[index]
            if rung is not None:
                clock["fired"].add(rung)
            elif clock["name"] == "waiting":
                self.end_hold(at)
            else:
                self.close(at, "closing")

    # what is read

    def routed(
        self, event: dict[str, Any], now: datetime, watermark: datetime, patient: bool
    ) -> str:
        data, decision = event["data"], event["data"]["decision"]
        agency, at = data["agency"], min(datetime.fromisoformat(data["routed_at"]), now)
        supporting = data["role"] == "supporting"
        if self.state is None:
            if supporting:
                return "early" if patient else "refused"
            self.seen.add(event["id"])
            self.placed, self.hops = now, decision["hops"]
            self.place(agency, at)
            return "applied"
        if event["id"] in self.seen:
            return "repeated"
        ours = event["source"] == "/pintu/cases" and not supporting and agency is not None
        replied = decision["hops"] == self.hops and self.lead is None
        ahead = decision["hops"] > self.hops or decision["rule"] == "desk" or replied
        kept = deepcopy(self.__dict__)
        self.catch_up(watermark)
        if ours and ahead and patient and self.state != "closed":
            self.__dict__ = kept
            return "early"
        self.seen.add(event["id"])
        if agency is None or (agency == self.lead and self.state != "closed"):
            return "applied"
        if supporting and self.state != "closed" and agency not in self.previous:
            if agency not in self.support:
                self.add_support(agency, at)
        elif agency in self.support and not (supporting and self.state == "closed"):
            self.support.remove(agency)
            self.stop(now, "response", agency=agency)
        return "applied"

    def update(
        self,
        key: str,
        cause: str,
        data: dict[str, Any],
        at: datetime,
        now: datetime,
        watermark: datetime,
        patient: bool,
    ) -> str:
        if self.state is None:
            return "early" if patient else "refused"
        if cause in self.seen:
            return "repeated"
        kept = deepcopy(self.__dict__)
        self.catch_up(watermark)
        if key.endswith(".replied") and data["note"] == ROAD:
            self.told_road = True
        before = deepcopy(self.__dict__)
        answer = self._judged(key, data, at, now, patient)
        if answer not in ("applied", "decided"):
            self.__dict__ = kept
            return answer
        same = before == self.__dict__
        self.seen.add(cause)
        self._keep(key, data)
        return "unchanged" if same and answer == "applied" else answer

    def _keep(self, key: str, data: dict[str, Any]) -> None:
        """What was said, as long as the case is open; each update here says something."""
        who, name, verb = key.split(".")
        by = "desk" if who == "desk" else f"{who}.{name}"
        hidden = None if who == "channel" else data.get("internal_note")
        self.talk.append((by, verb, data["note"], hidden))
        self.talk = self.talk if self.state != "closed" else []

    def _judged(
        self, key: str, data: dict[str, Any], at: datetime, now: datetime, patient: bool
    ) -> str:
        who, name, verb = key.split(".")
        if who == "agency" and name != self.lead and name not in self.support:
            assert self.placed
            young = now < self.placed + timedelta(seconds=2) and name not in self.previous
            return "early" if young and patient and self.state != "closed" else "refused"
        if who == "channel" and name != "web":
            return "refused"
        if verb == "accepted":
            return self._accepted(data.get("rating"), at)
        if self.state == "closed":
            return "refused"
        if who == "desk" and verb in ("held", "resumed") and self.lead is not None:
            return "refused"
        if who == "agency" and name != self.lead:
            return self._supporting(name, verb, at)
        final = self.state == "resolved"
        if verb == "acknowledged":
            self.acknowledged = True
            self.state = "acknowledged" if self.state == "routed" else self.state
        elif verb == "responded":
            self.acknowledged = True
            self.stop(at, "response", agency=name)
            self.state = self.state if self.state in ("held", "resolved") else "responded"
        elif verb == "resolved" and not final:
            if self.state == "held":
                self.end_hold(at)
            self.stop(at, "response", "resolution")
            self.state, self.acknowledged = "resolved", True
            self.start("closing", at, name)
        elif verb in ("held", "resumed", "returned") and final:
            return "refused"
        elif verb == "held" and self.state != "held":
            self.hold(at)
        elif verb == "replied" and self.lead is None:
            return self._decided(at, now)
        elif verb in ("resumed", "replied") and self.state == "held":
            self.end_hold(at)
        elif verb == "replied" and final:
            if data.get("reopen") is not False:
                self.reopen(at)
        elif verb in ("dismissed", "withdrawn"):
            self.close(at, verb)
        elif verb == "returned":
            self.hops += 1
            self.previous += [name] if name not in self.previous else []
            lead, support = self._next(data.get("suggest"))
            self._move(lead, support, at, now)
        elif verb == "assigned":
            if data["agency"] not in AGENCIES:
                return "refused"
            if data.get("oversight") is not None:
                self.oversight = data["oversight"]
            self._move(data["agency"], [], at, now)
        return "applied"

    def _accepted(self, rating: int | None, at: datetime) -> str:
        if self.state == "resolved":
            self.close(at, "accepted")
        elif not self.ended or self.ended[0] != "closing" or at > self.ended[1] + RATED_WITHIN:
            return "refused"
        self.rating = self.rating or rating
        return "applied"

    def _supporting(self, name: str, verb: str, at: datetime) -> str:
        if verb not in ("acknowledged", "responded", "returned"):
            return "refused"
        if verb != "returned":
            self.acknowledged_by.add(name)
        if verb != "acknowledged":
            self.stop(at, "response", agency=name)
        if verb == "returned":
            self.support.remove(name)
            self.previous += [name] if name not in self.previous else []
        return "applied"

    def _next(self, suggested: str | None) -> tuple[str | None, list[str]]:
        if self.hops >= 3:
            return None, []
        if suggested in AGENCIES and suggested not in self.previous:
            return suggested, []
        return self._by_rules()

    def _by_rules(self) -> tuple[str | None, list[str]]:
        if (self.text == ROAD or self.told_road) and "dpupr" not in self.previous:
            return "dpupr", []
        if self.text == LIGHT and "dishub" not in self.previous:
            return "dishub", [a for a in ("pln",) if a not in self.previous]
        return None, []

    def _decided(self, at: datetime, now: datetime) -> str:
        """In triage, with what the reporter said: after the last return, by that alone."""
        lead, support = self._by_rules()
        if self.hops >= 3 and not self.told_road:
            lead = None
        if lead is not None:
            self._move(lead, support, at, now)
        elif self.state == "held":
            self.end_hold(at)
        return "decided"

    def _move(self, lead: str | None, support: list[str], at: datetime, now: datetime) -> None:
        self.leave(at)
        self.place(lead, now)
        self.placed = now
        for agency in support:
            if agency not in self.support and agency != lead:
                self.add_support(agency, now)
