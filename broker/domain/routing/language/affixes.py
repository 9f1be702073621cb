"""A light stemmer for Indonesian: takes off common affixes, knows no dictionary.

The same function is applied to the rules' phrases and to what people write, so a stem need not
be a word; it need only be the same on both sides. It leaves short stems alone: better a missed
match than `makan` read as `mak`.
"""

SHORTEST = 4

_PARTICLES = ("lah", "kah", "nya", "ku", "mu")
_SUFFIXES = ("kan", "an")
_VERB_SUFFIXES = ("kan", "an", "i")
_NOUN_SUFFIXES = ("an",)
_VOWELS = frozenset("aiueo")
_PREFIXES = ("memper", "diper", "di", "ke", "ber", "ter", "per", "se")


def stem(word: str) -> str:
    """The word without its affixes: `perbaikannya` → `baik`, `dilaporkan` → `lapor`."""
    word = without_particles(word)
    ending = _without_suffix(word)
    if word.startswith("ke") and ending == word:
        return word  # ke- comes with -an (`kerusakan`); `kejari`, `kelapa` have no affix
    bare = _without_prefix(ending)
    if len(bare) >= SHORTEST:
        return bare
    bare = _without_prefix(word)
    if len(bare) >= SHORTEST:
        return bare
    return ending if len(ending) >= SHORTEST else word


def without_particles(word: str) -> str:
    """The word without -lah, -kah, -nya, -ku, -mu, of which two may follow each other."""
    for _ in range(2):
        for particle in _PARTICLES:
            if word.endswith(particle) and len(word) - len(particle) >= SHORTEST:
                word = word[: -len(particle)]
                break
    return word


def _without_suffix(word: str) -> str:
    """Nouns in ke- and pe- take -an, never -kan (`kerusakan` is of `rusak`); -i makes verbs."""
    suffixes: tuple[str, ...] = _SUFFIXES
    if word.startswith(("ke", "pe")):
        suffixes = _NOUN_SUFFIXES
    elif word.startswith(("di", "me")) and not word.endswith("si"):  # `dievakuasi`: a loan
        suffixes = _VERB_SUFFIXES
    for suffix in suffixes:
        if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST:
            return word[: -len(suffix)]
    return word


def _without_prefix(word: str) -> str:
    """One layer of prefixes off; the nasal ones give back the letter that they swallowed."""
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= SHORTEST:
            return word[len(prefix) :]
    if word.startswith(("me", "pe")) and len(word) >= SHORTEST + 2:
        return _without_nasal(word[2:])
    return word


def _without_nasal(rest: str) -> str:
    """`rest` is what follows me- or pe-: `nyapu` → `sapu`, `nulis` → `tulis`, `mukul` → `pukul`."""
    if rest.startswith("ny") and rest[2:3] in _VOWELS:
        return "s" + rest[2:]
    if rest.startswith("ng"):
        return rest[2:]
    if rest.startswith("n"):
        return rest[1:] if rest[1:2] not in _VOWELS else "t" + rest[1:]
    if rest.startswith("m"):
        return rest[1:] if rest[1:2] not in _VOWELS else "p" + rest[1:]
    return rest
