"""The router: finds the agency that is answerable and republishes to its queue."""

from consumers.router.handler import RouterHandler

__all__ = ["RouterHandler"]
