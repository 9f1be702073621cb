"""Events reach a web server that knows Standard Webhooks and nothing of this project."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from tests.acceptance.outside import Outside
from tests.acceptance.program import pintu
from tests.acceptance.webhooks.conftest import Hooks
from tests.support.eventually import eventually
from tests.support.receiver import Got, Receiver, Reply

Add = Callable[[str, str], str]


def publish(hooks: Hooks, text: str = "sampah menumpuk di pasar", channel: str = "web") -> str:
    """One complaint; gives its id at the channel."""
    id = uuid4().hex
    outside = Outside(hooks.amqp_url)
    outside.publish(channel, json.dumps({"text": text}).encode(), message_id=id)
    outside.close()
    return id


def test_an_agency_hears_of_its_complaint_by_a_signed_post(hooks: Hooks, endpoint: Add) -> None:
    with Receiver() as receiver:
        secret = endpoint("agency.dlh", receiver.url)
        publish(hooks)
        got = eventually(receiver.first)
        got.verify(secret)
        assert got.headers["content-type"].startswith("application/cloudevents+json")
        assert got.headers["webhook-id"] == got.id
        assert got.event["type"] == "complaint.routed.v1"
        assert got.event["data"]["complaint"]["text"] == "sampah menumpuk di pasar"
        with pytest.raises(WebhookVerificationError):
            got.verify("whsec_" + "A" * 43 + "=")
        eventually(lambda: hooks.deliveries(state="delivered"))
        assert f"\t{got.id}" in hooks.say("deliveries", "--to", "agency.dlh")
        name = "pintu_webhook_deliveries_total"
        labels = {"endpoint": "agency.dlh", "outcome": "delivered"}
        eventually(lambda: hooks.program.metric(name, **labels) >= 1)


def test_a_channel_hears_what_becomes_of_its_complaint(hooks: Hooks, endpoint: Add) -> None:
    with Receiver() as receiver:
        endpoint("channel.web", receiver.url)
        id = publish(hooks)
        got = eventually(receiver.first)
        assert got.event["type"] == "complaint.opened.v1"
        assert got.event["data"]["of"]["id"] == id


def test_what_fails_is_tried_again_in_its_order(hooks: Hooks, endpoint: Add) -> None:
    refused: list[str] = []

    def answer(got: Got) -> Reply:
        if got.id in refused:
            return Reply()
        refused.append(got.id)
        return Reply(503)

    with Receiver(answer) as receiver:
        endpoint("agency.dlh", receiver.url)
        publish(hooks)
        eventually(lambda: len(receiver.got) == 1)
        assert [got.id for got in receiver.asked] == [receiver.got[0].id] * 2
        failed = {"endpoint": "agency.dlh", "outcome": "failed"}
        assert hooks.program.metric("pintu_webhook_deliveries_total", **failed) >= 1


def test_a_secret_that_is_changed_leaves_time_for_it(hooks: Hooks, endpoint: Add) -> None:
    with Receiver() as receiver:
        old = endpoint("agency.dlh", receiver.url)
        new = hooks.say("rotate", "agency.dlh")
        hooks.say("test", "agency.dlh")
        for secret in (old, new):
            receiver.got[-1].verify(secret)
        hooks.say("rotate", "agency.dlh", "--end-old")
        hooks.say("test", "agency.dlh")
        receiver.got[-1].verify(new)
        with pytest.raises(WebhookVerificationError):
            receiver.got[-1].verify(old)


def test_an_endpoint_that_is_gone_is_switched_off_and_told(hooks: Hooks, endpoint: Add) -> None:
    gone = True
    with Receiver(lambda _: Reply(410 if gone else 204)) as receiver:
        endpoint("agency.dlh", receiver.url)
        publish(hooks)
        eventually(lambda: hooks.state("agency.dlh") == "off")
        assert "410" in hooks.say("list")
        assert any(line["event"] == "webhooks.off" for line in hooks.program.log())
        assert len(receiver.asked) == 1
        gone = False
        hooks.say("resume", "agency.dlh")
        eventually(lambda: len(receiver.got) == 1)


def test_a_paused_endpoint_gets_nothing_until_it_is_resumed(hooks: Hooks, endpoint: Add) -> None:
    with Receiver() as receiver:
        endpoint("agency.dlh", receiver.url)
        hooks.say("pause", "agency.dlh", "--reason", "pemeliharaan")
        (row,) = json.loads(hooks.say("list", "--json"))
        assert (row["state"], row["why"]) == ("paused", "pemeliharaan")
        hooks.say("pause", "agency.dlh", code=1)
        publish(hooks)
        outside = Outside(hooks.amqp_url)
        outside.wait_for("agency.dlh", 1)
        outside.close()
        assert receiver.asked == []
        hooks.say("resume", "agency.dlh")
        eventually(lambda: len(receiver.got) == 1)


def test_what_was_delivered_is_sent_again_when_an_operator_wants_it(
    hooks: Hooks, endpoint: Add
) -> None:
    with Receiver() as receiver:
        endpoint("agency.dlh", receiver.url)
        publish(hooks)
        first = eventually(receiver.first)
        eventually(lambda: hooks.deliveries(state="delivered"))
        hooks.say("replay", first.id)
        eventually(lambda: len(receiver.got) == 2)
        eventually(lambda: hooks.deliveries(state="delivered"))
        hooks.say("replay", "--to", "agency.dlh", "--since", "1h")
        eventually(lambda: len(receiver.got) == 3)
        assert {got.id for got in receiver.got} == {first.id}
        hooks.say("replay", "nothing", code=1)
        hooks.say("replay", code=2)


def test_a_removed_endpoint_gives_its_events_back_to_the_queue(hooks: Hooks) -> None:
    outside = Outside(hooks.amqp_url)
    outside.drain("agency.dlh")
    with Receiver(lambda _: Reply(500)) as receiver:
        secret = hooks.say("add", "agency.dlh", receiver.url)
        assert secret.startswith("whsec_"), "the secret alone"
        publish(hooks)
        asked = eventually(lambda: next(iter(receiver.asked), None))
        hooks.say("remove", "agency.dlh", code=1)
        hooks.say("remove", "agency.dlh", "--give-back")
    (message,) = outside.take("agency.dlh", 1)
    outside.close()
    assert message.body == asked.body


def test_a_ping_says_what_came_back(hooks: Hooks, endpoint: Add) -> None:
    status = 200
    with Receiver(lambda _: Reply(status, body=b"apa kabar\x1b[2J")) as receiver:
        secret = endpoint("agency.dlh", receiver.url)
        said = hooks.say("test", "agency.dlh")
        assert said.startswith("HTTP 200 OK after ")
        assert "\x1b" not in said
        receiver.got[-1].verify(secret)
        assert receiver.got[-1].event["type"] == "webhook.test.v1"
        status = 302
        assert "redirects are not followed" in hooks.say("test", "agency.dlh", code=1)
    told = json.loads(hooks.say("test", "agency.dlh", "--json", code=1))
    assert (told["received"], told["status"]) == (False, None)


@pytest.mark.parametrize(
    ("name", "url", "why"),
    [
        ("agency.dlhh", "https://example.org", "no agency has the code"),
        ("channel.fax", "https://example.org", "no channel has the code"),
        ("agency.dlh", "http://example.org", "https"),
        ("agency.dlh", "https://10.0.0.1/", "PINTU_WEBHOOK_ALLOW"),
        ("agency.dlh", "https://nobody.invalid/", "nobody knows the host"),
    ],
)
def test_what_cannot_be_an_endpoint_is_refused_with_a_reason(
    hooks: Hooks, name: str, url: str, why: str
) -> None:
    done = pintu("webhook", "add", name, url, settings=hooks.settings)
    assert done.returncode == 2
    assert why in " ".join(done.stderr.decode().replace("│", " ").split())
    assert done.stdout == b""


def test_of_a_person_who_is_forgotten_nothing_waits_for_an_endpoint(
    hooks: Hooks, endpoint: Add
) -> None:
    marks = ("Ratna-Kusuma-7781", "Ratna-Wulandari-7782")
    with Receiver(lambda got: Reply(500 if marks[1].encode() in got.body else 204)) as receiver:
        endpoint("agency.dlh", receiver.url)
        for mark in marks:
            publish(hooks, f"sampah menumpuk di rumah {mark}")
        codes = eventually(lambda: complaints(receiver, marks))
        eventually(lambda: len(hooks.deliveries(state="delivered")) >= 1)
        for code in codes:
            done = pintu("case", "forget", code, "--close", settings=hooks.settings)
            assert b"webhooks: of " in done.stdout, done.stderr
        files = [hooks.program.state_dir / f"gateway.sqlite3{end}" for end in ("", "-wal")]
        for mark in marks:
            assert not any(mark.encode() in file.read_bytes() for file in files if file.exists())
        assert len(hooks.deliveries()) > 2, "what happened is still told"


def complaints(receiver: Receiver, marks: tuple[str, ...]) -> list[str] | None:
    """Their tracking codes, once all of them were sent."""
    found = {}
    for got in receiver.asked:
        for mark in marks:
            if mark.encode() in got.body:
                found[mark] = str(got.event["data"]["tracking"])
    return list(found.values()) if len(found) == len(marks) else None
