"""People who do not want to be known, and what would give them away."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not want to be known; every word here is a mark."""

    name: str
    id: str
    phones: tuple[str, ...]
    nik: str
    emails: tuple[str, ...]
    ticket: str
    device: str

    @property
    def marks(self) -> tuple[str, ...]:
        said = (self.name, self.id, *self.phones, self.nik, *self.emails, self.ticket, self.device)
        bare = ("".join(filter(str.isdigit, phone))[-9:] for phone in self.phones)
        return (*said, *bare)


def a_person(form: str) -> Person:
    chance = random.Random(form)

    def digits(number: int) -> str:
        return "".join(str(chance.randrange(1, 10)) for _ in range(number))

    word = f"{chance.getrandbits(60):x}"
    return Person(
        name=f"Nama-{word}",
        id=f"id-{word}-0812{digits(8)}",
        phones=(
            f"0812{digits(8)}",
            f"+62 813 {digits(4)} {digits(4)}",
            f"0814-{digits(4)}-{digits(4)}",
            f"(0718) {digits(7)}",
        ),
        nik=f"19{digits(14)}",
        emails=(f"surel{word}@example.com", f"kotak.{word} (at) example.co.id"),
        ticket=f"tiket-{word}",
        device=f"perangkat-{word}",
    )
