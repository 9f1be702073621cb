"""Who signs in, and who does not."""

import re

import pytest

from tests.acceptance.gateway.http import Door
from tests.acceptance.gateway.officers import Officer, tries


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
