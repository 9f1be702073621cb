"""What was sent: parameters of the address and fields of a form, bounded and in UTF-8."""

import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request

from gateway.api.bodies import body_of
from gateway.open311.errors import Refusal
from gateway.open311.parts import FileSent, parts_of

FIELDS: Final = 1_000
"""Fields of one form."""
_FORM: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
_ATTRIBUTE: Final = re.compile(r"attribute\[([^\[\]]{1,200})\](?:\[\])?")
_NOT_A_FORM: Final = Refusal(
    415,
    f"Kirim isi sebagai {_FORM} atau {_MULTIPART}.",
    f"Send the body as {_FORM} or {_MULTIPART}.",
)
_UNREADABLE: Final = Refusal(
    400,
    f"Isi formulir tidak dapat dibaca: UTF-8, paling banyak {FIELDS} isian.",
    f"The form cannot be read: UTF-8, at most {FIELDS} fields.",
)
_FILE: Final = Refusal(
    415,
    "Berkas tidak diterima di sini. Kirim alamatnya sebagai media_url.",
    "Files are not taken here. Send their address as media_url.",
)


class Fields:
    """Names with their values, in order. What is empty counts as not sent, as the specification
    wants it."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            if (text := value.strip()) != "":
                self._values.setdefault(name, []).append(text)

    def one(self, name: str) -> str | None:
        """The first value of that name."""
        return next(iter(self._values.get(name, ())), None)

    def every(self, name: str) -> list[str]:
        """All values of that name, also of ``name[]``."""
        return [*self._values.get(name, ()), *self._values.get(f"{name}[]", ())]

    def listed(self, name: str) -> list[str]:
        """The values of that name, which may be comma-delimited."""
        words = [word.strip() for value in self.every(name) for word in value.split(",")]
        return [word for word in dict.fromkeys(words) if word]

    @property
    def attributes(self) -> Mapping[str, list[str]]:
        """``attribute[code]=value`` and ``attribute[code][]=value``."""
        found: dict[str, list[str]] = {}
        for name, values in self._values.items():
            if (code := _ATTRIBUTE.fullmatch(name)) is not None:
                found.setdefault(code[1], []).extend(values)
        return found


def parameters_of(request: Request) -> Fields:
    """Of the address. Raises Refusal."""
    return Fields(_pairs(request.scope["query_string"]))


async def form_of_body(request: Request) -> Fields:
    """Of the body and the address; the body's come first. Raises Refusal, Problem."""
    content_type = request.headers.get("content-type", _FORM)
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in (_FORM, _MULTIPART):
        raise _NOT_A_FORM
    body = await body_of(request)
    pairs = _pairs(body) if kind == _FORM else _parts(content_type, body)
    return Fields([*pairs, *_pairs(request.scope["query_string"])])


def _pairs(text: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            text.decode("utf-8"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=FIELDS,
        )
    except ValueError:
        raise _UNREADABLE from None


def _parts(content_type: str, body: bytes) -> list[tuple[str, str]]:
    try:
        return parts_of(content_type, body, FIELDS)
    except FileSent:
        raise _FILE from None
    except ValueError:
        raise _UNREADABLE from None
