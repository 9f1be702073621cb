"""The help of every command, in Indonesian."""

import os
import re
import subprocess
import sys
from typing import Final

import pytest

from config.language import spoken_in
from pintu.cli.main import app
from pintu.cli.spoken import spoken, texts

ENGLISH: Final = frozenset(
    re.findall(
        r"\w+",
        """
        the is are was were of and or with without which for not nothing nobody whether
        where how who when only every each its this that these those there then than what
        why from into until before after while another other others same one two given left
        out print make take missing unknown invalid value option options argument arguments
        command commands usage error default required try help message exit
        """,
    )
)
"""Words of English that no Indonesian has."""
WALK: Final = """
import sys, typer
from pintu.cli.main import app
from pintu.cli.spoken import HELP_NAMES, speak, spoken

def each(command, above):
    context = command.context_class(command, info_name=command.name, parent=above,
                                    help_option_names=HELP_NAMES)
    print("=====", context.command_path, flush=True)
    command.get_help(context)
    sys.stdout.flush()
    for inner in getattr(command, "commands", {}).values():
        each(inner, context)

speak()
each(spoken(app), None)
"""


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """By command its help, as a terminal of 300 columns shows it."""
    environment = os.environ | {"PINTU_LANGUAGE": "id", "TERMINAL_WIDTH": "300", "COLUMNS": "300"}
    done = subprocess.run(
        [sys.executable, "-c", WALK], env=environment, capture_output=True, text=True, check=True
    )
    parts = re.split(r"^===== (.*)$", done.stdout, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_every_command_has_a_page(pages: dict[str, str]) -> None:
    assert len(pages) > 60
    assert all("Pemakaian:" in page and "Opsi" in page for page in pages.values())


def test_no_english_is_left_in_it(pages: dict[str, str]) -> None:
    left = {
        name: sorted(words)
        for name, page in pages.items()
        if (words := ENGLISH & set(re.findall(r"[a-z]+", _prose(page).lower())))
    }
    assert left == {}


def test_the_tree_of_commands_is_untouched_in_english() -> None:
    command = spoken(app)
    assert (
        command.help == "Routes citizens' complaints on RabbitMQ to the agency that is answerable."
    )


def test_a_text_is_a_sentence_of_the_catalogue_a_paragraph_at_a_time() -> None:
    found = list(texts(app))
    assert "For programs." in found
    assert not [text for text in found if "\n\n" in text]


def test_the_same_process_shows_it_in_indonesian() -> None:
    with spoken_in("id"):
        assert str(spoken(app).help).startswith("Menyalurkan pengaduan masyarakat")


def _prose(page: str) -> str:
    """Without names, codes and what is typed: in backticks, behind dashes, in capitals, paths."""
    text = re.sub(r"`[^`]*`", " ", page)
    lines = [line for line in text.splitlines() if "Contoh:" not in line]
    rows = [re.sub(r"<[^<>]*>|\[[^\[\]]*\]", " ", line) for line in lines]
    words = (word for line in rows for word in line.split())
    return " ".join(word for word in words if word.isalpha() or word.rstrip(".,;:").isalpha())
