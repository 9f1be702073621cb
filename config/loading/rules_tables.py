"""All rules files of a folder as checked entries; what they say of each other is checked after."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from config.loading import rules_format as form
from config.loading.problems import Findings
from config.loading.rules_files import Placed, csv_rows, toml_entries, toml_file

_LISTS = frozenset({"aliases", "places"})
_FLAGS = frozenset({"confirmed"})
FILES = frozenset(
    {
        *("rules.toml", "agencies.toml", "attributes.toml", "words.toml", "channels.toml"),
        *("places.csv", "roads.csv", "outside.csv", "sla.toml", "holidays.toml"),
    }
)


@dataclass(frozen=True, slots=True)
class Tables:
    """The entries of each file, in order; `head` None where `rules.toml` cannot be used."""

    head: form.RulesFile | None
    agencies: list[Placed[form.AgencyEntry]]
    topics: list[Placed[form.TopicEntry]]
    attributes: list[Placed[form.AttributeEntry]]
    places: list[Placed[form.PlaceRow]]
    roads: list[Placed[form.RoadRow]]
    outside: list[Placed[form.OutsideRow]]
    words: form.WordsFile | None
    channels: list[Placed[form.ChannelEntry]]


def read_tables(folder: Traversable, findings: Findings) -> Tables:
    """Read every file; attributes, roads, outside and words may be missing, the others not."""
    there = {file.name for file in folder.iterdir()}
    names = [*sorted(FILES), "topics"]
    for name in sorted(there):
        if name.endswith((".toml", ".csv")) and name not in FILES:
            findings.warn(name, 0, "", f"is not read; known files are {', '.join(names)}")
    return Tables(
        head=toml_file(folder, "rules.toml", form.RulesFile, findings),
        agencies=list(
            toml_entries(folder, "agencies.toml", "agency", "code", form.AgencyEntry, findings)
        ),
        topics=list(_topics(folder, findings)),
        attributes=list(
            toml_entries(
                folder, "attributes.toml", "attribute", "name", form.AttributeEntry, findings
            )
            if "attributes.toml" in there
            else ()
        ),
        places=list(csv_rows(folder, "places.csv", form.PlaceRow, findings, _LISTS)),
        roads=list(
            csv_rows(folder, "roads.csv", form.RoadRow, findings, _LISTS, _FLAGS)
            if "roads.csv" in there
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
        channels=list(
            toml_entries(folder, "channels.toml", "channel", "code", form.ChannelEntry, findings)
        ),
    )


def _topics(folder: Traversable, findings: Findings) -> Iterable[Placed[form.TopicEntry]]:
    topics = folder.joinpath("topics")
    if not topics.is_dir():
        findings.error("topics", 0, "", "the folder is missing; create it with a file of topics")
        return
    names = sorted(file.name for file in topics.iterdir() if file.name.endswith(".toml"))
    if not names:
        findings.error("topics", 0, "", "holds no .toml file; add topics")
    for name in names:
        yield from toml_entries(folder, f"topics/{name}", "topic", "id", form.TopicEntry, findings)
