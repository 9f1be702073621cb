"""The contract of the shipped configuration, as the tests look at it."""

import json
from functools import cache
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker

from config.loading import load_rules
from pintu.contract import contract_files
from pintu.contract.json_schemas import message_schema
from schemas.catalogue import MESSAGES

BY_NAME: Final = {message.name: message for message in MESSAGES}


@cache
def files() -> dict[str, str]:
    """Every file of the export."""
    return contract_files(load_rules(None), "1.2.3")


def parsed(name: str) -> Any:
    """One of them that is JSON."""
    return json.loads(files()[name])


@cache
def validator(name: str) -> Draft202012Validator:
    """Of the messages of that name."""
    return of_schema(message_schema(BY_NAME[name]))


def of_schema(schema: Any) -> Draft202012Validator:
    return Draft202012Validator(schema, format_checker=FormatChecker())


def faults(name: str, payload: object) -> list[str]:
    """Where a message departs from its schema, and how."""
    return [f"{one.json_path}: {one.message}" for one in validator(name).iter_errors(payload)]
