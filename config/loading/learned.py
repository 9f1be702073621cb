"""The model of a configuration folder, if it has one, and whether it fits the tables."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from broker.domain.routing.tables import SPECIAL_AGENCIES
from config.files import read_whole
from config.foreign import told
from config.language import gettext, worded
from config.loading.known_words import known_words
from config.loading.model_file import AGAIN, BadModel, read_model
from config.loading.problems import Findings
from config.loading.rules_tables import LEARNED, Tables
from schemas.limits import MODEL_FILE_BYTES

if TYPE_CHECKING:  # numpy is imported where a model is in use, and only there
    from broker.domain.routing.learned.model import LearnedModel

MODEL = f"{LEARNED}/model.bin"
PHRASES = f"{LEARNED}/phrases"
"""A configuration with the phrases that the model asks, where the folder's own has none."""
_NAMED = 3  # agencies in a message


def read_learned(folder: Traversable, tables: Tables, findings: Findings) -> LearnedModel | None:
    """None where there is none, or with an error noted where it cannot be used."""
    if not folder.joinpath(LEARNED).is_dir():
        return None
    typing = tables.words.typing if tables.words else None
    ordinary = known_words(typing.known, None) if typing and typing.corrected else None
    try:
        model = read_model(read_whole(folder.joinpath(MODEL), MODEL_FILE_BYTES)).ready(ordinary)
    except BadModel as error:
        findings.unreadable(MODEL, 0, str(error))
        return None
    except FileNotFoundError:
        what = gettext(
            "the file is missing; run `pintu rules learn` again, or remove the folder learned"
        )
        findings.unreadable(MODEL, 0, what)
        return None
    except OSError as error:
        what = worded(
            "cannot be read: {value}; {again}",
            value=told(error.strerror or error),
            again=gettext(AGAIN),
        )
        findings.unreadable(MODEL, 0, what)
        return None
    known = {placed.entry.code for placed in tables.agencies}
    known |= {placed.entry.office for placed in tables.places if placed.entry.office}
    if strange := [code for code in model.classes if code not in known | SPECIAL_AGENCIES]:
        named = ", ".join(map(repr, strange[:_NAMED]))
        more = (
            worded(" and {strange} more", strange=len(strange) - _NAMED)
            if len(strange) > _NAMED
            else ""
        )
        which = (
            worded("the agency {named}", named=named)
            if len(strange) == 1
            else f"agencies {named}{more}"
        )
        what = worded(
            "knows {which}, in no table of this folder: was it learned for another? {again}",
            which=which,
            again=gettext(AGAIN),
        )
        findings.error(MODEL, 0, "", what)
    return model
