"""Where in a text one sentence ends and the next begins, as people write: also by a new line, a
numbered point, or "selain itu"."""

import re
from typing import Final

MOST: Final = 40
"""Places in one text that are looked at, the first ones."""
SHORTEST: Final = 8
"""Characters of a sentence: less belongs to what is before it."""
_NEXT: Final = re.compile(
    r"(?<=[.!?;…])\s+(?=\w)"
    r"|(?<=[a-z]{4}[.!?])(?=[A-Z])"
    r"|\s*(?:\n|\\n|\\r)\s*"
    r"|\s+(?=\(?[0-9]{1,2}[.)]\s*[A-Za-z])"
    r"|[\s,]+(?=(?:(?:dan|serta)\s+)?"
    r"(?:selain\s+itu|disamping\s+itu|di\s+samping\s+itu|yang\s+kedua|yg\s+kedua|kedua\s*,"
    r"|(?:dan|serta|,)\s+juga|lalu\s+soal|juga\s+soal|satu\s+lagi)\b)",
    re.IGNORECASE,
)
_SHORTENED: Final = re.compile(
    r"(?:^|[\s(])(?:jl|jln|gg|no|rt|rw|kel|kec|kab|ds|dsn|yth|bpk|sdr|dr|drs|ir|hj?|tgl|jam|pkl|hp|tlp|telp|a\.n|s\.d"
    r"|[a-z])[.]\s*$",
    re.IGNORECASE,
)
"""What ends in a full stop that ends no sentence: "jl. Sudirman"."""
_GOES_ON: Final = re.compile(
    r"\W*(?:tolong|mohon|mhn|tlg|dan|maka|jadi|lalu|saya|kami)?\s*"
    r"(?:karena|karna|krn|dikarenakan|disebabkan|penyebabnya|akibat\w*|mengakibatkan|sehingga|shg|sebab"
    r"|menyebabkan|supaya|agar|takut\w*|(?:di)?k(?:h)?awatir\w*|rawan|potensi|berpotensi|bahaya|berbahaya|membahayakan"
    r"|padahal|apalagi|bahkan|soalnya|sampai|hingga|lokasi\w*|alamat\w*|dekat|depan|sebelah)\b",
    re.IGNORECASE,
)
"""How a sentence begins that goes on with the matter before it: why, what comes of it, where."""


def starts(text: str) -> list[int]:
    """Where a further sentence begins: characters of the text, in order."""
    found: list[int] = []
    last = 0
    for gap in _NEXT.finditer(text):
        start = gap.end()
        if start - last < SHORTEST or len(text) - start < SHORTEST:
            continue
        if _SHORTENED.search(text[max(0, gap.start() - 8) : gap.start()]):
            continue
        if _GOES_ON.match(text, start):
            continue
        found.append(start)
        last = start
        if len(found) == MOST:
            break
    return found
