"""All rules files of a folder as checked entries; what they say of each other is checked after.

The folder `learned/`, which `pintu rules learn` writes, holds more agencies, places and topics.
What a person wrote under the same code counts instead of what was learned.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import TypeVar

from pydantic import BaseModel

from config.foreign import told
from config.language import gettext, worded
from config.loading import rules_format as form
from config.loading.names import with_names
from config.loading.problems import Findings
from config.loading.rules_files import Placed, csv_rows, toml_entries, toml_file

_LISTS = frozenset({"aliases", "places", "shows"})
_FLAGS = frozenset({"confirmed"})
LEARNED = "learned"
M = TypeVar("M", bound=BaseModel)
FILES = frozenset(
    {
        *("rules.toml", "agencies.toml", "attributes.toml", "words.toml", "channels.toml"),
        *("places.csv", "roads.csv", "landmarks.csv", "outside.csv"),
        *("sla.toml", "holidays.toml", "contacts.toml", "desk.toml", "answers.toml", "names.toml"),
    }
)


@dataclass(frozen=True, slots=True)
class Directory:
    """Who there is: the entries of each file, in order; `head` None where `rules.toml` cannot be
    used."""

    head: form.RulesFile | None
    agencies: list[Placed[form.AgencyEntry]]
    places: list[Placed[form.PlaceRow]]
    channels: list[Placed[form.ChannelEntry]]


@dataclass(frozen=True, slots=True)
class Tables(Directory):
    """The entries of all files."""

    topics: list[Placed[form.TopicEntry]]
    attributes: list[Placed[form.AttributeEntry]]
    roads: list[Placed[form.RoadRow]]
    landmarks: list[Placed[form.LandmarkRow]]
    outside: list[Placed[form.OutsideRow]]
    words: form.WordsFile | None


def read_tables(folder: Traversable, findings: Findings, learned: bool = True) -> Tables:
    """Read every file; attributes, roads, landmarks, outside and words may be missing.

    Where `learned/` is there, agencies and topics of one's own may be missing too. Without
    `learned` that folder is not looked at: what people wrote may then be next to nothing.
    """
    there = _visible(folder, ".", findings)
    needed, learned = _needed(folder, learned)
    names = [*sorted(FILES), "topics"]
    for name in sorted(there):
        if name.endswith((".toml", ".csv")) and name not in FILES:
            findings.warn(
                name, 0, "", worded("is not read; known files are {names}", names=", ".join(names))
            )
    who = _directory(folder, there, needed, learned, findings)
    return Tables(
        head=who.head,
        agencies=who.agencies,
        places=who.places,
        channels=who.channels,
        topics=_with_learned(
            _topics(folder, findings) if "topics" in there or needed else (),
            _topics_of(folder, f"{LEARNED}/topics.toml", findings) if learned else (),
            lambda topic: topic.id,
        ),
        attributes=list(
            toml_entries(
                folder, "attributes.toml", "attribute", "name", form.AttributeEntry, findings
            )
            if "attributes.toml" in there
            else ()
        ),
        roads=list(
            csv_rows(folder, "roads.csv", form.RoadRow, findings, _LISTS, _FLAGS)
            if "roads.csv" in there
            else ()
        ),
        landmarks=list(
            csv_rows(folder, "landmarks.csv", form.LandmarkRow, findings, _LISTS, _FLAGS)
            if "landmarks.csv" in there
            else ()
        ),
        outside=list(
            csv_rows(folder, "outside.csv", form.OutsideRow, findings, _LISTS)
            if "outside.csv" in there
            else ()
        ),
        words=(
            toml_file(folder, "words.toml", form.WordsFile, findings)
            if "words.toml" in there
            else form.WordsFile()
        ),
    )


def read_directory(folder: Traversable, findings: Findings) -> Directory:
    """Read the files that say who there is, and no other."""
    needed, learned = _needed(folder, True)
    return _directory(folder, _visible(folder, ".", findings), needed, learned, findings)


def _needed(folder: Traversable, learned: bool) -> tuple[bool, bool]:
    """Whether agencies and topics of one's own must be there, and whether learned ones are."""
    needed = learned and not folder.joinpath(LEARNED).is_dir()
    return needed, learned and not needed


def _directory(
    folder: Traversable, there: set[str], needed: bool, learned: bool, findings: Findings
) -> Directory:
    return Directory(
        head=toml_file(folder, "rules.toml", form.RulesFile, findings),
        agencies=with_names(
            folder,
            _with_learned(
                _agencies(folder, "agencies.toml", findings)
                if "agencies.toml" in there or needed
                else (),
                _agencies(folder, f"{LEARNED}/agencies.toml", findings) if learned else (),
                lambda agency: agency.code,
            ),
            findings,
            complete=learned or needed,
        ),
        places=_with_learned(
            csv_rows(folder, "places.csv", form.PlaceRow, findings, _LISTS),
            csv_rows(folder, f"{LEARNED}/places.csv", form.PlaceRow, findings, _LISTS)
            if learned
            else (),
            lambda place: place.code,
        ),
        channels=list(
            toml_entries(folder, "channels.toml", "channel", "code", form.ChannelEntry, findings)
        ),
    )


def shown(mark: form.LandmarkRow) -> tuple[tuple[str, str], ...]:
    """Attributes and values that a landmark shows: `facility=hospital` as a pair."""
    return tuple((name, value) for name, _, value in (pair.partition("=") for pair in mark.shows))


def _visible(folder: Traversable, name: str, findings: Findings) -> set[str]:
    """Names of what is in a folder; hidden files are the locks and drafts of editors."""
    try:
        return {file.name for file in folder.iterdir() if not file.name.startswith(".")}
    except OSError as error:
        findings.unreadable(
            name, 0, worded("the folder cannot be read: {strerror}", strerror=told(error.strerror))
        )
        return set()


def _topics(folder: Traversable, findings: Findings) -> Iterable[Placed[form.TopicEntry]]:
    topics = folder.joinpath("topics")
    if not topics.is_dir():
        what = gettext("the folder is missing; create it with a file of topics")
        findings.error("topics", 0, "", what)
        return
    names = sorted(name for name in _visible(topics, "topics", findings) if name.endswith(".toml"))
    if not names:
        findings.error("topics", 0, "", gettext("holds no .toml file; add topics"))
    for name in names:
        yield from _topics_of(folder, f"topics/{name}", findings)


def _topics_of(
    folder: Traversable, name: str, findings: Findings
) -> Iterable[Placed[form.TopicEntry]]:
    return toml_entries(folder, name, "topic", "id", form.TopicEntry, findings)


def _agencies(
    folder: Traversable, name: str, findings: Findings
) -> Iterable[Placed[form.AgencyEntry]]:
    return toml_entries(folder, name, "agency", "code", form.AgencyEntry, findings)


def _with_learned(
    own: Iterable[Placed[M]], learned: Iterable[Placed[M]], code: Callable[[M], str]
) -> list[Placed[M]]:
    written = list(own)
    codes = {code(placed.entry) for placed in written}
    return [*written, *(placed for placed in learned if code(placed.entry) not in codes)]
