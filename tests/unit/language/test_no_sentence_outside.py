"""No sentence for people stands outside the catalogues: neither in the code nor in a template."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest
from jinja2 import Environment, nodes

from config import broker_sentences, refusal_sentences, topology_sentences, trust_sentences
from tests.unit.language.sentences import ROOT, outside

ROOMS: Final = (
    *("pintu", "config", "consumers/mail"),
    *("gateway/desk", "gateway/text", "gateway/staff", "gateway/report", "gateway/access"),
    *("gateway/api", "gateway/answering", "gateway/web", "gateway/open311", "gateway/attachments"),
)
DOCUMENTS: Final = {
    "config/variables.py": "the reference of settings",
    "config/reference.py": "the same",
    "pintu/cli/topology_page.py": "the page docs/reference/topology.md",
    "pintu/contract": "what integrators build against is in English",
    "pintu/rules/learning/writing.py": "files of rules, with their comments",
    "pintu/publishing/fields.py": "names of columns as files have them",
    "pintu/publishing/reporting.py": "words as files have them",
    "gateway/text/names.py": "patterns",
    "pintu/reference_agency/reference.py": "what the simulated agency answers, in Indonesian",
    "pintu/conformance/agency/complaints.py": "complaints of the check, in Indonesian",
    "gateway/desk/recap.py": "the office's table, in Indonesian",
    "gateway/api/lists.py": "the reference of the API",
    "gateway/api/complaints.py": "the same",
    "gateway/open311/described.py": "the same",
    "gateway/open311/routes.py": "the same",
    "gateway/api/updates.py": "what programs read",
    "gateway/attachments/submitting.py": "what programs read",
    "gateway/staff/people/elsewhere.py": "why a sign-in failed, for the log",
    "consumers/mail/reading.py": "why an event cannot be read, for the log",
    "gateway/api/problems.py": "a table by key, which the catalogue takes whole",
    "gateway/web/words.py": "the same",
    "gateway/answering/words.py": "the same",
    "consumers/mail/words.py": "the same",
}
"""Files whose texts go into documents or data, not onto a terminal: why."""
NO_SENTENCES: Final = frozenset(
    (
        *("not bold", "not dim", "not dim bold", "not dim yellow", "not dim cyan"),  # styles
        *("Said | None", "State | None"),  # types
        *("%a %d %b %Y %H:%M", r"at line (\d+)", "The number of unique classes"),  # patterns
        *("after the repeat", "to be withdrawn", "not theirs", "to be withdrawn complaint"),  # keys
        *('  --alias "{}={}', '  --keep-apart "{}', '    code = "{}": aliases = [{}]'),  # to type
        *("valid_until = 2000-01-01", "who, {}"),  # of files of the rules
        *("not seen", "no number", "COMMAND [ARGS]..."),  # values; typer's own
        *("nobody has this password", "Terima kasih!"),  # hashed; what a reporter says
        *("no place of ours", "no tables", "no certificate", "it speaks none"),  # never shown
        *("this gateway was made without a desk", "edited and sent again"),  # nor this; a record
        "this gateway was made without a way to the parked messages",
        *("the provider gave no id_token", "the id_token names nobody"),  # for the log
        *("the id_token is no good: {}", "the signature: {}"),
        *("no process: {}", "ended with {}"),
        "for demonstrations only: deadlines are not those of the calendar on the wall",
    )
)
CODES: Final = re.compile(
    r"(agency|desk|channel)\.[a-z{}]+\.[a-z]+|"
    r"[A-Z][A-Z_]*|(agency:)?[A-Z|]+|--[a-z-]+(, --[a-z-]+)*|[a-z_]+|  rabbitmqctl .*"
)
"""Names of arguments and options, codes, commands."""
RECOGNISED: Final = frozenset(
    re.sub(r"\{\w+\}", "{}", form)
    for room in (broker_sentences, trust_sentences, topology_sentences, refusal_sentences)
    for form in room.FORMS
)
COLUMNS: Final = frozenset(
    (
        *("Tindakan", "terima", "jawab", "selesai", "tanya", "kembalikan", "Jawaban", "Catatan"),
        *("internal", "OPD", "yang", "disarankan"),
    )
)
"""Of the sheet that agencies fill in: what it is called there, in Indonesian in both languages."""
TYPED: Final = ("code", "kbd", "pre", "style", "script")
"""Elements whose text is no sentence: what is typed, what a browser runs."""
TEXTS: Final = ("title", "aria-label", "placeholder", "alt", "content")
"""Attributes that people read."""
NAMES: Final = frozenset(
    re.findall(
        r"\w+",
        """
        pintu csv json html xlsx pdf nik opd ok lapor sp4n utf asyncapi amqp http api id en
        wib tsv excel english bahasa indonesia
        """,
    )
)
"""Names that are the same in both languages."""


@pytest.mark.parametrize("room", ROOMS)
def test_no_sentence_of_the_code_is_outside_the_catalogues(room: str) -> None:
    found = [
        sentence
        for path in sorted((ROOT / room).rglob("*.py"))
        if not path.relative_to(ROOT).as_posix().startswith(tuple(DOCUMENTS))
        for sentence in outside(path)
        if not _is_no_sentence(sentence)
    ]
    assert found == [], "gettext(…) or worded(…) of config.language"


def _is_no_sentence(found: str) -> bool:
    text = found.split(": ", 1)[1].strip("'\"").encode().decode("unicode_escape")
    known = text in NO_SENTENCES or text.startswith("default-src ")
    return known or CODES.fullmatch(text) is not None or _is_recognised(text)


def _is_recognised(text: str) -> bool:
    """Said again in the language in use where it is shown, with its place before it or without."""
    while text not in RECOGNISED:
        _, colon, text = text.partition(": ")
        if not colon:
            return False
    return True


TEMPLATES = sorted(
    path
    for room in ("gateway", "pintu/rules", "consumers")
    for path in (ROOT / room).rglob("templates/*")
    if path.suffix in (".html", ".svg", ".txt")
)


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 10


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_word_of_a_template_is_outside_the_catalogues(path: Path) -> None:
    environment = Environment(extensions=["jinja2.ext.i18n"])  # noqa: S701 -- nothing is rendered
    tree = environment.parse(path.read_text("utf-8"))
    written = " ".join(data.data for data in tree.find_all(nodes.TemplateData))
    page = _Texts()
    page.feed(written)
    words = [
        word
        for text in page.texts
        for word in re.findall(r"(?<![\w/])[A-Za-z]{2,}", _without_attributes(text))
        if word.lower() not in NAMES and word not in COLUMNS
    ]
    assert words == [], "{{ _(…) }} or {% trans %}"


def _without_attributes(text: str) -> str:
    """Attributes that a macro holds stand in no tag there."""
    return re.sub(r'[\w-]+="[^"]*"', " ", text)


class _Texts(HTMLParser):
    """What people read of a page: texts, and attributes that are texts."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in TYPED
        if tag != "meta":
            self.texts += [value for name, value in attrs if name in TEXTS and value]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in TYPED

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)
