"""Reads the files of a configuration folder into frozen values."""

from config.loading.problems import Problem, RulesError
from config.loading.rules import Checked, check_rules, load_rules

__all__ = ["Checked", "Problem", "RulesError", "check_rules", "load_rules"]
