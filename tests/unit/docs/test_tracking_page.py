"""The page on tracking codes, its vectors and the program say the same."""

import json
import re
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from schemas.identifiers import complaint_id, normalise_tracking, tracking
from schemas.properties import Properties
from schemas.submission import Submission, read_submission
from tests.unit.docs.reading import ROOT

CONTRACT = ROOT / "docs" / "reference" / "contract"
VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    (CONTRACT / "tracking-vectors.json").read_text("utf-8")
)
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def as_the_page_says(complaint: UUID) -> tuple[str, int]:
    """The code, step by step, and how often its number was counted up."""
    digits = complaint.hex
    number = int(digits[:12] + digits[13:16], 16) // 2**5
    steps = 0
    while number % 37 > 31:
        number, steps = (number + 1) % 2**55, steps + 1
    characters = [DIGITS[number // 32**place % 32] for place in range(10, -1, -1)]
    plain = "".join([*characters, DIGITS[number % 37]])
    return "-".join((plain[:4], plain[4:8], plain[8:])), steps


@pytest.mark.parametrize("row", VECTORS["ids"], ids=lambda row: ascii(row["id"])[:20])
def test_a_vector_is_what_the_steps_of_the_page_give(row: dict[str, str]) -> None:
    complaint = uuid5(NAMESPACE_URL, f"{row['source']}#{row['id']}")
    assert row["complaint_id"] == str(complaint)
    assert row["tracking"] == as_the_page_says(complaint)[0]


@pytest.mark.parametrize("row", VECTORS["ids"], ids=lambda row: ascii(row["id"])[:20])
def test_the_program_reads_that_id_letter_for_letter(row: dict[str, str]) -> None:
    channel = row["source"].removeprefix("/channels/")
    event = {"specversion": "1.0", "type": "complaint.submitted.v1", "data": {"text": "jalan"}}
    for body, message_id in ((event | {"id": row["id"]}, None), ({"text": "jalan"}, row["id"])):
        properties = Properties(content_type="application/json", message_id=message_id)
        read = read_submission(json.dumps(body).encode(), properties, channel=channel)
        assert isinstance(read, Submission)
        assert str(read.complaint_id) == row["complaint_id"]
        assert tracking(read.complaint_id) == row["tracking"]


def test_the_vectors_hold_every_way_in_which_an_example_could_go_wrong() -> None:
    ids = [row["id"] for row in VECTORS["ids"]]
    steps = {as_the_page_says(UUID(row["complaint_id"]))[1] for row in VECTORS["ids"]}
    assert steps == {0, 1, 2, 3, 4, 5}
    assert any(not id.isascii() for id in ids)
    assert any(len(id) == 1_000 for id in ids)
    assert any(id != id.strip() for id in ids)
    assert any(row["complaint_id"].startswith("0") for row in VECTORS["ids"])
    assert len({row["source"] for row in VECTORS["ids"]}) > 1


@pytest.mark.parametrize("row", VECTORS["typed"], ids=lambda row: row["typed"])
def test_a_typed_code_means_what_the_vectors_say(row: dict[str, str]) -> None:
    assert normalise_tracking(row["typed"]) == row["tracking"]


def test_the_rows_of_the_page_are_right() -> None:
    rows = re.findall(
        r"^\| `(/channels/\S+)` \| `(\S+)` \| `(\S+)` \| `(\S+)` \|$",
        (CONTRACT / "tracking.md").read_text("utf-8"),
        re.M,
    )
    assert len(rows) == 3
    for source, id, complaint, code in rows:
        assert str(complaint_id(source, id)) == complaint
        assert tracking(complaint_id(source, id)) == code
