"""Which of the words people write are words of the rules, whatever the spelling.

A word is read as itself, with stretched letters squeezed, with digits as letters, or without
its affixes: the first reading that the rules know counts; else as the known word that it is a
typing error of (`corrections`). All others become `UNKNOWN`, so that the matcher walks over them
without a second look.
"""

from collections.abc import Iterable
from functools import cached_property, lru_cache

from broker.domain.routing.language.affixes import stem, without_particles
from broker.domain.routing.language.corrections import Corrections, ReadAs
from broker.domain.routing.language.text import MAX_WORD, lettered, squeezed, words
from broker.domain.routing.tables import DISTRICT_LEVEL, REGION_LEVELS, VILLAGE_LEVELS, Words

UNKNOWN = "·"
REMEMBERED = 1 << 15  # readings kept in memory; a hostile stream of new words only evicts
PHRASES = 1 << 12  # the same, of those that reasons quote
LEVELS: dict[str, frozenset[str]] = {
    "desa": VILLAGE_LEVELS,
    "kades": VILLAGE_LEVELS,
    "kelurahan": VILLAGE_LEVELS,
    "lurah": VILLAGE_LEVELS,
    "dusun": VILLAGE_LEVELS,
    "kampung": VILLAGE_LEVELS,
    "kecamatan": frozenset({DISTRICT_LEVEL}),
    "camat": frozenset({DISTRICT_LEVEL}),
    "kabupaten": REGION_LEVELS,
    "kota": REGION_LEVELS,
}  # a word before a place's name → the levels that it can mean
NEGATION = "bukan"  # "bukan jalannya": what follows is not the matter
NOT_ONLY = frozenset({"hanya", "cuma", "sekadar"})  # "bukan hanya jalannya": it is, too
NEGATED_WITHIN = 3  # words after "bukan" that it may deny, unless the sentence turns before
NEGATED_KNOWN = 2  # of these, words that the rules know
RATHER = frozenset({"tapi", "melainkan", "namun", "justru", "yang"})  # where a denial ends
WHERE = frozenset({"depan", "dekat", "samping", "belakang", "seberang", "sebelah", "sekitar"})
SIGNS = (
    frozenset(LEVELS) | NOT_ONLY | RATHER | WHERE | {NEGATION}
)  # never left out as saying nothing
_GLUED = ("di", "ke", "se")  # prepositions that people write together with a name
_GLUED_NAME = 5
_SPOKEN = (("nya", ""), ("in", ""), ("ne", ""), ("na", ""), ("e", ""), ("e", "a"))
"""Endings as spoken, and what stands for them: `airnya` (`stem` keeps three letters whole);
Jakartan `bersihin`; Javanese `lubange`, `lampune`; Sundanese `jalanna`; Bangka Malay `buaye` for
`buaya`."""
_NASAL = ("n", "m")  # how verbs begin that leave out the `me` of `menutup`, `memotong`, `mengambil`
_NASAL_WORD = 5
_SPOKEN_WORD = 3
_DIGITS = "0123456789"
_COUNTED = 4  # letters after a number that is glued to them: `3hari`, `2minggu`


def repeated(reading: str, before: list[str]) -> bool:
    """Whether a word says again what stands right before it ("jalan jalan rusak").

    Not after a denial: "bukan lampu jalan, jalan rusak" speaks of the road twice.
    """
    return (
        before[-1:] == [reading]
        and reading != UNKNOWN
        and NEGATION not in before[-NEGATED_WITHIN - 1 :]
    )


