"""A picture decoded and written anew, upright and without anything but its pixels.

Runs as a process of its own, on two open files: ``python -I cleaning.py MOST_PIXELS LONGEST_SIDE``
reads standard input and writes standard output. What hostile bytes do to a decoder ends with it: it
has limits of memory and time, and a crash is one refused file. It imports nothing of the program,
so that it starts at once.
"""

import contextlib
import errno
import io
import resource
import struct
import sys
from typing import BinaryIO, Final

from PIL import Image, ImageFile, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

BROKEN: Final = 65
"""Exit code: it is no picture, or not whole."""
TOO_MANY_PIXELS: Final = 66
NO_ROOM: Final = 67
"""What it wrote did not fit on the disk."""
_MEMORY: Final = 1024**3
_SECONDS: Final = 30
_WRITTEN: Final = 512 * 1024**2
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_FAULTS: Final = (
    *(OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, AttributeError),
    *(EOFError, OverflowError, ArithmeticError, RuntimeError, AssertionError, struct.error),
)
"""What Pillow's readers raise at what they cannot read."""


_READERS: Final = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
"""Imported for what they do: nobody else's formats are known here."""


class TooManyPixels(Exception):
    """It would take too much memory."""


class NoRoom(Exception):
    """The disk is full."""


class Broken(Exception):
    """It is no picture that can be decoded."""


def clean(source: BinaryIO, target: BinaryIO, most: int, longest: int) -> None:
    """Write the picture anew in its own format.

    The orientation that its camera noted is applied; place, time, camera, comments, thumbnails,
    colour profiles, further frames and whatever hangs behind it stay behind. One with a side of
    more than ``longest`` is made smaller.

    Raises:
        TooManyPixels: it has more than ``most``.
        Broken: it cannot be decoded whole.
        NoRoom: what is written has no room.
    """
    Image.MAX_IMAGE_PIXELS = None  # its own limit only warns at first
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(source, formats=_FORMATS) as image:
            if image.width * image.height > most:
                raise TooManyPixels
            _write(image, target, longest)
            target.flush()
    except TooManyPixels:
        raise
    except MemoryError:
        raise TooManyPixels from None
    except _FAULTS as why:
        if isinstance(why, OSError) and why.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoRoom from None
        raise Broken(type(why).__name__) from None


def _write(image: Image.Image, target: BinaryIO, longest: int) -> None:
    form = "JPEG" if image.format == "MPO" else image.format or ""
    if form == "JPEG" and max(image.size) > longest:
        # Decoded at a half or a quarter already, where not much is lost by it.
        least = longest * 3 // 4
        image.draft(None, (least, least))
    tables = getattr(image, "quantization", None) if form == "JPEG" else None
    sampling = JpegImagePlugin.get_sampling(image) if form == "JPEG" else -1
    image.load()
    kept = image.mode in ("L", "RGB")
    ImageOps.exif_transpose(image, in_place=True)
    plain = _plain(image, alpha=form != "JPEG")
    plain.thumbnail((longest, longest))
    plain.info.clear()
    if form == "PNG":
        plain.save(target, "PNG", compress_level=4)
    elif form == "WEBP":
        plain.save(target, "WEBP", quality=88, method=2)
    else:
        _write_jpeg(plain, target, tables if kept else None, sampling)


def _write_jpeg(image: Image.Image, target: BinaryIO, tables: object, sampling: int) -> None:
    """With the tables that it came with it looks the same, and is as large."""
    written = io.BytesIO()
    try:
        if not tables:
            raise ValueError("no tables")
        image.save(written, "JPEG", qtables=tables, subsampling=max(sampling, 0))
    except _FAULTS:
        written = io.BytesIO()
        image.save(written, "JPEG", quality=88)
    target.write(written.getbuffer())


def _plain(image: Image.Image, *, alpha: bool) -> Image.Image:
    """In a mode that its format writes and every viewer shows."""
    see_through = alpha and ("A" in image.getbands() or "transparency" in image.info)
    if image.mode.startswith(("I", "F")):
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    wanted = "RGBA" if see_through else "L" if image.mode in ("1", "L", "LA") else "RGB"
    return image if image.mode == wanted else image.convert(wanted)


def _limited() -> None:
    """As far as this process may say so: a unit of systemd forbids it, and has limits itself."""
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_FSIZE, _WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(what, (most, most))


def main(most: str, longest: str) -> int:
    """The program; its exit code is its answer."""
    _limited()
    try:
        clean(sys.stdin.buffer, sys.stdout.buffer, int(most), int(longest))
    except NoRoom:
        return NO_ROOM
    except TooManyPixels:
        return TOO_MANY_PIXELS
    except Exception:  # whatever a reader raises at bytes that are none of its format's
        return BROKEN
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
