"""A virus scanner is asked by clamd's protocol, and believed only where it has looked."""

import io
from pathlib import Path

import pytest

from broker.errors import ScannerUnavailable
from gateway.attachments.scanning import Scanner
from tests.unit.gateway.attachments.clamd import clamd


@pytest.mark.parametrize("socket", [False, True])
async def test_a_file_is_looked_at_whole(socket: bool, tmp_path: Path) -> None:
    content = bytes(range(256)) * 1000
    async with clamd(str(tmp_path / "clamd.ctl") if socket else None) as (seen, scanner):
        await scanner.ping()
        assert await scanner.virus(io.BytesIO(content)) is None
        assert await scanner.virus(io.BytesIO(b"EICAR")) == "Win.Test.EICAR_HDB-1"
    assert seen.seen == [content, b"EICAR"]


@pytest.mark.parametrize(
    "says", [b"", b"stream: ERROR", b"stream: OK FOUND maybe", b"\xff\xfe", b"stream: OK\nx"]
)
async def test_an_answer_that_is_none_is_no_leave(says: bytes) -> None:
    async with clamd(says=says) as (_, scanner):
        with pytest.raises(ScannerUnavailable):
            await scanner.virus(io.BytesIO(b"x"))
        with pytest.raises(ScannerUnavailable):
            await scanner.ping()


async def test_a_file_that_is_too_large_for_the_scanner_was_not_looked_at() -> None:
    async with clamd(most=1000) as (_, scanner):
        with pytest.raises(ScannerUnavailable):
            await scanner.virus(io.BytesIO(b"x" * 5_000_000))


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.ctl"])
async def test_a_scanner_that_is_away_is_named(address: str) -> None:
    with pytest.raises(ScannerUnavailable, match=address):
        await Scanner(address).virus(io.BytesIO(b"x"))
