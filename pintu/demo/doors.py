"""Four ways in, as those who use them do: a citizen's form, a portal's JSON, FixMyStreet's Open311,
a bot on RabbitMQ."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from aiohttp import ClientSession

from config.language import marked
from pintu.demo.speaking import submit
from pintu.demo.stage import Stage
from schemas.identifiers import tracking

_BOT: Final = "whatsapp"


@dataclass(frozen=True, slots=True)
class Filed:
    """A complaint as its reporter has it. ``door``: a sentence of the catalogue; ``finds``: the
    answer that the reporter reads, None while there is none; ``pin``: empty where there is none."""

    door: str
    text: str
    tracking: str
    finds: Callable[[], Awaitable[str | None]]
    pin: str = ""


@dataclass(frozen=True, slots=True)
class Doors:
    """``http``: a session at the gateway; ``portal``: the key of a portal."""

    now: Stage
    http: ClientSession
    portal: str

    async def by_form(self, text: str) -> Filed:
        """A citizen with any browser, who stays anonymous."""
        page = await self._page("/lapor", {"text": text, "anonymous": "1", "id": uuid4().hex})
        kept = dict(re.findall(r'id="(code|pin)">([^<]+)<', page))

        async def finds() -> str | None:
            said = re.findall(r'class="words"[^>]*>([^<]+)<', await self._page("/lacak", kept))
            return str(said[-1]) if said else None

        return Filed(marked("form /lapor"), text, kept["code"], finds, kept["pin"])

    async def by_json(self, text: str) -> Filed:
        """A portal of an office."""
        head = self._bearer | {"Idempotency-Key": uuid4().hex}
        async with self.http.post("/v1/complaints", json={"text": text}, headers=head) as answer:
            code = str((await answer.json())["tracking"])

        async def finds() -> str | None:
            path = f"/v1/complaints/{code}"
            async with self.http.get(path, headers=self._bearer) as answer:
                notes = (await answer.json()).get("notes")
            return str(notes[-1]["note"]) if notes else None

        return Filed(marked("JSON, a portal"), text, code, finds)

    async def by_open311(self, service: str, text: str) -> Filed:
        """FixMyStreet, or any app that speaks GeoReport v2."""
        key = {"api_key": self.portal}
        fields = {"service_code": service, "description": text, "lat": "-3.0046", "long": "106.456"}
        async with self.http.post("/open311/v2/requests.json", data=fields | key) as answer:
            code = str((await answer.json())[0]["service_request_id"])

        async def finds() -> str | None:
            path = "/open311/v2/servicerequestupdates.json"
            async with self.http.get(path, params=key) as answer:
                told = [one for one in await answer.json() if one["service_request_id"] == code]
            said = [one["description"] for one in told if one["status"] == "FIXED"]
            return str(said[-1]) if said else None

        return Filed(marked("Open311, FixMyStreet"), text, code, finds)

    async def by_amqp(self, text: str) -> Filed:
        """A bot that has a queue of its own."""
        complaint = await submit(self.now, _BOT, text)

        async def finds() -> str | None:
            told = self.now.heard.of("resolved")
            said = [one["note"] for one in told if one["complaint_id"] == complaint]
            return str(said[-1]) if said else None

        return Filed(marked("AMQP, a bot"), text, tracking(UUID(complaint)), finds)

    @property
    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.portal}"}

    async def _page(self, path: str, form: dict[str, str]) -> str:
        async with self.http.post(path, data=form) as answer:
            return await answer.text()
