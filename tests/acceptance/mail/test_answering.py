"""An agency that has nothing but mail hears of its complaints, and answers by the link."""

import re
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.acceptance.gateway.http import Answer, Door
from tests.acceptance.mail.conftest import DLH, DPUPR
from tests.support.eventually import eventually
from tests.support.smtp import Letter, Post

NAME, PHONE, ODD = "Siti Rahmawati", "081377712345", "merpati kuning di selokan"


def letter_about(post: Post, tracking: str, to: str) -> Letter:
    def found() -> Letter | None:
        return next((one for one in post.to(to) if tracking in one.text), None)

    return eventually(found, saying=f"a mail about {tracking} to {to}")


def path_of(letter: Letter) -> str:
    (link,) = letter.links
    assert link.startswith("https://lapor.basel.test/jawab/")
    return urlsplit(link).path


def fields(page: Answer, verb: str, **more: str) -> bytes:
    """What a browser would send from the form of that verb."""
    html = page.body.decode()
    start = html.index(f'/{verb}">')
    form = html[start : html.index("</form>", start)]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    return urlencode({**hidden, **more}).encode()


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_an_agency_answers_by_the_link_in_its_mail(door: Door, post: Post) -> None:
    filed = door.files(
        f"Sampah menumpuk, ada {ODD}",
        reporter={"name": NAME, "phone": PHONE},
    )
    door.until(filed, "routed")
    letter = letter_about(post, filed["tracking"], DLH)
    assert "Dinas Lingkungan Hidup" in letter.subject
    path = path_of(letter)
    page = door.call("GET", path)
    assert page.status == 200
    html = page.body.decode()
    assert ODD in html and NAME in html
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in page.headers["x-robots-tag"]
    assert "script-src" not in page.headers["content-security-policy"]
    assert door.state(filed) == "routed", "looking changes nothing"

    said = door.call(
        "POST",
        f"{path}/responded",
        raw=fields(page, "responded", note="Petugas datang besok."),
        headers=FORM,
    )
    assert said.status == 200, said.body
    assert b"It was taken in" in said.body
    door.until(filed, "responded")
    seen = door.call("GET", f"/v1/complaints/{filed['tracking']}", key="web").json
    assert seen["notes"][-1]["note"] == "Petugas datang besok."


def test_nothing_personal_is_in_a_mail(door: Door, post: Post) -> None:
    plain = door.files(f"Sampah di jalan, {ODD}", reporter={"name": NAME, "phone": PHONE})
    hidden = door.files(
        f"Sampah busuk, {ODD}, hubungi {PHONE}",
        reporter={"name": NAME, "phone": PHONE},
        anonymous=True,
    )
    for filed in (plain, hidden):
        letter_about(post, filed["tracking"], DLH)
    mine = "".join(one.whole for one in post.to(DLH))
    for planted in (NAME, "Siti", PHONE, "merpati"):
        assert planted not in mine


def test_where_the_agencys_entry_allows_it_the_mail_holds_the_complaint(
    door: Door, post: Post
) -> None:
    said: dict[str, Any] = {"reporter": {"name": NAME, "phone": PHONE}}
    open_one = door.files("Jalan rusak parah penuh kelinci", **said)
    letter = letter_about(post, open_one["tracking"], DPUPR)
    assert "kelinci" in letter.text and NAME in letter.text and PHONE in letter.html

    anonymous = door.files("Jalan rusak penuh berang-berang", anonymous=True, **said)
    letter = letter_about(post, anonymous["tracking"], DPUPR)
    assert "berang-berang" in letter.text
    assert NAME not in letter.whole and PHONE not in letter.whole

    confidential = door.files("Jalan rusak penuh trenggiling", confidential=True, **said)
    letter = letter_about(post, confidential["tracking"], DPUPR)
    for planted in ("trenggiling", NAME, PHONE):
        assert planted not in letter.whole
