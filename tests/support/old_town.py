"""Stores and messages that an older program left behind, ready for this one."""

import base64
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from broker.memory import Message
from broker.messaging.parking.properties_json import from_json

FOLDER: Final = Path(__file__).with_name("version_0_1")


@dataclass(frozen=True, slots=True)
class OldStores:
    """The URLs of a journal and a case store."""

    journal: str
    cases: str


def on_sqlite(folder: Path) -> OldStores:
    """The files of a state folder."""
    for name in ("journal", "cases"):
        with closing(sqlite3.connect(folder / f"{name}.sqlite3")) as connection:
            connection.executescript((FOLDER / f"{name}.sqlite.sql").read_text())
    return OldStores(*(f"sqlite:///{folder / f'{name}.sqlite3'}" for name in ("journal", "cases")))


def on_postgres(url: str) -> OldStores:
    """The tables of an empty database."""
    with psycopg.connect(url) as connection:
        connection.execute((FOLDER / "postgres.sql").read_bytes())
    return OldStores(url, url)


def cases() -> list[dict[str, Any]]:
    """What the older program said of each case."""
    return [json.loads(line) for line in (FOLDER / "cases.jsonl").read_text().splitlines()]


def messages() -> Iterator[tuple[list[str], Message]]:
    """Every message that it left in a queue, with the names of the queues."""
    for line in (FOLDER / "messages.jsonl").read_text().splitlines():
        said = json.loads(line)
        properties, _ = from_json(json.dumps(said["properties"]))
        body = said["body"].encode() if "body" in said else base64.b64decode(said["body_base64"])
        yield said["queues"], Message(said["exchange"], said["key"], body, properties)
