"""Where `pintu rules init` has its answers from: a file, or a person at the terminal."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import typer

from config.language import worded
from config.loading import ConfigurationError
from config.loading.answers import ANSWERS
from config.loading.problems import Findings
from gateway.text.printable import say
from pintu.cli.exit_codes import NOT_ALL
from pintu.rules.asking.folder import is_configuration, of_folder, recorded
from pintu.rules.asking.region import Region
from pintu.rules.asking.requests import Request, read_request
from pintu.rules.asking.terminal import Talk


def from_file(file: Path, places: Path | None, agencies: Path | None) -> Request:
    """The request of a filled-in questionnaire; the command's own options count first. What is
    wrong with the file ends the command with all errors, but for what only shows later."""
    findings = Findings()
    request = read_request(file, findings)
    if findings.errors:
        raise ConfigurationError(tuple(findings.errors))
    return replace(request, places=places or request.places, agencies=agencies or request.agencies)


def asked(
    folder: Path, places: Path | None, agencies: Path | None
) -> tuple[Request, Callable[[], None]]:
    """The request of a person, and what is to be done once it was carried out. Who stops ends the
    command; the answers so far are kept."""
    talk = Talk(folder, _ask, say)
    _, answers = answers_of(folder)
    try:
        request = talk.answers(Request(ANSWERS, places=places, agencies=agencies), answers)
    except (EOFError, KeyboardInterrupt, typer.Abort):
        _stopped(folder)
    return request, talk.done


def answers_of(folder: Path) -> tuple[Region | None, Mapping[str, str]]:
    """The region of a folder and the answers that it holds; nothing of a folder that is none."""
    if not is_configuration(folder):
        return None, {}
    region, index = of_folder(folder)
    return region, recorded(folder, index)


def _ask(prompt: str, default: str) -> str:
    said: str = typer.prompt(prompt, default=default, show_default=bool(default), err=True)
    return said


def _stopped(folder: Path) -> NoReturn:
    say("", err=True)
    say(
        worded(
            "stopped; the answers so far are kept: go on with pintu rules init --config {folder}",
            folder=folder,
        ),
        err=True,
    )
    raise typer.Exit(NOT_ALL)
