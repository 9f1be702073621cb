"""What was learned is put in force: what people wrote stays, and nothing is half done."""

import os
import shutil
from pathlib import Path

from broker.domain.routing.rules import Rules
from config.loading.names import Names
from config.loading.rules_tables import LEARNED
from pintu.rules.learning import writing
from pintu.rules.learning.keeping_names import keep_names, kept_names


def put_in_force(learned: Path, folder: Path, name: str | None = None) -> Rules:
    """The folder `learned` takes the place of that in `folder`, if it fits what people have
    written there by now; gives the rules that are in force from then on.

    Raises `BadConfiguration`, and nothing was changed.
    """
    base = writing.base_files(folder, name)
    with writing.staged(folder, base) as stage:
        shutil.copytree(learned, stage / LEARNED)
        rules = writing.checked(stage)
        writing.install(stage, folder, base)
    return rules


def keep_what_is_said(folder: Path, said: Names) -> None:
    """What was said of names goes into the folder, if it fits what is in force there.

    Raises `BadConfiguration`, and nothing was changed.
    """
    files = kept_names(folder, said)
    if not files:
        return
    with writing.staged(folder, files) as stage:
        if (folder / LEARNED).is_dir():  # an agency that is meant may be a learned one
            shutil.copytree(folder / LEARNED, stage / LEARNED)
        writing.checked(stage)
    keep_names(folder, said)


def take_away(folder: Path) -> Rules:
    """What was learned goes from the folder in one step, if what people wrote stands without it;
    gives the rules that are in force from then on.

    Raises `BadConfiguration`, and nothing was changed.
    """
    with writing.staged(folder, {}) as stage:
        rules = writing.checked(stage)
        os.rename(folder / LEARNED, stage / LEARNED)
    return rules
