"""Requests with pictures, as a portal sends them."""

import io
import json
from typing import Any
from urllib.parse import urlsplit

import httpx
from PIL import Image

from tests.acceptance.gateway.http import Answer, Door


def picture(n: int = 0) -> bytes:
    """Each of its own colour."""
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "a camera that tells"
    colour = (n * 37 % 256, n * 91 % 256, n % 256)
    Image.new("RGB", (64, 48), colour).save(made, "JPEG", exif=exif.tobytes())
    return made.getvalue()


def sent(
    door: Door, path: str, files: list[bytes], data: Any, key: str | None = None, **more: str
) -> Answer:
    """A form in parts."""
    parts: list[Any] = [("data", (None, json.dumps(data).encode()))]
    parts += [("files", (f"{n}.jpg", one, "image/jpeg")) for n, one in enumerate(files)]
    form = httpx.Request("POST", door.address, files=parts)
    headers = {"Content-Type": form.headers["content-type"], **more}
    return door.call("POST", path, raw=form.read(), headers=headers, key=key)


def given(door: Door, url: str) -> Answer:
    parts = urlsplit(url)
    return door.call("GET", f"{parts.path}?{parts.query}")
