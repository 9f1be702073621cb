"""What people write, measured: contacts in odd writings are hidden, innocent numbers are spared.

``contacts*.txt``: one text a line, the contact between ⟦ and ⟧. ``innocent*.txt``: one text a line.
All are invented; ``\\n`` and ``\\t`` are a line's end and a tab. Those that end in ``_more`` were
written by somebody who had not read the masks.
"""

import re
from pathlib import Path

from broker.domain.masking import EMAIL_MASK, NIK_MASK, PHONE_MASK, masked

CORPUS = Path(__file__).parent / "corpus"
MASKS = re.compile("|".join(map(re.escape, (EMAIL_MASK, NIK_MASK, PHONE_MASK))))
LEFT_OVER = 3
"""Letters and digits of a contact that may remain: a country code, a bracket's neighbour."""


def lines(name: str) -> list[str]:
    written = (CORPUS / name).read_text(encoding="utf-8").split("\n")
    plain = [line.replace("\\n", "\n").replace("\\t", "\t") for line in written]
    return [line.replace("\\\\", "\\") for line in plain if line]


def is_hidden(line: str) -> bool:
    """Nothing of the contact is left, and all that stands around it is."""
    before, contact, after = re.split("[⟦⟧]", line)
    shown = masked(before + contact + after)
    middle = MASKS.sub("", shown[len(before.rstrip(" (")) : len(shown) - len(after)])
    around = shown.startswith(before.rstrip(" (")) and shown.endswith(after)
    return around and contact not in shown and sum(map(str.isalnum, middle)) <= LEFT_OVER


def test_of_contacts_in_odd_writings_99_in_100_are_hidden() -> None:
    contacts = lines("contacts.txt") + lines("contacts_more.txt")
    shown = [line for line in contacts if not is_hidden(line)]
    assert len(contacts) >= 650
    assert len(shown) <= len(contacts) // 100, shown


def test_of_innocent_numbers_99_in_100_are_spared() -> None:
    innocent = lines("innocent.txt") + lines("innocent_more.txt")
    hidden = [masked(line) for line in innocent if masked(line) != line]
    assert len(innocent) >= 650
    assert len(hidden) <= len(innocent) // 100, hidden


def test_who_hides_nothing_or_everything_would_be_seen() -> None:
    assert not is_hidden("hubungi ⟦0812 3456 7890⟧".replace("0812 3456 7890", "Pak Budi"))
    assert masked("lampu 0812-3456-7890") != "lampu 0812-3456-7890"
