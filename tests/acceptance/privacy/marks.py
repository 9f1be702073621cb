"""Marks of an invented person, one set for each kind that scripts/documents/personal_data.toml
tells apart: where a mark is found says what got there."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

WAYS = ("open", "anonymous", "confidential")


@dataclass(frozen=True)
class Contacts:
    """By which a person is found."""

    name: str
    phone: str
    email: str
    nik: str

    @property
    def reachable(self) -> tuple[str, ...]:
        """What masks know by its form."""
        return self.phone, self.phone[-9:], self.email, self.nik


@dataclass(frozen=True)
class Marked:
    """Who complains in one of the three ways; ``nth`` tells one complaint from the next."""

    way: str
    nth: str

    @cached_property
    def who(self) -> Contacts:
        return self._contacts("who")

    @cached_property
    def contacts(self) -> Contacts:
        return self._contacts("contacts")

    @cached_property
    def replies(self) -> Contacts:
        return self._contacts("replies")

    def word(self, kind: str) -> str:
        """Letters alone: digits could look like a telephone's."""
        return f"tanda{self._letters(kind)}"

    @cached_property
    def marks(self) -> Mapping[str, tuple[str, ...]]:
        """By kind."""
        return {
            "who": (self.who.name, *self.who.reachable),
            "contacts": self.contacts.reachable,
            "replies": self.replies.reachable,
            **{
                kind: (self.word(kind),)
                for kind in ("words", "extra", "sender", "external", "files", "staff")
            },
        }

    def data(self, text: str) -> dict[str, object]:
        """A complaint that has a mark in every field that there is."""
        them, written, word = self.who, self.contacts, self.word
        return {
            "text": f"{text} {word('words')}. Hubungi {written.phone}, NIK {written.nik}",
            "title": f"{word('words')} {written.email}",
            "location": {"address": f"Jl. Merdeka 1 {word('words')}", "village": "Rias"},
            "reporter": {
                "name": them.name,
                "phone": them.phone,
                "email": them.email,
                "national_id": them.nik,
            },
            "anonymous": self.way == "anonymous",
            "confidential": self.way == "confidential",
            "extra": {"ticket": word("extra")},
            "external_id": word("external"),
            "attachments": [{"url": f"https://files.example/{word('files')}.jpg"}],
        }

    def said(self) -> str:
        """What its channel says later."""
        them = self.replies
        return f"{self.word('words')}: {them.phone}, {them.email}, NIK {them.nik}"

    def _contacts(self, kind: str) -> Contacts:
        chance = random.Random(f"{self.way} {self.nth} {kind}")
        digits = "".join(str(chance.randrange(1, 10)) for _ in range(22))
        letters = self._letters(kind)
        return Contacts(
            name=f"Nama-{letters}",
            phone=f"0812{digits[:8]}",
            email=f"surel{letters}@example.com",
            nik=f"19{digits[8:]}",
        )

    def _letters(self, kind: str) -> str:
        chance = random.Random(f"letters {self.way} {self.nth} {kind}")
        return "".join(chance.choice("bcdfghjklmnpqrstvwxz") for _ in range(14))
