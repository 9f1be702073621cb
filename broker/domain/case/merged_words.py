"""What is said in one case and told in another: no reporter is named to somebody else."""

import re
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import pairwise
from typing import Final

from broker.domain import sentences
from broker.domain.case.case import Case
from broker.domain.masking import masked
from broker.domain.routing.language.normalizing import normalized
from schemas.updates import Update

NAME_MASK: Final = "[nama]"
_SIGNS: Final = r"'\u2018\u2019\u02bb\u02bc`\u00b4\-"
"""What stands within a word of a name, and is written in many ways, or left out."""
_WORD: Final = re.compile(rf"[^\W\d_]+(?:[{_SIGNS}][^\W\d_]+)*")
_BETWEEN: Final = re.compile(f"[{_SIGNS}]")
_SHORTEST: Final = 3
"""Letters of a word of a name that is looked for by itself."""
_MOST: Final = 20
"""Words of one name."""
_TITLES: Final = frozenset(
    (
        *("bapak", "ibu", "pak", "bang", "kak", "mas", "mbak", "abang", "kakak", "tuan", "nyonya"),
        *("nona", "sdr", "sdri", "saudara", "saudari", "haji", "hajah", "hajjah", "drs", "dra"),
        *("prof", "bin", "binti", "alm", "almarhum", "anonim", "warga", "rt", "rw", "dan"),
        *("sos", "kom", "hum", "apt", "ust", "ustaz", "ustadz", "tgk", "datuk"),
    )
)
"""What people write with a name and is nobody's."""

Hide = Callable[[str | None], str | None]


def hiding(others: Iterable[Case], *, numbers: bool = True) -> Hide:
    """What hides names and contact data of the reporters of these cases in a text.

    Telephone numbers, NIK and e-mail addresses are hidden whosesoever they are: an agency may write
    down one that stood in a text; without ``numbers`` those of these reporters alone. Of a name
    each word is hidden, however it is written: ``Nur'aini`` as ``Nuraini`` and ``Nur Aini``,
    ``Siti Aminah`` as ``Sitiaminah``.
    """
    words, exact = set[str](), set[str]()
    for case in others:
        reporter = case.complaint.get("reporter") if case.complaint is not None else None
        if not reporter:
            continue
        words |= _words_of(reporter.get("name"))
        for field in (reporter.get("phone"), reporter.get("email"), reporter.get("national_id")):
            if isinstance(field, str) and len(field.strip()) >= _SHORTEST:
                exact.add(field.strip())

    def hide(text: str | None) -> str | None:
        if text is None:
            return None
        text = _without(exact, _composed(text))
        text = masked(text) if numbers else text
        return _WORD.sub(lambda found: _hidden(found[0], words), text)

    return hide


def retold(update: Update, lead: Case, case: Case, hide: Hide) -> Update:
    """The update as it is told in ``case``, which follows the one that it was said to, ``lead``.

    It has an id of its own: its sender may have used the same one in that case already, or use it
    there later, since an id stands for one update in one case.

    Only its words, with names hidden. What is for offices alone stays in the case that it was said
    to, and so do attachments, which may show somebody: that there are some is told.
    """
    note, reason = hide(update.note), hide(update.reason)
    if update.attachments:
        note = f"{note}\n\n{sentences.ATTACHMENTS_LEFT}" if note else sentences.ATTACHMENTS_LEFT
    told: dict[str, object] = {"note": note, "reason": reason}
    return replace(
        update,
        id=f"{update.id}|{lead.complaint_id}",
        complaint_id=case.complaint_id,
        tracking=None,
        note=note,
        reason=reason,
        internal_note=None,
        attachments=(),
        suggest=None,
        warnings=(),
        data={name: words for name, words in told.items() if words is not None},
    )


def naming_nobody(update: Update, hide: Hide) -> Update:
    """Of what an office notes for everybody in the case: its reporter reads it, and is another than
    those of the cases that it is merged with."""
    note, reason = hide(update.note), hide(update.reason)
    if (note, reason) == (update.note, update.reason):
        return update
    words = {"note": note, "reason": reason}
    data = {name: words.get(name) or value for name, value in update.data.items()}
    return replace(update, note=note, reason=reason, data=data)


def _composed(text: str) -> str:
    """A letter and its mark are one character, as in a name that was typed elsewhere."""
    return normalized("NFC", text, 3 * len(text))  # no text grows by more (UAX #15)


def _words_of(name: object) -> set[str]:
    """As they are compared: without signs, in one case."""
    if not isinstance(name, str):
        return set()
    found = _WORD.findall(_composed(name))[:_MOST]
    parts = [part for word in found for part in _BETWEEN.split(word)]
    both = [f"{one}{then}" for one, then in pairwise(parts)]
    keys = map(_key, (*found, *parts, *both))
    return {key for key in keys if len(key) >= _SHORTEST and key not in _TITLES}


def _key(word: str) -> str:
    return _BETWEEN.sub("", word).casefold()


def _hidden(word: str, names: AbstractSet[str]) -> str:
    """A word of a text: hidden as a whole, or those of its parts that are names."""
    if _key(word) in names:
        return NAME_MASK
    parts = _BETWEEN.split(word)
    if len(parts) == 1 or names.isdisjoint(map(_key, parts)):
        return word
    signs = [*_BETWEEN.findall(word), ""]
    shown = (NAME_MASK if _key(part) in names else part for part in parts)
    return "".join(f"{part}{sign}" for part, sign in zip(shown, signs, strict=True))


def _without(values: Iterable[str], text: str) -> str:
    """The longest first: one may begin with another."""
    lowered = text.casefold()
    there = sorted((v for v in values if v.casefold() in lowered), key=lambda v: (-len(v), v))
    if not there:
        return text
    return re.sub("|".join(map(re.escape, there)), NAME_MASK, text, flags=re.IGNORECASE)
