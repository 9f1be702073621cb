"""From characters to words: the same for the rules' phrases and for what people write.

Time is bounded: of a text, the first `EXAMINED_CHARS` characters are examined and the first
`EXAMINED_WORDS` words of those; a word longer than `MAX_WORD` characters is nobody's word.
"""

import re
from collections.abc import Iterator
from itertools import islice

from broker.domain.masking import EMAIL_MASK, NIK_MASK, PHONE_MASK
from broker.domain.routing.language.normalizing import normalized
from schemas.limits import EXAMINED_CHARS, EXAMINED_WORDS

MAX_WORD = 40
_SPELT = 4  # characters of a word in which digits may stand for letters

WORD = re.compile(r"[^\W_]+")
_MASK = re.compile("|".join(map(re.escape, (PHONE_MASK, NIK_MASK, EMAIL_MASK))))
_CLOCK = re.compile(r"\b(?:pukul|pkl)(?=[\s.:]{0,3}[0-9])", re.IGNORECASE)  # a time of day
_ESCAPED = re.compile(r"\\[nrt]")  # a line break that some program wrote as two characters
_MARK = re.compile(r"[.,;:!?()\[\]\n]")
_MARKS = re.compile("[\u0300-\u036f\u200b-\u200f\ufe00-\ufe0f]+")
_STRETCHED = re.compile(r"(.)\1{2,}")
_TWICE = re.compile(r"^([^\W\d_]{3,})2(an|nya|e|in)$")
_DOUBLED = re.compile(r"(.)\1+")
_ASCII = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)) * 2
_DIGITS = str.maketrans("013456789", "oieasgbtg")


def words(text: str) -> list[str]:
    """Lower-case words of a text, Unicode NFKC, without punctuation; never raises."""
    head = cleared(text[:EXAMINED_CHARS])
    if head.isascii():  # what `WORD` finds, in a fifth of its time
        return head.encode().translate(_ASCII).decode().split()[:EXAMINED_WORDS]
    return WORD.findall(_compose(head).lower())[:EXAMINED_WORDS]


def sentence_words(text: str) -> Iterator[tuple[str, bool]]:
    """The same words one by one, each with whether a mark of punctuation stands before it."""
    head = cleared(text[:EXAMINED_CHARS])
    if not head.isascii():
        head = _compose(head)
    end = 0
    for word in islice(WORD.finditer(head.lower()), EXAMINED_WORDS):
        yield word[0], bool(_MARK.search(head, end, word.start()))
        end = word.end()


def cleared(text: str) -> str:
    """The text with as many blanks in place of what is no word.

    "[NIK]" is not about a NIK, a line break written as two characters is one, and "pukul 7" is a
    time: nobody beats or sells on the pavement.
    """
    lowered = text.lower()
    if "pukul" in lowered or "pkl" in lowered:
        text = _CLOCK.sub(lambda word: " " * len(word[0]), text)
    if "\\" in text:
        text = _ESCAPED.sub("  ", text)
    return _MASK.sub(lambda mask: " " * len(mask[0]), text) if "[" in text else text


def _compose(head: str) -> str:
    """NFKC, so that letters of fancy fonts are letters; marks it leaves over are dropped."""
    return without_accents(normalized("NFKC", head, EXAMINED_CHARS))


def without_accents(text: str) -> str:
    """The text without combining accents and characters of no width."""
    return _MARKS.sub("", text)


def squeezed(word: str) -> tuple[str, ...]:
    """The word with stretched letters squeezed: `parahhh` → `parahh`, `parah` (likelier first).

    Numbers stay what they are: 1000 is not 10.
    """
    if word.isdigit() or not _DOUBLED.search(word):
        return ()
    three = _STRETCHED.sub(r"\1", word)
    two = _STRETCHED.sub(r"\1\1", word)
    one = _DOUBLED.sub(r"\1", word)
    return tuple(dict.fromkeys(w for w in (three, two, one) if w != word))


def lettered(word: str) -> str | None:
    """The word with digits read as letters (`j4lan`), or None where it has none or only digits.

    A 2 at the end or before an ending is the sign of doubling in Indonesian (`jalan2`, `kos2an`)
    and is left out. What is short or has more digits than letters is a number: `5d`, `150m`.
    """
    if word.isalpha() or word.isdigit():
        return None
    bare = word[:-1] if word[-1] == "2" else _TWICE.sub(r"\1\2", word)
    if bare.isalpha():
        return bare if len(bare) > 2 else None
    letters = sum(map(str.isalpha, word))
    if len(word) < _SPELT or letters * 2 < len(word):
        return None
    return bare.translate(_DIGITS)
