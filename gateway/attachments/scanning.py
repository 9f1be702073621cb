"""A virus scanner that speaks clamd's protocol (clamd(8), ``INSTREAM``)."""

import asyncio
import re
from contextlib import suppress
from typing import BinaryIO, Final

from broker.errors import ScannerUnavailable
from config.attachments import clamd_address

CONNECTED_WITHIN: Final = 5.0
SCANNED_WITHIN: Final = 60.0
"""Seconds for one file."""
_CHUNK: Final = 64 * 1024
_MOST: Final = 1_000
"""Bytes of an answer."""
_FOUND: Final = re.compile(r"stream: (?P<name>.{1,200}) FOUND")


class Scanner:
    """One scanner; a connection a file, as clamd ends it after each."""

    def __init__(self, address: str) -> None:
        self._address = clamd_address(address)
        self.address = address

    async def virus(self, file: BinaryIO) -> str | None:
        """The name of what it found in a file; None where it found nothing.

        Raises:
            ScannerUnavailable: it does not answer, or could not look at it.
        """
        file.seek(0)
        answer = await self._ask(b"zINSTREAM\0", file)
        if answer == "stream: OK":
            return None
        if (found := _FOUND.fullmatch(answer)) is not None:
            return found["name"]
        # A file larger than its StreamMaxLength, or a fault of its own: nobody has looked.
        raise ScannerUnavailable(f"the scanner at {self.address} answers {answer[:100]!r}")

    async def ping(self) -> None:
        """Raises ScannerUnavailable unless it answers."""
        if (answer := await self._ask(b"zPING\0", None)) != "PONG":
            raise ScannerUnavailable(f"the scanner at {self.address} answers {answer[:100]!r}")

    async def _ask(self, command: bytes, file: BinaryIO | None) -> str:
        try:
            async with asyncio.timeout(CONNECTED_WITHIN):
                reader, writer = await self._connected()
        except (OSError, TimeoutError) as why:
            raise ScannerUnavailable(f"no scanner at {self.address}: {_told(why)}") from why
        try:
            async with asyncio.timeout(SCANNED_WITHIN):
                writer.write(command)
                with suppress(ConnectionError):  # it may answer before it has read all
                    await _send(writer, file)
                answer = await reader.read(_MOST)
                while answer and not answer.endswith(b"\0") and len(answer) < _MOST:
                    if not (more := await reader.read(_MOST)):
                        break
                    answer += more
        except (OSError, TimeoutError) as why:
            raise ScannerUnavailable(
                f"the scanner at {self.address} does not answer: {_told(why)}"
            ) from why
        finally:
            writer.close()
        if not answer:
            raise ScannerUnavailable(f"the scanner at {self.address} hung up")
        return answer.rstrip(b"\0\n").decode("utf-8", "replace")

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._address, str):
            return await asyncio.open_unix_connection(self._address)
        return await asyncio.open_connection(*self._address)


async def _send(writer: asyncio.StreamWriter, file: BinaryIO | None) -> None:
    if file is not None:
        while chunk := file.read(_CHUNK):
            writer.write(len(chunk).to_bytes(4, "big") + chunk)
            await writer.drain()
        writer.write(bytes(4))
    await writer.drain()


def _told(why: BaseException) -> str:
    return (why.strerror if isinstance(why, OSError) else None) or str(why) or "no answer in time"
