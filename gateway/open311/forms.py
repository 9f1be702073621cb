"""What was sent: parameters of the address and fields of a form, bounded and in UTF-8."""

import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request

from config.language import marked
from gateway.api.bodies import body_of
from gateway.api.world import Gateway
from gateway.attachments.receiving import Upload, is_multipart
from gateway.open311.errors import Refusal

FIELDS: Final = 1_000
"""Fields of one form."""
_FORM: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
_ATTRIBUTE: Final = re.compile(r"attribute\[([^\[\]]{1,200})\](?:\[\])?")
_NOT_A_FORM: Final = Refusal(
    415,
    marked("Send the body as {form} or {multipart}."),
    {"form": _FORM, "multipart": _MULTIPART},
)
_UNREADABLE: Final = Refusal(
    400,
    marked("The form cannot be read: UTF-8, at most {n} fields."),
    {"n": FIELDS},
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


@asynccontextmanager
async def form_of_body(
    request: Request, world: Gateway
) -> AsyncIterator[tuple[Fields, Sequence[Upload]]]:
    """Of the body and the address, the body's first; and files, which are there while the block
    runs. Raises Refusal, Problem."""
    in_address = _pairs(request.scope["query_string"])
    if is_multipart(request):
        async with world.attachments.received(request) as form:
            yield Fields([*form.fields, *in_address]), form.uploads
        return
    kind = request.headers.get("content-type", _FORM).partition(";")[0].strip().lower()
    if kind != _FORM:
        raise _NOT_A_FORM
    yield Fields([*_pairs(await body_of(request)), *in_address]), ()


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
