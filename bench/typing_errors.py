"""What typing errors cost, and what reading them as the words that are meant brings back.

    python -m bench.typing_errors HISTORY.csv [--config DIR] [--rows 1500] [--letters 0 0.05 0.10]

Of texts of the history, letters are hit beside the right key, swapped, left out or doubled, drawn
with a fixed seed. Each text is decided with typing errors read and not (words.toml, [typing]), in
turn. Right is the agency that the history names, where the rules have it; else what the rules
decide on the text as it was, errors not read.
"""

import argparse
import csv
import random
import shutil
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from broker.domain.routing.decide import Decision, Place, Query, decide
from broker.domain.routing.directory import agency_key
from broker.domain.routing.rules import Rules
from config.loading import load_rules
from config.loading.directory import shipped_rules

ON = date(2026, 1, 15)
KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
BESIDE = {key: row[max(0, at - 1) : at] + row[at + 1 : at + 2] for row in KEYBOARD
          for at, key in enumerate(row)}  # fmt: skip


def garbled(text: str, share: float, rng: random.Random) -> str:
    """`text` with that share of its letters wrong."""
    letters = list(text)
    result: list[str] = []
    at = 0
    while at < len(letters):
        letter = letters[at]
        if not (letter.isascii() and letter.isalpha()) or rng.random() >= share:
            result.append(letter)
        else:
            kind = rng.choice(("beside", "swapped", "dropped", "doubled"))
            if kind == "beside":
                result.append(rng.choice(BESIDE[letter.lower()]))
            elif kind == "doubled":
                result += [letter, letter]
            elif kind == "swapped" and letters[at + 1 : at + 2] and letters[at + 1].isalpha():
                result += [letters[at + 1], letter]
                at += 1
        at += 1
    return "".join(result)


def queries(rows: Sequence[dict[str, str]], share: float) -> list[Query]:
    """The rows as complaints with errors; the same for the same share."""
    rng = random.Random(f"typing {share}")
    return [
        Query(
            garbled(row["text"], share, rng),
            place=Place(
                district=row.get("district") or None,
                village=row.get("village") or None,
                address=row.get("address") or None,
            ),
        )
        for row in rows
    ]


def literal(folder: Path, work: Path) -> Rules:
    """The rules of a folder with no typing error read."""
    copy = Path(shutil.copytree(folder, work / "literal"))
    for words in copy.rglob("words.toml"):
        with words.open("a", encoding="utf-8") as file:
            file.write("\n[typing]\ncorrected = false\n")
    return load_rules(copy)


def first(decision: Decision) -> str | None:
    """The agency, or the best candidate for it."""
    if decision.agency or not decision.alternatives:
        return decision.agency
    return decision.alternatives[0].agency


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("history", type=Path)
    arguments.add_argument("--config", type=Path, help="the shipped one without it")
    arguments.add_argument("--rows", type=int, default=1_500)
    arguments.add_argument("--letters", type=float, nargs="+", default=[0.0, 0.05, 0.10])
    arguments.add_argument("--show", type=int, default=0, help="changes at 0 that are printed")
    given = arguments.parse_args()
    with given.history.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["text"].strip()]
    rows = rows[:: max(1, len(rows) // given.rows)][: given.rows]
    with tempfile.TemporaryDirectory(prefix="pintu-typing-") as work:
        folder = given.config or Path(str(shipped_rules()))
        both = {"not read": literal(folder, Path(work)), "read": load_rules(folder)}
    clean = [decide(query, both["not read"], on=ON) for query in queries(rows, 0.0)]
    wanted = [_wanted(row, one, both["read"]) for row, one in zip(rows, clean, strict=True)]
    print(f"{len(rows)} complaints; CPU µs a complaint, no word of which was read before")
    for share in given.letters:
        asked = queries(rows, share)
        for name, rules in both.items():
            _told(share, name, rules, asked, wanted, clean, given.show)


def _wanted(row: dict[str, str], clean: Decision, rules: Rules) -> str | None:
    named = row.get("agency", "")
    known = rules.agency_index.get(named) or rules.agency_index.get(agency_key(named))
    return known or first(clean)


def _told(
    share: float,
    name: str,
    rules: Rules,
    asked: Sequence[Query],
    wanted: Sequence[str | None],
    clean: Sequence[Decision],
    show: int,
) -> None:
    start = time.process_time()
    found = [decide(query, rules, on=ON) for query in asked]
    took = (time.process_time() - start) / len(asked) * 1e6
    routed = [(one, right) for one, right in zip(found, wanted, strict=True) if one.agency]
    good = sum(one.agency == right for one, right in routed)
    right = sum(first(one) == agency for one, agency in zip(found, wanted, strict=True))
    changed = [
        (query.text, before, after)
        for query, before, after in zip(asked, clean, found, strict=True)
        if before.agency != after.agency
    ]
    lost = sum(before.agency is not None for _, before, _ in changed)
    print(
        f"{share:4.0%} of letters, errors {name:8}: {len(routed) / len(asked):6.1%} routed, "
        f"{good / max(1, len(routed)):6.1%} of those right; {right / len(asked):6.1%} first; "
        f"{len(changed)} other than without errors, {lost} of them were routed; {took:.0f} µs"
    )
    if share == 0:
        for text, before, after in changed[:show]:
            print(f"  {before.agency} → {after.agency}: {text}\n    {after.because}")


if __name__ == "__main__":
    main()
