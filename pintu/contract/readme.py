"""README.md of the exported folder: what lies where, and where to begin."""

from typing import Final

from broker.domain.routing.rules import Rules
from pintu.contract.beyond import sentences_of
from schemas.catalogue import Kind
from schemas.limits import CONTAINERS

_TEXT: Final = """\
# The contract of {installation}

Made by `pintu contract export`, version {version}, from the rules {rules}. Open `index.html` to
read it: it needs no network.

| file | |
| --- | --- |
| `index.html` | the contract to read: who sends what where, every field, examples |
| `asyncapi.json` | the same for programs: AsyncAPI 3, seen from outside (`send`: you publish) |
| `openapi.json` | the doors over HTTP for programs: OpenAPI 3.1 |
| `schemas/submissions/` | JSON Schema (2020-12) of a complaint, as adapters send it |
| `schemas/updates/` | of what agencies, the desk and channels say in a case |
| `schemas/events/` | of what agencies and channels hear |
| `schemas/receipts/` | of the answer to an update that asks for one |
| `schemas/report.json` | of the report as `pintu report --json` writes it |
| `schemas/directories/` | of the files in `directories/` |
| `directories/agencies.json` | codes, names, aliases, dates and successors of all agencies |
| `directories/topics.json` | what may stand as `category` of a complaint |
| `directories/regions.json` | codes of the region, its districts and villages |
| `directories/channels.json` | the channels, with routing key, source and queue |
| `examples/` | an adapter and an agency's system, in PHP |
| `tracking-vectors.json` | ids, and the complaint_id and tracking code that follow from them |

A schema is of the whole message: CloudEvents envelope and `data`. An update and the event that
mirrors it have one type, so look for `complaint.responded.v1` in both folders. Each schema stands
for itself; nothing is fetched from anywhere.

## What changes, and what does not

Within `v1` a field that you read stays, keeps its type, and stays there where it always was; what
you send goes on being taken. New fields and new types of events come: ignore what you do not know.
Codes of agencies, topics and channels stay for ever; names, aliases, dates and successors change,
so export the directories again when the rules change.

## What is taken beyond the schemas

The schemas say how to write. A complaint is taken all the same if it comes as:

{submissions}

An update:

{updates}

What no schema can say: a message has at most 1 MiB and {containers:,} objects and lists, is UTF-8
and not compressed; a whole number is written as one (5, not 5.0); the last character of a tracking
code must fit the others.
"""


def readme(rules: Rules, version: str) -> str:
    """The page in Markdown."""
    return _TEXT.format(
        installation=rules.name,
        version=version,
        rules=rules.version,
        containers=CONTAINERS,
        submissions=_items(Kind.SUBMISSION),
        updates=_items(Kind.UPDATE),
    )


def _items(kind: Kind) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences_of(kind))
