"""Forms in parts are read as they arrive, however they are cut into pieces."""

from collections.abc import Iterable
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.attachments.multipart import Begins, Parts

KIND = "multipart/form-data; boundary=xyz"


def read(body: bytes, cuts: Iterable[int] = (), kind: str = KIND, most: int = 20) -> list[object]:
    """Parts with their content."""
    parts, found = Parts(kind, most), list[object]()
    places = sorted({0, len(body), *(cut % (len(body) + 1) for cut in cuts)})
    content = b""
    for start, end in pairwise(places):
        for piece in parts.feed(body[start:end]):
            if isinstance(piece, Begins):
                found.append((piece.name, piece.file))
                content = b""
            elif piece is None:
                found.append(content)
            else:
                content += piece
    if not parts.over:
        raise ValueError("it does not end")
    return found


def written(fields: Iterable[tuple[str, bytes, bool]]) -> bytes:
    body = b""
    for name, content, file in fields:
        head = f'Content-Disposition: form-data; name="{name}"' + ('; filename="a"' if file else "")
        body += b"--xyz\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n"
    return body + b"--xyz--\r\n"


NEAR = st.lists(st.sampled_from([b"\r", b"\n", b"-", b"--xy", b"x", b"\r\n--", b"\0"])).map(
    b"".join
)
PARTS = st.lists(st.tuples(st.text("abc[]", min_size=1), NEAR, st.booleans()), max_size=5)


@given(PARTS.filter(lambda parts: all(b"\r\n--xyz" not in one[1] for one in parts)), st.data())
def test_what_was_written_is_read_however_it_is_cut(
    parts: list[tuple[str, bytes, bool]], data: st.DataObject
) -> None:
    cuts = data.draw(st.lists(st.integers(0, 2000)))
    expected = [each for name, content, file in parts for each in ((name, file), content)]
    assert read(written(parts), cuts) == expected


@given(st.binary(max_size=300), st.lists(st.integers(0, 300)))
def test_bytes_that_are_no_form_are_refused_or_read_and_nothing_else(
    body: bytes, cuts: list[int]
) -> None:
    for some in (body, b"--xyz\r\n" + body, written([("a", body, True)])[:-9] + body):
        with suppress(ValueError):
            read(some, cuts)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        b"--xyz\r\n\r\nc\r\n--xyz--",
        b'--xyz\r\nContent-Disposition: form-data; name="a"\r\n--xyz--\r\n\r\n',
        b'--xyz\r\nContent-Disposition: attachment; name="a"\r\n\r\nc\r\n--xyz--',
        b"--xyz\r\nContent-Disposition: form-data\r\n\r\nc\r\n--xyz--",
        b"--xyz\r\n" + b"A: b\r\n" * 1000 + b"\r\nc\r\n--xyz--",
        b"before " * 1000 + written([("a", b"b", False)]),
        written([("a", b"b", False)] * 21),
        written([("a", b"b", False)])[:-6],
        b'--xyz\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nc\r\n--xyz--',
    ],
    ids=lambda body: str(body[:40]),
)
def test_a_body_that_is_no_such_form_is_told(body: bytes) -> None:
    with pytest.raises(ValueError):
        read(body)


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", f"{KIND[:-3]}{'x' * 71} "]
)
def test_a_form_without_a_delimiter_is_told(kind: str) -> None:
    with pytest.raises(ValueError):
        read(written([]), kind=kind)


def test_a_name_of_a_file_is_told_from_none() -> None:
    head = b'--xyz\r\nContent-Disposition: form-data; name="a"; filename=%b\r\n\r\n\r\n--xyz--'
    for name, chosen in ((b'""', False), (b'"x"', True), (b"x", True), (b"", False)):
        (begins, _) = Parts(KIND, 1).feed(head % name)
        assert begins == Begins("a", file=True, chosen=chosen)
