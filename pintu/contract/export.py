"""The folder: what lies in it, and how it gets to the disk."""

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic.json_schema import JsonSchemaValue

from broker.domain.routing.rules import Rules
from config.language import worded
from gateway.api.application import openapi_document
from gateway.directories import directories
from pintu.contract.asyncapi import asyncapi
from pintu.contract.examples import PROGRAMS, program
from pintu.contract.json_schemas import published_schemas
from pintu.contract.page import page
from pintu.contract.readme import readme
from pintu.contract.vectors import tracking_vectors

_LAST: Final = "index.html"
"""Who looks for it finds everything else."""


class ExportRefused(ValueError):
    """Nothing was written; the message says what is in the way, and the way out."""


def contract_files(rules: Rules, version: str) -> dict[str, str]:
    """Every file of the export by its name in the folder; ``version``: of this program.

    The same rules and program give the same files to the letter.
    """
    document = asyncapi(rules, version)
    lists = {name: one.model_dump(mode="json") for name, one in directories(rules).items()}
    schemas = published_schemas()
    files = {f"schemas/{name}": as_json(schema) for name, schema in schemas.items()}
    files |= {f"directories/{name}.json": as_json(one) for name, one in lists.items()}
    return {
        "asyncapi.json": as_json(document),
        "openapi.json": as_json(openapi_document(version)),
        **files,
        "tracking-vectors.json": tracking_vectors(),
        **{f"examples/{name}": program(name) for name in PROGRAMS},
        "README.md": readme(rules, version),
        "index.html": page(rules, version, lists),
    }


def as_json(value: JsonSchemaValue) -> str:
    """As people and version control read it."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def export_contract(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files into a folder that is not there yet, or empty.

    They are written beside it, or inside of an empty one, under a name of their own, and put in
    place together when all of them are on the disk: a folder that has ``index.html`` has all.

    Raises:
        ExportRefused: the folder is in use.
        OSError: it cannot be written; what was begun is taken away.
    """
    there = _looked_at(folder)
    if not there:
        folder.parent.mkdir(parents=True, exist_ok=True)
    part = (folder if there else folder.parent) / f".pintu-{secrets.token_hex(8)}.part"
    try:
        _write(part, files)
        if there:
            _move_into(folder, part)
        else:
            os.rename(part, folder)
    except OSError as error:
        if str(error.filename or "").startswith(str(part)):
            error.filename = str(folder)  # the name that somebody gave
        raise
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _looked_at(folder: Path) -> bool:
    """Whether the folder is there, and empty."""
    try:
        with os.scandir(folder) as found:
            first = next(iter(found), None)
    except FileNotFoundError:
        if folder.is_symlink():
            raise ExportRefused(
                worded("{folder} is a link to nowhere: name another folder", folder=folder)
            ) from None
        return False
    except NotADirectoryError:
        raise ExportRefused(
            worded("{folder} is in the way, and no folder: name another one", folder=folder)
        ) from None
    if first is not None:
        raise ExportRefused(
            worded(
                "{folder} is not empty ({name}): nothing is replaced. Name a folder that "
                "is not there yet, or empty this one first",
                folder=folder,
                name=first.name,
            )
        )
    return True


def _write(part: Path, files: Mapping[str, str]) -> None:
    part.mkdir()
    for name, content in files.items():
        file = part / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="") as outgoing:
            outgoing.write(content)
            outgoing.flush()
            os.fsync(outgoing.fileno())


def _move_into(folder: Path, part: Path) -> None:
    for entry in sorted(part.iterdir(), key=lambda entry: entry.name == _LAST):
        os.rename(entry, folder / entry.name)
