"""Reads the files of a configuration folder into frozen values."""

from config.loading.problems import ConfigurationError, Problem
from config.loading.rules import Checked, check_rules, load_rules

__all__ = ["Checked", "ConfigurationError", "Problem", "check_rules", "load_rules"]
