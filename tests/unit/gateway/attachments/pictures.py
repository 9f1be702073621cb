"""Pictures and what passes for them, made by hand."""

import io
import struct
import zlib
from typing import Any, Final

from PIL import Image, PngImagePlugin

PLACE: Final = b"6.1234 S place-of-the-reporter"
PDF: Final = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
HTML: Final = b"<!doctype html><script>alert(1)</script>"
SVG: Final = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HEIC: Final = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\0" * 100
EICAR: Final = PDF + b"EICAR"


def picture(
    form: str = "JPEG",
    size: tuple[int, int] = (60, 40),
    orientation: int | None = None,
    **more: Any,
) -> bytes:
    """A picture whose left half is red, the right one blue."""
    image = Image.new("RGB", size, (0, 0, 250))
    image.paste((250, 0, 0), (0, 0, size[0] // 2, size[1]))
    if orientation is not None:
        more["exif"] = _exif(orientation)
    made = io.BytesIO()
    image.save(made, form, **more)
    return made.getvalue()


def telling(form: str) -> bytes:
    """A picture that tells where and by whom it was taken, in every way that its format has."""
    more: dict[str, Any] = {"exif": _exif(1), "icc_profile": b"profile " + PLACE}
    more["xmp"] = b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>"
    if form == "JPEG":
        more["comment"] = PLACE
    if form == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("Author", PLACE.decode())
        info.add_itxt("XML:com.adobe.xmp", PLACE.decode(), zip=True)
        more["pnginfo"] = info
        del more["xmp"]
    return picture(form, **more) + PLACE


def opened(content: bytes) -> Image.Image:
    """As a viewer shows it."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def huge_png(width: int = 10_000, height: int = 10_000) -> bytes:
    """A hundred megapixels of nothing, in a few kilobytes."""
    lines = zlib.compressobj(9)
    row = b"\0" + b"\0" * (width // 8)
    data = b"".join(lines.compress(row) for _ in range(height)) + lines.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = (b"IHDR", head), (b"IDAT", data), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in chunks)


def text_bomb() -> bytes:
    """A picture with a compressed text that unpacks to many megabytes."""
    packed = zlib.compress(b"\0" * 200_000_000, 9)
    whole = picture("PNG")
    at = whole.index(b"IDAT") - 4
    return whole[:at] + _chunk(b"zTXt", b"Comment\0\0" + packed) + whole[at:]


def _chunk(name: bytes, data: bytes) -> bytes:
    crc = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)


def _exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "camera " + PLACE.decode()
    exif.get_ifd(0x8825)[2] = (6.0, 12.0, 34.0)
    return exif.tobytes()
