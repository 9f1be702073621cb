"""The AsyncAPI document, before the official parser and the official JSON Schema."""

import copy
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft7Validator

from config.loading import load_rules
from pintu.contract.asyncapi import asyncapi
from tests.support.eventually import PATIENCE

ROOT: Final = Path(__file__).parents[2]
PARSE: Final = ROOT / "tests" / "foreign" / "asyncapi" / "parse.js"
MODULES: Final = ROOT / ".cache" / "asyncapi" / "node_modules"
"""Where `make setup-test` puts what `package-lock.json` of that folder names."""
ERROR: Final = 0


@pytest.fixture(scope="module")
def document() -> Any:
    if shutil.which("node") is None or not (MODULES / "@asyncapi" / "parser").is_dir():
        missing = "the parser of AsyncAPI is not installed: make setup-test"
        if os.environ.get("CI", "").lower() in ("", "0", "false"):
            pytest.skip(missing)
        pytest.fail(missing)
    return asyncapi(load_rules(None), "1.2.3")


def parsed(document: Any, folder: Path) -> Any:
    file = folder / "asyncapi.json"
    file.write_text(json.dumps(document))
    done = subprocess.run(
        ["node", str(PARSE), str(file)],
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        env=os.environ | {"NODE_PATH": str(MODULES)},
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_the_official_parser_reads_it(document: Any, tmp_path: Path) -> None:
    told = parsed(document, tmp_path)
    assert [one for one in told["diagnostics"] if one["severity"] == ERROR] == []
    # Nothing but that there is a newer version of AsyncAPI: generators know 3.0 everywhere.
    assert {one["code"] for one in told["diagnostics"]} <= {"asyncapi-latest-version"}
    assert told["operations"] == len(document["operations"])


def test_the_official_schema_takes_it(document: Any) -> None:
    file = MODULES / "@asyncapi" / "specs" / "schemas" / f"{document['asyncapi']}.json"
    schema = json.loads(file.read_text("utf-8"))
    assert list(Draft7Validator(schema).iter_errors(document)) == []


def wrong_word(document: Any) -> None:
    document["components"]["messages"]["event.closed"]["exmaples"] = []


def wrong_reference(document: Any) -> None:
    document["operations"]["agency.read"]["channel"]["$ref"] = "#/channels/nowhere"


def wrong_binding(document: Any) -> None:
    document["channels"]["intake"]["bindings"]["amqp"]["is"] = "letterbox"


@pytest.mark.parametrize("plant", [wrong_word, wrong_reference, wrong_binding])
def test_a_planted_fault_is_found(
    document: Any, tmp_path: Path, plant: Callable[[Any], None]
) -> None:
    faulty = copy.deepcopy(document)
    plant(faulty)
    told = parsed(faulty, tmp_path)
    assert [one for one in told["diagnostics"] if one["severity"] == ERROR]
