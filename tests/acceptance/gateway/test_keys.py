"""Keys of portals: shown once, good for what they are for, until they are revoked."""

import json

from tests.acceptance.gateway.http import Door
from tests.acceptance.program import pintu
from tests.support.eventually import eventually


def test_a_key_stands_alone_on_standard_output_and_nowhere_else(door: Door) -> None:
    done = pintu("key", "add", "web-toboali", settings=door.settings)
    (key,) = done.stdout.decode().splitlines()
    assert key.encode() not in done.stderr
    kept = b"".join(path.read_bytes() for path in door.program.state_dir.glob("gateway.sqlite3*"))
    assert key.split("_", 2)[2].encode() not in kept


def test_a_revoked_key_is_good_for_nothing(door: Door) -> None:
    key = pintu("key", "add", "web", settings=door.settings).stdout.decode().strip()
    headers = {"Authorization": f"Bearer {key}"}
    assert door.call("POST", "/v1/complaints", {"text": "jalan"}, headers=headers).status == 202
    id = key.split("_")[1]
    assert pintu("key", "revoke", id, settings=door.settings).returncode == 0
    eventually(
        lambda: door.call("POST", "/v1/complaints", {"text": "x"}, headers=headers).status == 401
    )
    again = pintu("key", "revoke", id, settings=door.settings)
    assert (again.returncode, again.stdout) == (1, b"")


def test_a_key_is_good_for_its_scopes_only(door: Door) -> None:
    key = door.key("sms", "--scope", "read")
    headers = {"Authorization": f"Bearer {key}"}
    answer = door.call("POST", "/v1/complaints", {"text": "jalan"}, headers=headers)
    assert (answer.status, answer.json["title"]) == (403, "not-allowed")


def test_the_list_tells_whose_keys_there_are_and_when_they_were_used(door: Door) -> None:
    key = door.key("web")
    door.files("jalan rusak")

    def used() -> bool:
        listed = json.loads(pintu("key", "list", "--json", settings=door.settings).stdout)
        (one,) = [each for each in listed if each["id"] == key.split("_")[1]]
        return one["of"] == "channel.web" and one["used_at"] is not None

    assert eventually(used)


def test_wrong_owners_and_scopes_are_refused_with_what_to_do(door: Door) -> None:
    for words, said in (
        (("agency:nobody",), "no agency has the code"),
        (("Web!",), "a channel's code or agency:CODE"),
        (("agency:dlh", "--scope", "submit"), "scopes of agency.dlh are read, speak"),
    ):
        done = pintu("key", "add", *words, settings=door.settings)
        assert (done.returncode, done.stdout) == (2, b"")
        assert said in " ".join(done.stderr.decode().replace("│", " ").split())
