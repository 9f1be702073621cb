"""What is said to be taken beyond the schemas is taken, and is beyond them."""

import json

import pytest

from pintu.contract.beyond import SUBMISSIONS, UPDATES, Beyond
from schemas.properties import Properties
from schemas.submission import NeedsId, Submission, read_submission
from schemas.updates import Update, read_update
from tests.unit.pintu.contract.contract import faults, files


def properties(one: Beyond) -> Properties:
    return Properties(
        content_type=one.content_type, message_id=one.message_id, headers=dict(one.headers)
    )


def is_beyond(name: str, one: Beyond) -> bool:
    try:
        return bool(faults(name, json.loads(one.body)))
    except ValueError:
        return True


@pytest.mark.parametrize("one", SUBMISSIONS, ids=lambda one: one.says[:40])
def test_a_complaint_is_taken_all_the_same(one: Beyond) -> None:
    assert is_beyond("submission.submitted", one)
    read = read_submission(one.body.encode(), properties(one), channel=one.key)
    if one.message_id is None:
        assert isinstance(read, NeedsId)
        return
    assert isinstance(read, Submission)
    assert bool(read.warnings) == one.warns


@pytest.mark.parametrize("one", UPDATES, ids=lambda one: one.says[:40])
def test_an_update_is_taken_all_the_same(one: Beyond) -> None:
    verb = one.key.split(".")[2]
    assert is_beyond(f"update.{verb}", one)
    read = read_update(one.body.encode(), properties(one), one.key)
    assert isinstance(read, Update)
    assert bool(read.warnings) == one.warns


@pytest.mark.parametrize("one", [*SUBMISSIONS, *UPDATES], ids=lambda one: one.says[:40])
def test_it_is_said_wherever_the_schemas_are(one: Beyond) -> None:
    kind = "submissions" if one in SUBMISSIONS else "updates"
    schemas = [json.loads(text) for name, text in files().items() if f"schemas/{kind}/" in name]
    assert schemas
    assert all(one.says in schema["$comment"] for schema in schemas)
    assert one.says in json.loads(json.dumps(files()["README.md"]))
    assert one.says.replace("`", "") in files()["index.html"].replace("&#39;", "'")
