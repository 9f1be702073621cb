"""The case consumer: what becomes of a complaint after it was routed."""

from consumers.cases.handler import CaseHandler

__all__ = ["CaseHandler"]
