"""The same complaint again: acknowledged, counted and not routed again."""

import json

from tests.acceptance.outside import Outside
from tests.acceptance.program import Router


def body(text: str, id: str, channel: str = "web") -> bytes:
    event = {
        "specversion": "1.0",
        "id": id,
        "source": f"/channels/{channel}",
        "type": "complaint.submitted.v1",
        "data": {"text": text},
    }
    return json.dumps(event).encode()


def test_a_repeat_in_the_same_batch_and_in_a_later_one_is_not_routed_again(
    town: Outside, router: Router, mark: str
) -> None:
    before = router.metric("pintu_duplicates_total")
    for _ in range(50):
        town.publish("web", body(f"sampah {mark}", mark))
    town.pass_through()
    for _ in range(3):
        town.publish("web", body(f"sampah lagi {mark}", mark))
        town.pass_through()
    assert len(town.arrived(mark)) == 1
    assert router.metric("pintu_duplicates_total") == before + 52


def test_a_repeat_in_another_form_is_the_same_complaint(town: Outside, mark: str) -> None:
    town.publish("web", body(f"sampah {mark}", mark))
    town.publish("web", f"sampah {mark}".encode(), message_id=mark)
    headers = {
        "cloudEvents_specversion": "1.0",
        "cloudEvents_id": mark,
        "cloudEvents_type": "complaint.submitted.v1",
    }
    town.publish("web", f"sampah {mark}".encode(), headers=headers, content_type="text/plain")
    assert len(town.arrived(mark)) == 1


def test_the_same_id_from_another_channel_is_another_complaint(town: Outside, mark: str) -> None:
    town.publish("web", body(f"sampah {mark}", mark))
    town.publish("sms", body(f"sampah {mark}", mark, "sms"))
    assert len(town.arrived(mark, 2)) == 2


def test_an_unusable_try_does_not_use_up_the_id(town: Outside, mark: str) -> None:
    town.publish("web", body("  ", mark))
    town.publish("web", body(f"sampah {mark}", mark))
    messages = town.arrived(mark, 2)
    assert sorted(m.queue for m in messages) == ["agency.dlh", "channel.web", "parked"]
