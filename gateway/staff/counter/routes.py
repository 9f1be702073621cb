"""The routes of this room."""

from fastapi import APIRouter

from gateway.api.world import Gateway


def routes(world: Gateway) -> APIRouter:
    """All of them."""
    return APIRouter()
