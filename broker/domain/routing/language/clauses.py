"""Where in a text one sentence ends and the next begins, as people write: also by a new line, a
numbered point, or "selain itu"."""

import re
from typing import Final

MOST: Final = 40
"""Places in one text that are looked at, the first ones."""
SHORTEST: Final = 8
"""Characters of a sentence: less belongs to what is before it."""
_STOP: Final = re.compile(r"[.!?;…]+\s*|[\n\r]\s*|\\[nr]\s*")
_POINT: Final = re.compile(r"[0-9]{1,2}[.)] ?[a-z]")
_TURN: Final = re.compile(
    r"\b(?:(?:dan|serta) )?(?:selain itu|di ?samping itu|(?:yang|yg) kedua|kedua ?,|satu lagi)\b"
    r"|\b(?:dan|serta) juga\b|\b(?:lalu|juga) soal\b"
)
_TURNS: Final = (
    "selain itu",
    "samping itu",
    "kedua",
    "satu lagi",
    "n juga",
    "serta juga",
    " soal ",
)
"""One of them stands wherever `_TURN` does: to look for them costs a fiftieth."""
_SHORTENED: Final = re.compile(
    r"(?:^|[\s(])(?:jl|jln|gg|no|rt|rw|kel|kec|kab|ds|dsn|yth|bpk|sdr|dr|drs|ir|hj?|tgl|jam|pkl"
    r"|hp|tlp|telp|a\.n|s\.d|[a-z])$"
)
"""What ends in a full stop that ends no sentence: "jl. Sudirman"."""
_GOES_ON: Final = re.compile(
    r"\W{0,40}+(?:(?:tolong|mohon|mhn|tlg|dan|maka|jadi|lalu|saya|kami)\s+)?"
    r"(?:karena|karna|krn|dikarenakan|disebabkan|penyebabnya|akibat\w*|mengakibatkan|sehingga|shg"
    r"|sebab|menyebabkan|supaya|agar|takut\w*|(?:di)?kh?awatir\w*|rawan|potensi|berpotensi|bahaya"
    r"|berbahaya|membahayakan|padahal|apalagi|bahkan|soalnya|sampai|hingga|lokasi\w*|alamat\w*"
    r"|dekat|depan|sebelah|tapi|tetapi|namun|melainkan|justru)\b"
)
"""How a sentence begins that goes on with the matter before it: why, what comes of it, where, and
what is the matter instead."""


def starts(text: str) -> list[int]:
    """Where a further sentence begins: characters of the text, in order."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter that is two in lower case
        return []
    begins = [gap.end() for gap in _STOP.finditer(lowered) if _ends(text, lowered, gap)]
    begins += [
        point.start() for point in _POINT.finditer(lowered) if lowered[point.start() - 1] in " ,("
    ]
    if any(turn in lowered for turn in _TURNS):
        begins += [turn.start() for turn in _TURN.finditer(lowered)]
    found: list[int] = []
    last = 0
    for start in sorted(begins):
        if start - last < SHORTEST or len(text) - start < SHORTEST:
            continue
        if _GOES_ON.match(lowered, start):
            continue
        found.append(start)
        last = start
        if len(found) == MOST:
            break
    return found


def _ends(text: str, lowered: str, gap: re.Match[str]) -> bool:
    """Whether a full stop ends a sentence: "3.000", "jl. Sudirman" and "a.n." do not."""
    if gap[0][0] not in ".!?;…":
        return True
    if not gap[0][-1].isspace() and not text[gap.end() : gap.end() + 1].isupper():
        return False
    if gap[0][0] != ".":
        return True
    return _SHORTENED.search(lowered, max(0, gap.start() - 8), gap.start()) is None
