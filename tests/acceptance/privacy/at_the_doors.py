"""Complaints full of marks that come in over HTTP, and everything that is answered of them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import quote, urlencode

from tests.acceptance.gateway.http import Answer, Door
from tests.acceptance.privacy.marks import WAYS, Marked
from tests.support.eventually import eventually

DOORS: Final = ("form", "json", "open311")
PEOPLE: Final = [Marked(way, door) for way in WAYS for door in DOORS]
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
TO_OTHERS: Final = "answers of the gateway to others"
TO_CHANNEL: Final = "answers of the gateway to the complaint's channel"
TO_AGENCY: Final = "answers of the gateway to the case's agency"
BY_PIN: Final = "answers of the gateway to code and pin"
REFUSALS: Final = "refusals of the gateway"
FORM_AGAIN: Final = "a form that is shown again"

Add = Callable[[str, str], None]
"""Keeps what was seen, by the name of its place."""


class AtTheDoors:
    """Files by form, JSON and Open311, and asks as everybody who may and may not."""

    def __init__(self, door: Door, add: Add) -> None:
        self._door = door
        self._add = add
        self._filed: dict[Marked, tuple[str, str]] = {}
        """Code and pin; a pin of Open311 nobody gets."""

    def happens(self) -> None:
        for who in PEOPLE:
            self._filed[who] = self._files(who)
        for who, (code, _) in self._filed.items():
            eventually(partial(self._is_routed, code), saying=f"{who} has a case")
        for who, (code, pin) in self._filed.items():
            self._speaks(who, code, pin)
        for who, (code, pin) in self._filed.items():
            self._asked_by_those_who_may(code, pin)
            self._asked_by_others(who, code)
            self._refused(who)
        for page in ("/", "/lapor", "/lacak", "/docs", "/v1/agencies", "/open311/v2/services.json"):
            self._others("GET", page)

    # --- filing ------------------------------------------------------------------------------

    def _files(self, who: Marked) -> tuple[str, str]:
        return {"form": self._by_form, "json": self._by_json, "open311": self._by_open311}[who.nth](
            who
        )

    def _by_json(self, who: Marked) -> tuple[str, str]:
        headers = {"Idempotency-Key": who.word("sender")}
        answer = self._door.call(
            "POST", "/v1/complaints", who.data("sampah menumpuk"), key="web", headers=headers
        )
        assert answer.status == 202, answer.body
        self._add(TO_OTHERS, told(answer))
        return answer.json["tracking"], answer.json["pin"]

    def _by_form(self, who: Marked) -> tuple[str, str]:
        answer = self._sends("/lapor", self._fields(who))
        assert answer.status == 200, answer.body
        self._add(TO_OTHERS, told(answer))
        page = answer.body.decode()
        return between(page, 'name="code" value="'), between(page, 'name="pin" value="')

    def _fields(self, who: Marked) -> dict[str, str]:
        data: Any = who.data("sampah menumpuk")
        return {
            "text": data["text"],
            "village": "Rias",
            "address": data["location"]["address"],
            "name": who.who.name,
            "phone": who.who.phone,
            "email": who.who.email,
            **({who.way: "1"} if who.way != "open" else {}),
        }

    def _by_open311(self, who: Marked) -> tuple[str, str]:
        answer = self._posts_open311(who)
        assert answer.status == 200, answer.body
        self._add(TO_OTHERS, told(answer))
        return answer.json[0]["service_request_id"], "000000"

    def _posts_open311(self, who: Marked, **changes: str) -> Answer:
        data: Any = who.data("sampah menumpuk")
        fields = {
            "service_code": "waste",
            "description": data["text"],
            "address_string": data["location"]["address"],
            "first_name": who.who.name,
            "phone": who.who.phone,
            "email": who.who.email,
            "device_id": who.word("extra"),
            "media_url": f"https://files.example/{who.word('files')}.jpg",
            "attribute[title]": data["title"],
            "attribute[external_id]": who.word("external"),
            **({f"attribute[{who.way}]": "true"} if who.way != "open" else {}),
            "api_key": self._door.key("web"),
            **changes,
        }
        return self._sends("/open311/v2/requests.json", fields)

    def _sends(self, path: str, fields: Mapping[str, str]) -> Answer:
        return self._door.call("POST", path, raw=urlencode(fields).encode(), headers=FORM)

    def _is_routed(self, code: str) -> bool:
        answer = self._door.call("GET", f"/v1/complaints/{code}", key="web")
        return answer.status == 200 and answer.json["state"] == "routed"

    # --- what is said in a case --------------------------------------------------------------

    def _speaks(self, who: Marked, code: str, pin: str) -> None:
        held = self._door.call(
            "POST", f"/v1/agencies/dlh/cases/{code}/held", {"note": "?"}, key="agency:dlh"
        )
        assert held.status == 200, held.body
        said = {"note": who.said()}
        path = f"/v1/complaints/{code}/replied"
        if who.nth == "form":
            fields = {"code": code, "pin": pin, "note": who.said()}
            self._add(BY_PIN, told(self._sends("/lacak/replied", fields)))
        elif who.nth == "json":
            self._add(BY_PIN, told(self._door.call("POST", f"{path}?pin={pin}", said)))
        else:
            self._add(TO_CHANNEL, told(self._door.call("POST", path, said, key="web")))

    # --- asking ------------------------------------------------------------------------------

    def _asked_by_those_who_may(self, code: str, pin: str) -> None:
        ask = self._door.call
        self._add(TO_CHANNEL, told(ask("GET", f"/v1/complaints/{code}", key="web")))
        key = self._door.key("web")
        for path in ("requests.json", f"requests/{code}.json", "servicerequestupdates.xml"):
            self._add(TO_CHANNEL, told(ask("GET", f"/open311/v2/{path}?api_key={key}")))
        self._add(TO_AGENCY, told(ask("GET", "/v1/agencies/dlh/cases", key="agency:dlh")))
        path = f"/v1/agencies/dlh/cases/{code}"
        self._add(TO_AGENCY, told(ask("GET", path, key="agency:dlh")))
        if pin == "000000":
            return
        self._add(BY_PIN, told(ask("GET", f"/v1/complaints/{code}?pin={pin}")))
        self._add(BY_PIN, told(self._sends("/lacak", {"code": code, "pin": pin})))

    def _asked_by_others(self, who: Marked, code: str) -> None:
        self._others("GET", f"/v1/complaints/{code}", key="sms")
        self._others("GET", f"/v1/complaints/{code}", key="agency:pln")
        self._others("GET", f"/v1/complaints/{code}")
        self._others("GET", f"/v1/agencies/pln/cases/{code}", key="agency:pln")
        self._others("GET", "/v1/agencies/pln/cases", key="agency:pln")
        self._others("GET", "/v1/agencies/dlh/cases", key="agency:pln")
        key = self._door.key("sms")
        for path in (f"requests/{code}.json", "requests.xml", "servicerequestupdates.json"):
            self._others("GET", f"/open311/v2/{path}?api_key={key}")
        self._others("POST", f"/v1/complaints/{code}/replied", {"note": who.said()}, key="sms")
        says = f"/v1/agencies/pln/cases/{code}/resolved"
        self._others("POST", says, {"note": who.said()}, key="agency:pln")

    def _others(self, method: str, path: str, body: object = None, **more: Any) -> None:
        self._add(TO_OTHERS, told(self._door.call(method, path, body, **more)))

    def _refused(self, who: Marked) -> None:
        """Whatever was wrong with it: nothing of it is in the answer."""
        data, mark = who.data("sampah"), quote(who.who.email)
        reused = {"Idempotency-Key": who.word("sender")}
        refusals = [
            self._door.call("POST", "/v1/complaints", {**data, "text": " "}, key="web"),
            self._door.call("POST", "/v1/complaints", data, key="web", headers=reused),
            self._door.call("POST", "/v1/complaints", [data], key="web"),
            self._door.call("POST", "/v1/complaints", raw=f'{{"{who.said()}'.encode(), key="web"),
            self._door.call("POST", "/v1/complaints", data),
            self._door.call("GET", f"/v1/complaints/{mark}", key="web"),
            self._door.call("GET", f"/v1/complaints/{who.who.name * 3}?pin={mark}{mark}"),
            self._door.call("GET", f"/{mark}"),
            self._door.call("GET", f"/v1/agencies/{mark}/cases?after={mark}", key="agency:dlh"),
            self._door.call("GET", f"/v1/agencies/dlh/cases?state={mark}", key="agency:dlh"),
            self._posts_open311(who, service_code=who.word("words")),
            self._posts_open311(who, service_code=""),
            self._posts_open311(who, api_key=who.who.phone),
        ]
        for answer in refusals:
            self._add(REFUSALS, told(answer))
        again = self._sends("/lapor", {**self._fields(who), "text": ""})
        asked = self._sends("/lacak", {"code": who.who.phone, "pin": who.word("replies")})
        assert (again.status, asked.status) == (422, 404)
        self._add(FORM_AGAIN, told(again))
        self._add(FORM_AGAIN, told(asked))


def told(answer: Answer) -> str:
    """All of an answer."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return f"{answer.status}\n{headers}\n\n{answer.body.decode()}"


def between(page: str, start: str) -> str:
    """What stands in a page after that, up to the next quotation mark."""
    at = page.index(start) + len(start)
    return page[at : page.index('"', at)]
