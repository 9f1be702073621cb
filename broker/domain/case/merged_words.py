"""What is said in one case and told in another: no reporter is named to somebody else."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from broker.domain import sentences
from broker.domain.case.case import Case
from broker.domain.masking import masked
from schemas.updates import Update

NAME_MASK: Final = "[nama]"
_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
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


def hiding(others: Iterable[Case]) -> Hide:
    """What hides names and contact data of the reporters of these cases in a text.

    Telephone numbers, NIK and e-mail addresses are hidden whosesoever they are: an agency may write
    down one that stood in a text. Of a name each word is hidden, however it is written.
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
    names = _any_of(words, r"(?<!\w)(?:", r")(?!\w)")
    values = _any_of(exact, "(?:", ")")

    def hide(text: str | None) -> str | None:
        if text is None:
            return None
        if values is not None:
            text = values.sub(NAME_MASK, text)
        text = masked(text)
        return text if names is None else names.sub(NAME_MASK, text)

    return hide


def retold(update: Update, case: Case, hide: Hide) -> Update:
    """The update as it is told in ``case``, which follows the one that it was said to.

    Only its words, with names hidden. What is for offices alone stays in the case that it was said
    to, and so do attachments, which may show somebody: that there are some is told.
    """
    note, reason = hide(update.note), hide(update.reason)
    if update.attachments:
        note = f"{note}\n\n{sentences.ATTACHMENTS_LEFT}" if note else sentences.ATTACHMENTS_LEFT
    told: dict[str, object] = {"note": note, "reason": reason}
    return replace(
        update,
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
    """Of what the desk notes for everybody in the case: its reporter reads it, and is another than
    that of the case that it is merged with."""
    return replace(update, note=hide(update.note)) if update.note else update


def _words_of(name: object) -> set[str]:
    if not isinstance(name, str):
        return set()
    found = _WORD.findall(name)[:_MOST]
    return {word for word in found if len(word) >= _SHORTEST and word.casefold() not in _TITLES}


def _any_of(words: Iterable[str], before: str, after: str) -> re.Pattern[str] | None:
    """The longest first: a name may begin with another."""
    known = sorted(words, key=lambda word: (-len(word), word))
    if not known:
        return None
    return re.compile(before + "|".join(map(re.escape, known)) + after, re.IGNORECASE)
