"""Who signs in, and who does not."""

import json
import re

import pytest

from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.officers import Officer, tries
from tests.acceptance.program import pintu


@pytest.fixture(scope="module")
def rina(door: Door) -> Officer:
    return Officer(door, "rina", "desk")


def test_somebody_who_signed_in_sees_their_own_page(rina: Officer) -> None:
    assert "rina" in rina.page("/saya")


def test_without_a_session_one_is_sent_to_the_sign_in_and_back(door: Door) -> None:
    answer = door.call("GET", "/saya?a=b", headers={"Accept": "text/html"})
    assert (answer.status, answer.headers["location"]) == (303, "/masuk?ke=/saya%3Fa%3Db")


def test_a_form_without_the_token_of_the_session_is_refused(rina: Officer) -> None:
    assert rina.post("/keluar", {}, token="0" * 32).status == 403
    assert rina.get("/saya").status == 200


def test_a_wrong_password_and_a_name_that_nobody_has_get_the_same_answer(
    door: Door, rina: Officer
) -> None:
    bodies = [tries(door, name, "wrong") for name in ("rina", "nobody")]
    assert [one.status for one in bodies] == [403, 403]
    shown = [re.sub(rb'value="[0-9a-f]{32}"', b"", one.body) for one in bodies]
    assert shown[0].replace(b"rina", b"nobody") == shown[1]


def test_another_process_knows_the_wait_and_ends_it(door: Door, rina: Officer) -> None:
    for _ in range(5):
        tries(door, "rina", "wrong")
    assert tries(door, "rina", rina.password).status == 429
    listed = pintu("user", "list", "--json", settings=door.settings)
    assert [one["state"] for one in json.loads(listed.stdout)] == ["locked"]
    assert pintu("user", "unlock", "rina", settings=door.settings).returncode == 0
    assert tries(door, "rina", rina.password).status == 303
    assert pintu("user", "end-sessions", "rina", settings=door.settings).returncode == 0
    assert rina.get("/saya").status == 303


def test_who_of_an_agency_spoke_is_in_the_history_alone(door: Door) -> None:
    budi = Officer(door, "budi", "agency:dlh")
    filed = door.files("sampah menumpuk di pasar")
    door.until(filed, "routed")
    path = f"/v1/agencies/dlh/cases/{filed['tracking']}/responded"
    sent = {"Cookie": budi.cookie, "X-Form-Token": budi.token}
    answer = door.call("POST", path, {"note": "Tim menuju lokasi."}, headers=sent)
    assert answer.status == 200, answer.body
    shown = pintu("case", "show", filed["tracking"], "--json", settings=door.settings)
    line = json.loads(shown.stdout)["history"][-1]
    assert (line["who"], line["what"], line["detail"]["person"]) == (
        *("agency.dlh", "responded", "budi"),
    )
    case = door.call("GET", path.rsplit("/", 1)[0], key="agency:dlh")
    seen = door.call("GET", f"/v1/complaints/{filed['tracking']}", key="web")
    assert b"budi" not in answer.body + case.body + seen.body
