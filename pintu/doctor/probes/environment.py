"""The environment as facts, and the settings that can be made of what is usable in it."""

import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from broker.errors import BadConfiguration
from config.settings import Settings, load_settings
from config.variables import FILE, PREFIX, SETTINGS, misspelt, ours
from pintu.doctor.facts import Environment, PasswordFile, Variable

_ERROR: Final = re.compile(rf"(?P<name>{PREFIX}\w+): (?P<says>.*)", re.DOTALL)


def read_environment(environment: Mapping[str, str]) -> tuple[Environment, Settings]:
    """What is wrong with the variables, and settings without those."""
    values = ours(environment)
    wrong = [_variable(error, unknown=True) for error in misspelt(values)]
    usable = {name: value for name, value in values.items() if not _among(name, wrong)}
    settings = Settings()
    while True:
        try:
            settings = load_settings(usable)
        except BadConfiguration as why:
            found = [_variable(error, unknown=False) for error in _errors(str(why))]
            wrong += found
            left = {name: value for name, value in usable.items() if not _among(name, found)}
            if len(left) == len(usable):
                break
            usable = left
        else:
            break
    return Environment(tuple(wrong), _files(values), settings.clock_speed), settings


def _errors(text: str) -> list[str]:
    """One an error: a line that begins with no variable goes on with the one before."""
    errors: list[str] = []
    for line in text.splitlines():
        if _ERROR.match(line) or not errors:
            errors.append(line)
        else:
            errors[-1] += f" {line}"
    return errors


def _variable(error: str, *, unknown: bool) -> Variable:
    found = _ERROR.match(error)
    name, says = (found["name"], found["says"]) if found else ("PINTU_…", error)
    return Variable(name, says, unknown)


def _among(name: str, wrong: list[Variable]) -> bool:
    """Whether it is one of these, or stands for the same setting."""
    return any(name.removesuffix(FILE) == one.name.removesuffix(FILE) for one in wrong)


def _files(values: Mapping[str, str]) -> tuple[PasswordFile, ...]:
    found = []
    for setting in SETTINGS:
        name = f"{PREFIX}{setting.name}{FILE}"
        if not setting.secret or name not in values:
            continue
        path = Path(values[name])
        try:
            found.append(PasswordFile(name, path, stat.S_IMODE(path.stat().st_mode)))
        except OSError:
            continue  # told of as a variable that cannot be used
    return tuple(found)
