"""A bad optional field is left out and named, never quoted; the complaint goes through."""

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.limits import EXTERNAL_ID
from schemas.validation import validate_data


def read(**data: Any) -> tuple[Any, tuple[str, ...]]:
    return validate_data({"text": "halo"} | data)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", 5),
        ("occurred_at", "kemarin"),
        ("occurred_at", "2026-01-01T00:00:00"),
        ("classification", "rant"),
        ("oversight", "yes"),
        ("category", ["1397"]),
        ("category", True),
        ("agency", {"code": "dpupr"}),
        ("location", "Toboali"),
        ("reporter", ["Budi"]),
        ("attachments", "photo.jpg"),
        ("follows", "YWWD-XYKC-XDE2"),
        ("follows", "yang kemarin"),
        ("follows", ""),
        ("follows", 7),
        ("follows", "a" * 5_000),
        ("follows", "f738defa-6ceb-55dc-ae3d"),
        ("external_id", ""),
        ("external_id", " \t "),
        ("external_id", "1\n2"),
        ("external_id", "\x1b[31m"),
        ("external_id", "\0"),
        ("external_id", "x" * (EXTERNAL_ID + 1)),
        ("external_id", -1),
        ("external_id", 2**80),
        ("external_id", True),
        ("external_id", 1.5),
        ("external_id", ["1"]),
        ("extra", "x"),
        ("extra", {"n": float("inf")}),
    ],
)
def test_a_bad_field_is_left_out_and_named(field: str, value: object) -> None:
    data, warnings = read(**{field: value})
    assert getattr(data, field) is None
    assert [warning.split(":")[0] for warning in warnings] == [field]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("YWWD-XYKC-XDE1", "YWWD-XYKC-XDE1"),
        (" ywwd xykc xdel ", "YWWD-XYKC-XDE1"),
        ("ywwdxykcxde1", "YWWD-XYKC-XDE1"),
        ("f738defa-6ceb-55dc-ae3d-a318461297d8", "f738defa-6ceb-55dc-ae3d-a318461297d8"),
        ("F738DEFA6CEB55DCAE3DA318461297D8 ", "f738defa-6ceb-55dc-ae3d-a318461297d8"),
        ("urn:uuid:f738defa-6ceb-55dc-ae3d-a318461297d8", "f738defa-6ceb-55dc-ae3d-a318461297d8"),
    ],
)
def test_the_complaint_that_it_follows_is_named_in_one_way(said: str, meant: str) -> None:
    data, warnings = read(follows=said)
    assert (data.follows, warnings) == (meant, ())


def test_an_id_in_another_system_may_be_a_number() -> None:
    assert read(external_id=8923456)[0].external_id == 8923456
    assert read(external_id=" SP4N-8923456 ")[0].external_id == "SP4N-8923456"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("latitude", 91),
        ("latitude", "2.9"),
        ("longitude", float("nan")),
        ("village", 5),
        ("region", 1903),
    ],
)
def test_a_bad_part_of_a_location_leaves_the_rest(path: str, value: object) -> None:
    data, warnings = read(location={"address": "Jl. Merdeka", path: value})
    assert data.location.address == "Jl. Merdeka"
    assert getattr(data.location, path) is None
    assert [warning.split(":")[0] for warning in warnings] == [f"location.{path}"]


def test_a_bad_attachment_leaves_the_others() -> None:
    data, warnings = read(
        attachments=[{"url": 1}, {"url": "a", "size": -1, "media_type": "x/y"}, {"url": "b"}, None]
    )
    assert [(a.url, a.size, a.media_type) for a in data.attachments] == [
        ("a", None, "x/y"),
        ("b", None, None),
    ]
    assert len(warnings) == 3


def test_values_are_never_quoted() -> None:
    _, warnings = read(
        title={"a": "RAHASIA"},
        classification="RAHASIA",
        occurred_at="RAHASIA",
        reporter={"phone": ["RAHASIA"]},
        location={"latitude": "RAHASIA"},
        attachments=[{"url": "u", "size": "RAHASIA"}],
        follows="RAHASIA",
        external_id="RAHASIA\n",
    )
    assert len(warnings) == 7
    assert "RAHASIA" not in " ".join(warnings)


def test_a_thousand_bad_attachments_give_few_warnings() -> None:
    data, warnings = read(attachments=[{"url": n} for n in range(1000)])
    assert data.attachments == []
    assert len(warnings) <= 21


def test_nul_is_taken_out_of_the_text() -> None:
    data, warnings = read(text="ha\0lo")
    assert data.text == "halo"
    assert warnings == ("text: NUL characters taken out",)


@pytest.mark.parametrize("moment", [45659.4, "45659.4", "20250102", 20250102, 10**400, "9" * 400])
def test_a_number_that_is_no_time_since_1970_is_no_moment_of_1970(moment: object) -> None:
    data, warnings = validate_data({"text": "a", "occurred_at": moment})
    assert data.occurred_at is None
    assert warnings == (
        "occurred_at: neither an RFC 3339 timestamp nor seconds since 1970; left out",
    )


@pytest.mark.parametrize("moment", [1735787700, "1735787700", 1735787700000, "1735787700000"])
def test_seconds_and_milliseconds_since_1970_are_moments(moment: object) -> None:
    data, warnings = validate_data({"text": "a", "occurred_at": moment})
    assert data.occurred_at == datetime(2025, 1, 2, 3, 15, tzinfo=UTC) and not warnings
