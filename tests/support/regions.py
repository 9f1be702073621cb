"""Configurations that tests use: a small invented region."""

from pathlib import Path
from typing import Final

SMALL_REGION: Final = Path(__file__).with_name("small_region")
"""A few agencies, topics and places, one of each kind that the rules know."""
