"""Reads the files of a configuration folder into frozen values."""
