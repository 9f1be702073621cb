"""A copy of today's schemas and routes for the version of pyproject.toml: ``python -m
scripts.released_schemas``.

To be run when a version is made. Tests hold later programs against the copy, so one of a version
that the changelog has as released is never written again.
"""

import re
import sys
import tomllib
from pathlib import Path
from typing import Final

from pydantic.json_schema import JsonSchemaValue

from gateway.api.application import openapi_document
from pintu.contract.export import as_json
from pintu.contract.json_schemas import directory_schema, message_schema
from schemas.catalogue import MESSAGES
from schemas.directories import DIRECTORIES

ROOT: Final = Path(__file__).parents[1]
COPIES: Final = ROOT / "tests" / "unit" / "pintu" / "contract" / "published"
ROUTES: Final = COPIES.with_name("published_routes")


def main() -> int:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    if re.search(rf"^## \[{re.escape(version)}\]", changelog, re.MULTILINE):
        sys.stderr.write(
            f"{version} is released: its schemas stay as they are; raise the version\n"
        )
        return 1
    copy = COPIES / f"{version}.json"
    schemas = today()
    copy.write_text(as_json(schemas), "utf-8")
    sys.stdout.write(f"{len(schemas)} schemas in {copy.relative_to(ROOT)}\n")
    routes = ROUTES / f"{version}.json"
    routes.write_text(as_json(todays_routes()), "utf-8")
    sys.stdout.write(f"the routes in {routes.relative_to(ROOT)}\n")
    return 0


def today() -> dict[str, JsonSchemaValue]:
    """The schemas of messages and directories by name: ``event.held``, ``directory.agencies``."""
    messages = {one.name: message_schema(one) for one in MESSAGES}
    return messages | {f"directory.{name}": directory_schema(name) for name in DIRECTORIES}


def todays_routes() -> JsonSchemaValue:
    """The OpenAPI document of the gateway."""
    return openapi_document("0")


if __name__ == "__main__":
    sys.exit(main())
