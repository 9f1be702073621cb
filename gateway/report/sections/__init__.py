"""The thirteen sections of the report, each made of what was counted."""
