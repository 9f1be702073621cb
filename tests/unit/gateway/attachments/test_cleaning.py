"""A picture is written anew: nothing stays of it but what it shows."""

import asyncio
import io
import struct
import tempfile
from pathlib import Path

import pytest

from broker.errors import FilesUnavailable
from gateway.attachments import cleaning, examining
from gateway.attachments.cleaning import Broken, TooManyPixels, clean
from gateway.attachments.examining import BadPicture, Pictures
from tests.unit.gateway.attachments.pictures import (
    PLACE,
    huge_png,
    opened,
    picture,
    telling,
    text_bomb,
)

FORMS = ("JPEG", "PNG", "WEBP")


def cleaned(content: bytes, most: int = examining.PIXELS, longest: int = 4096) -> bytes:
    made = io.BytesIO()
    clean(io.BytesIO(content), made, most, longest)
    return made.getvalue()


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_what_a_picture_tells_beside_its_pixels_stays(form: str) -> None:
    before = telling(form)
    assert PLACE[:10] in before
    after = cleaned(before)
    for mark in (PLACE, b"Exif", b"eXIf", b"EXIF", b"XMP", b"xmp", b"ICCP", b"iCCP", b"tEXt"):
        assert mark not in after
    image = opened(after)
    assert image.format == form
    assert not image.getexif() and not {"exif", "icc_profile", "comment", "xmp"} & set(image.info)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("orientation", "red"), [(1, "left"), (3, "right"), (6, "top"), (8, "end")]
)
def test_a_picture_stands_upright_without_its_note_of_how_it_was_held(
    form: str, orientation: int, red: str
) -> None:
    image = opened(cleaned(picture(form, orientation=orientation))).convert("RGB")
    width, height = image.size
    assert (width > height) == (orientation in (1, 3))
    where = {
        "left": (2, height // 2),
        "right": (width - 3, height // 2),
        "top": (width // 2, 2),
        "end": (width // 2, height - 3),
    }
    pixel = image.getpixel(where[red])
    assert isinstance(pixel, tuple) and pixel[0] > 200 and pixel[2] < 60


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert cleaned(telling("JPEG")) == cleaned(telling("JPEG"))


def test_a_jpeg_keeps_its_quality() -> None:
    coarse, fine = picture(size=(800, 600), quality=30), picture(size=(800, 600), quality=95)
    for one in (coarse, fine):
        assert opened(cleaned(one)).quantization == opened(one).quantization  # type: ignore[attr-defined]


def test_a_picture_that_is_larger_than_a_screen_is_made_smaller() -> None:
    assert opened(cleaned(picture(size=(900, 300)), longest=300)).size == (300, 100)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_mode_of_a_picture_is_shown(mode: str) -> None:
    form = "JPEG" if mode in ("CMYK", "L") else "PNG"
    made = io.BytesIO()
    opened(picture("PNG")).convert("L" if mode == "I;16" else mode).convert(mode).save(made, form)
    assert opened(cleaned(made.getvalue())).mode in ("L", "RGB", "RGBA")


def test_only_the_first_of_several_frames_is_kept() -> None:
    frames = [opened(picture("PNG", size=(20, 20 + n))).resize((20, 20)) for n in range(3)]
    made = io.BytesIO()
    frames[0].save(made, "WEBP", save_all=True, append_images=frames[1:])
    assert getattr(opened(cleaned(made.getvalue())), "n_frames", 1) == 1


BAD = {
    "cut off in the middle": picture(size=(800, 600))[:-2000],
    "cut off after its head": picture()[:200],
    "only its signature": b"\xff\xd8\xff\xe0",
    "PNG with a wrong sum": picture("PNG")[:29] + bytes(4) + picture("PNG")[33:],
    "PNG cut off": picture("PNG", size=(300, 300))[:-60],
    "WebP cut off": picture("WEBP", size=(300, 300))[:-60],
    "GIF": b"GIF89a" + b"\0" * 30,
    "TIFF in the clothes of a JPEG": b"\xff\xd8\xffII*\0" + b"\0" * 100,
    "a PNG whose width is nought": b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 0, 9),
    "nothing": b"",
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_what_is_not_a_whole_picture_is_told_from_one(content: bytes) -> None:
    with pytest.raises(Broken):
        cleaned(content)


def test_a_hundred_megapixels_are_refused_before_they_are_unpacked() -> None:
    with pytest.raises(TooManyPixels):
        cleaned(huge_png())


def test_a_text_that_unpacks_to_gigabytes_is_not_unpacked() -> None:
    with pytest.raises(Broken):
        cleaned(text_bomb())


async def test_a_picture_goes_through_a_process_of_its_own() -> None:
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as written:
        source.write(telling("JPEG"))
        await Pictures().cleaned(source, written)
        written.seek(0)
        assert opened(written.read()).size == (60, 40)


@pytest.mark.parametrize(
    ("content", "code"), [(b"\xff\xd8\xff", "file-broken"), (huge_png(), "file-pixels")]
)
async def test_its_exit_code_says_why(content: bytes, code: str) -> None:
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as written:
        source.write(content)
        with pytest.raises(BadPicture) as refused:
            await Pictures().cleaned(source, written)
    assert refused.value.code == code


async def test_a_decoder_that_dies_or_hangs_is_one_refused_picture(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    for program, within in (("import os; os.abort()", 60.0), ("import time; time.sleep(60)", 0.3)):
        file = f"{tmp_path}/program.py"
        with open(file, "w") as made:
            made.write(program)
        monkeypatch.setattr(examining, "_PROGRAM", file)
        monkeypatch.setattr(examining, "WITHIN", within)
        with tempfile.TemporaryFile() as file_, pytest.raises(BadPicture):
            await Pictures().cleaned(file_, file_)


async def test_a_decoder_that_cannot_be_run_is_no_fault_of_the_picture(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "program.py").write_text("import nothing_there")
    monkeypatch.setattr(examining, "_PROGRAM", str(tmp_path / "program.py"))
    with tempfile.TemporaryFile() as file, pytest.raises(FilesUnavailable):
        await Pictures().cleaned(file, file)


async def test_a_few_pictures_are_decoded_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    running = most = 0

    async def run(*_: object) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return 0

    monkeypatch.setattr(examining, "_run", run)
    pictures = Pictures(at_once=2)
    file = io.BytesIO()
    await asyncio.gather(*(pictures.cleaned(file, file) for _ in range(20)))
    assert most == 2


def test_its_codes_are_none_that_python_ends_with_by_itself() -> None:
    assert {cleaning.BROKEN, cleaning.TOO_MANY_PIXELS}.isdisjoint({0, 1, 2})