class Vocabulary:
    """The words of the rules. Phrases lose their affixes as texts do; names keep theirs."""

    def __init__(
        self,
        spelling: Words,
        names: Iterable[str],
        phrases: Iterable[str],
        matters: Iterable[str] = (),
        places: Iterable[str] = (),
    ) -> None:
        """`names` and `phrases` are whole names and phrases as written in the rules; of `matters`,
        which are phrases too, typing errors are read, but not of `places`, which are names."""
        self._expand = {written: tuple(words(meant)) for written, meant in spelling.expand}
        self._ignore = frozenset(spelling.ignore) - SIGNS
        self._keep = frozenset(spelling.keep)
        self._stem = lru_cache(maxsize=REMEMBERED)(stem)
        self._names = SIGNS | self._parts(names)
        said = self._parts(phrases)
        self._roots = frozenset(word for word in said if self._stem(word) == word)
        self._known = frozenset(map(self._canonical, said))
        self._matters, self._places = tuple(matters), tuple(places)
        self._spelling = spelling
        self.read = lru_cache(maxsize=REMEMBERED)(self._read)
        self.spelt = lru_cache(maxsize=PHRASES)(self._spelt)

    def phrase(self, text: str) -> str:
        """A phrase of the rules in canonical words; empty where nothing of it says anything."""
        parts: list[str] = []
        for word in words(text):
            for part in self._meant(word):
                reading = self._canonical(part)
                if not parts or parts[-1] != reading:
                    parts.append(reading)
        return " ".join(parts)

    def _spelt(self, text: str) -> tuple[tuple[str, str], ...]:
        """The words of a phrase of the rules, each with the canonical one."""
        return tuple((word, self.phrase(word)) for word in words(text))

    def stream(self, text: str) -> list[str]:
        """Canonical words of a text in order; repetitions side by side count once."""
        result: list[str] = []
        last = ""
        for reading in map(self.read, words(text)):
            if reading and (reading != last or not repeated(reading, result)):
                result.append(reading)
                last = reading
        return result

    def _parts(self, texts: Iterable[str]) -> set[str]:
        return {part for text in texts for word in words(text) for part in self._meant(word)}

    def _meant(self, word: str) -> tuple[str, ...]:
        """Abbreviations written out, words that say nothing left out."""
        meant = self._expand.get(word, (word,))
        return tuple(part for part in meant if part not in self._ignore)

    def _canonical(self, word: str) -> str:
        """The word as phrases and texts have in common.

        What looks like an ending may be part of the word: `dicuri` is of `curi`, `rujukan` of
        `rujuk`, as far as the rules' phrases have that word.
        """
        bare = without_particles(word)
        for whole in (word, bare):
            if whole in self._names or whole in self._keep:
                return whole
        if bare.endswith("kan"):
            root = self._stem(bare[:-2])
        elif bare.endswith("i") and bare.startswith(("di", "me")):
            root = self._stem(bare + "kan")  # takes -kan off, and no second ending
        else:
            return self._stem(word)
        return root if root in self._roots else self._stem(word)

    @cached_property
    def _corrections(self) -> Corrections:
        """Made at the first word that is not known: to check rules takes none."""
        spelling = self._spelling
        known = {*spelling.known, *self._expand, *self._ignore, *self._keep, *self._names}
        known.update(part for meant in self._expand.values() for part in meant)
        said, places = self._parts(self._matters), self._parts(self._places)
        return Corrections(said - places | LEVELS.keys(), known, self._canonical)

    def _read(self, word: str) -> str:
        """One written word → canonical words joined by spaces, `UNKNOWN`, or "" for silence."""
        reading = self._as_known(word)
        if reading != UNKNOWN or not self._matters or not self._spelling.corrected:
            return reading
        meant = self._corrections.of(word, self._stem(word))
        return UNKNOWN if meant is None else ReadAs(meant)

    def _as_known(self, word: str) -> str:
        """The same of a word that is spelt right."""
        if len(word) > MAX_WORD:
            return UNKNOWN
        if word in self._expand or word in self._ignore:
            return " ".join(self._known_or_unknown(part) for part in self._meant(word))
        found = self._look_up(word)
        if found is not None:
            return found
        for other in squeezed(word):
            if other in self._ignore:
                return ""
            if other in self._expand:
                return self._as_known(other)
            found = self._look_up(other)
            if found is not None:
                return found
        counted = word.lstrip(_DIGITS)
        if counted != word and len(counted) >= _COUNTED:
            found = self._look_up(counted)
            if found is not None:
                return found
        spelt = lettered(word)
        if spelt and spelt.isalpha():
            return self._as_known(spelt)
        return self._spoken(word)

    def _spoken(self, word: str) -> str:
        """A word of the rules' phrases as spoken, `nutup` or `nutupin`; `UNKNOWN` if it is none."""
        if word in self._keep:
            return UNKNOWN
        for ending, instead in _SPOKEN:
            bare = word.removesuffix(ending) + instead
            shortest = _SPOKEN_WORD if ending == "nya" else _SPOKEN_WORD + 1
            if word.endswith(ending) and len(bare) >= shortest:
                reading = self._canonical(bare)
                if reading in self._known:
                    return reading
        for bare in (word, word.removesuffix("in")):
            if bare.startswith(_NASAL) and len(bare) >= _NASAL_WORD:
                reading = self._canonical("me" + bare)
                if reading in self._known:
                    return reading
        return UNKNOWN

    def _known_or_unknown(self, word: str) -> str:
        return self._look_up(word) or UNKNOWN

    def _look_up(self, word: str) -> str | None:
        if word in self._names:
            return word
        reading = self._canonical(word)
        if reading in self._known:
            return reading
        for preposition in _GLUED:
            rest = word[len(preposition) :]
            if len(rest) >= _GLUED_NAME and word.startswith(preposition) and rest in self._names:
                return rest
        return None
