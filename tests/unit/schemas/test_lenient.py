"""A bad optional field is left out and named, never quoted; the complaint goes through."""

from typing import Any

import pytest

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
        ("extra", "x"),
        ("extra", {"n": float("inf")}),
    ],
)
def test_a_bad_field_is_left_out_and_named(field: str, value: object) -> None:
    data, warnings = read(**{field: value})
    assert getattr(data, field) is None
    assert [warning.split(":")[0] for warning in warnings] == [field]


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
    )
    assert len(warnings) == 6
    assert "RAHASIA" not in " ".join(warnings)


def test_a_thousand_bad_attachments_give_few_warnings() -> None:
    data, warnings = read(attachments=[{"url": n} for n in range(1000)])
    assert data.attachments == []
    assert len(warnings) <= 21


def test_nul_is_taken_out_of_the_text() -> None:
    data, warnings = read(text="ha\0lo")
    assert data.text == "halo"
    assert warnings == ("text: NUL characters taken out",)
