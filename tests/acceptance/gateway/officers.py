"""People who are signed in, as a browser without scripts would have them."""

import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from tests.acceptance.gateway.http import Answer, Door
from tests.acceptance.program import pintu

_TOKEN: Final = re.compile(rb"X-Form-Token&#34;: &#34;|\"X-Form-Token\": \"([0-9a-f]{32})\"")


class Officer:
    """Somebody who is signed in at a door: `Officer(door, "rina", "desk")`."""

    def __init__(self, door: Door, name: str, *roles: str) -> None:
        self.door, self.name = door, name
        added = pintu(
            *("user", "add", name),
            *(word for role in roles for word in ("--role", role)),
            settings=door.settings,
        )
        assert added.returncode == 0, added.stderr
        self.password = added.stdout.decode().strip()
        self.cookie = ""
        self.token = ""
        self.sign_in()

    def sign_in(self) -> None:
        answer = self.post("/masuk", {"name": self.name, "password": self.password})
        assert answer.status == 303, answer.body
        self.cookie = answer.headers["set-cookie"].partition(";")[0]
        found = _TOKEN.search(self.get("/saya").body)
        assert found is not None
        self.token = found[1].decode()

    def get(self, path: str, **headers: str) -> Answer:
        return self.door.call("GET", path, headers={**self._headers(), **headers})

    def page(self, path: str) -> str:
        """A page that is there."""
        answer = self.get(path)
        assert answer.status == 200, (path, answer.status)
        return answer.body.decode()

    def post(
        self,
        path: str,
        fields: Mapping[str, str] | Sequence[tuple[str, str]],
        *,
        token: str | None = None,
        **headers: str,
    ) -> Answer:
        """A form of this session, unless `token` says otherwise."""
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        pairs.append(("form", self.token if token is None else token))
        sent = {
            "Content-Type": "application/x-www-form-urlencoded",
            **self._headers(),
            **headers,
        }
        return self.door.call("POST", path, raw=urlencode(pairs).encode(), headers=sent)

    def _headers(self) -> dict[str, str]:
        return {"Accept": "text/html", **({"Cookie": self.cookie} if self.cookie else {})}
