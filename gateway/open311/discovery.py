"""Service discovery (https://wiki.open311.org/Service_Discovery)."""

from typing import Final

from fastapi import Request

from gateway.api.world import Gateway
from gateway.open311.errors import PREFIX
from gateway.open311.models import Discovery, Endpoint

CHANGESET: Final = "2026-11-27T00:00:00Z"
"""When what stands here last changed."""
_SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"
_ASK: Final = "api_key: minta kepada pengelola di {name}"
_FORMATS: Final = ("text/xml", "application/json")


def discovery(request: Request, world: Gateway) -> Discovery:
    """The one endpoint, at the address that people see: the setting, else that of the request."""
    base = (world.public_url or str(request.base_url)).rstrip("/")
    name = world.config.rules.name
    return Discovery(
        changeset=CHANGESET,
        contact=name,
        key_service=_ASK.format(name=name),
        endpoints=(
            Endpoint(
                specification=_SPECIFICATION,
                url=f"{base}{PREFIX}/v2",
                changeset=CHANGESET,
                type="production",
                formats=_FORMATS,
            ),
        ),
    )
