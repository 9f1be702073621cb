"""People who are signed in, as a browser without scripts would have them."""

import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from tests.acceptance.gateway.http import Answer, Door
from tests.acceptance.program import pintu

_TOKEN: Final = re.compile(rb"\"X-Form-Token\": \"([0-9a-f]{32})\"")
_FORM: Final = re.compile(rb'name="form" value="([0-9a-f]{32})"')


def token_in(answer: Answer) -> str:
    """What forms of the session bring along, by a page of it."""
    found = _TOKEN.search(answer.body)
    assert found is not None, answer.body
    return found[1].decode()


def cookie_in(answer: Answer, name: str) -> str:
    """`name=value` of a cookie that an answer sets."""
    for each in answer.cookies:
        if each.startswith(f"{name}=") and not each.startswith(f'{name}=""'):
            return each.partition(";")[0]
    raise AssertionError(answer.cookies)


def form_of(door: Door, **headers: str) -> tuple[str, str]:
    """What a browser has that asked for the sign-in: its cookie, and the form's token."""
    answer = door.call("GET", "/masuk", headers={"Accept": "text/html", **headers})
    found = _FORM.search(answer.body)
    assert found is not None, answer.body
    return cookie_in(answer, "pintu_masuk"), found[1].decode()


def tries(door: Door, name: str, password: str, ke: str = "/", **headers: str) -> Answer:
    """One try to sign in, in a browser that has asked for the form."""
    cookie, form = form_of(door)
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
    fields = {"name": name, "password": password, "ke": ke, "form": form}
    cookies = "; ".join(filter(None, (cookie, headers.pop("Cookie", ""))))
    sent |= {"Cookie": cookies, **headers}
    return door.call("POST", "/masuk", raw=urlencode(fields).encode(), headers=sent)


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

    def sign_in(self, password: str | None = None) -> None:
        """Signs in, and changes the first password where that is asked for."""
        answer = self.tries(self.password if password is None else password)
        assert answer.status == 303, answer.body
        self.cookie = cookie_in(answer, "pintu_session")
        self.token = token_in(self.get("/saya/sandi"))
        first = self.get("/saya")
        if first.status == 303:
            self.change_password("kuda tiang pisang biru")
            first = self.get("/saya")
        assert first.status == 200, first.headers

    def tries(self, password: str, **headers: str) -> Answer:
        """One try with that password, in a browser that has asked for the form."""
        return tries(self.door, self.name, password, **headers)

    def change_password(self, new: str) -> None:
        fields = {"password": self.password, "new": new, "again": new}
        answer = self.post("/saya/sandi", fields)
        assert answer.status == 303, answer.body
        self.password = new

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
