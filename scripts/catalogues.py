"""Catalogues of sentences: ``python -m scripts.catalogues``.

Takes every sentence out of the code and the templates, brings the catalogues of
``config/locale/id`` up to date (one ``.po`` a room of the code, to be edited by hand), and writes
what the program reads, ``pintu.mo``. Prints what has no Indonesian yet; exit 1 if anything.
"""

import ast
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from consumers.mail import words as mail
from gateway.answering import words as answering
from gateway.api.problems import KINDS
from gateway.web import words as web
from pintu.cli.main import app
from pintu.cli.spoken import texts

HERE: Final = Path(__file__).resolve().parent.parent
LOCALE: Final = HERE / "config" / "locale" / "id"
KEYWORDS: Final = {
    **dict.fromkeys(("gettext", "_", "marked", "worded")),
    **dict.fromkeys(("ngettext", "worded_many"), (1, 2)),
}
_TERMINAL: Final = (
    *("brief_lines", "clocks", "conversation", "deadlines", "erasing", "naming", "page"),
    *("parked", "session", "wording", "words"),
)
AREAS: Final = (
    ("gateway/staff/triage", "triage"),
    ("gateway/staff/cases", "cases"),
    ("gateway/staff/parked", "parked"),
    ("gateway/staff/counter", "counter"),
    *((f"gateway/desk/{name}.py", "terminal") for name in _TERMINAL),
    ("gateway/desk", "desk"),
    ("gateway/staff/inbox", "inbox"),
    ("gateway/staff/report", "report"),
    ("gateway/report", "report"),
    ("pintu/report", "report"),
    ("gateway/staff/rules", "rules"),
    ("gateway/staff", "people"),
    ("gateway/access", "people"),
    ("gateway/text", "terminal"),
    ("gateway/open311", "open311"),
    ("gateway", "gateway"),
    ("pintu/cli/user", "people"),
    ("pintu/demo", "program"),
    ("pintu/cli", "commands"),
    ("pintu/doctor", "doctor"),
    ("pintu/conformance", "conformance"),
    ("pintu/publishing", "publishing"),
    ("pintu/rules", "learning"),
    ("pintu", "program"),
    ("consumers", "consumers"),
    ("config", "config"),
    ("broker", "broker"),
)
"""By the beginning of a file's path the catalogue of its sentences; the first that fits."""


HELP: Final = "help"
"""The catalogue of the help of all commands, which is taken from the commands themselves."""
TABLES: Final = {
    "web": web.WORDS,
    "answering": answering.WORDS,
    "mail": mail.WORDS,
    "problem": {code: kind.english for code, kind in KINDS.items()},
}
"""Tables of sentences by key; each has a catalogue of its own, in which the key is the context."""
LIBRARY: Final = LOCALE / "LC_MESSAGES" / "typer.po"
"""What typer looks up itself; its sentences change with the library only."""
METHODS: Final = {
    ".py": "python",
    ".html": "jinja2.ext:babel_extract",
    ".svg": "jinja2.ext:babel_extract",
    ".txt": "jinja2.ext:babel_extract",
}
WITH_WORDS: Final = ("gateway/web/", "gateway/answering/", "consumers/mail/")
"""Rooms whose sentences stand in a table of their own, ``words.py``."""


def sentences() -> dict[str, Catalog]:
    """Of each area its sentences, without translations, in the order of the files."""
    found = {area: Catalog(locale="id", fuzzy=False) for _, area in AREAS}
    for prefix in dict.fromkeys(prefix.split("/", 1)[0] for prefix, _ in AREAS):
        for path in sorted((HERE / prefix).rglob("*")):
            if path.relative_to(HERE).as_posix().startswith(WITH_WORDS):
                continue
            for at in _said_in(path):
                found[area_of(path)].add(*at)
    found[HELP] = Catalog(locale="id", fuzzy=False)
    for text in texts(app):
        found[HELP].add(text)
    for table, english in TABLES.items():
        found[table] = Catalog(locale="id", fuzzy=False)
        for key, text in english.items():
            found[table].add(text, context=f"{table}.{key}")
    return found


def area_of(path: Path) -> str:
    """The catalogue of a file's sentences."""
    place = path.relative_to(HERE).as_posix()
    return next(area for prefix, area in AREAS if f"{place}/".startswith(f"{prefix}/"))


def _said_in(path: Path) -> Iterator[tuple[str | tuple[str, ...], None, list[tuple[str, int]]]]:
    how = METHODS.get(path.suffix)
    if how is None or (path.suffix != ".py" and path.parent.name != "templates"):
        return
    options = {"newstyle_gettext": "true", "trimmed": "true"}
    with path.open("rb") as file:
        for _, said, _, _ in extract(how, file, KEYWORDS, (), options, strip_comment_tags=True):
            yield said, None, [(path.relative_to(HERE).as_posix(), 1)]
    if path.suffix == ".py":
        for one in _within_strings(ast.parse(path.read_text("utf-8"))):
            yield one, None, [(path.relative_to(HERE).as_posix(), 1)]


def _within_strings(tree: ast.Module) -> Iterator[str]:
    """Sentences that stand within an f-string, which before Python 3.12 is one word to a reader of
    words: Babel finds them there from 3.12 on."""
    for text in ast.walk(tree):
        if not isinstance(text, ast.JoinedStr):
            continue
        for call in ast.walk(text):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.args:
                first = call.args[0]
                plain = isinstance(first, ast.Constant) and isinstance(first.value, str)
                if call.func.id in KEYWORDS and KEYWORDS[call.func.id] is None and plain:
                    assert isinstance(first, ast.Constant)
                    yield str(first.value)


def kept(area: str) -> Catalog:
    """The catalogue of an area as it is on the disk."""
    place = LOCALE / f"{area}.po"
    if not place.is_file():
        return Catalog(locale="id", fuzzy=False)
    with place.open("rb") as file:
        return read_po(file, locale="id")


@cache
def _everywhere() -> Catalog:
    whole = Catalog(locale="id", fuzzy=False)
    for place in sorted(LOCALE.glob("*.po")):
        for message in kept(place.stem):
            if message.id and _is_said(message):
                whole.add(message.id, message.string, context=message.context)
    return whole


def up_to_date(area: str, wanted: Catalog) -> Catalog:
    """The sentences that are wanted, with the translations that are kept."""
    old, others = kept(area), _everywhere()
    new = Catalog(locale="id", fuzzy=False, project="pintu", header_comment="", charset="utf-8")
    for message in wanted:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            context = message.context
            before = old.get(key, context) or others.get(key, context)  # perhaps of another room
            new.add(
                message.id,
                before.string if before else None,
                message.locations,
                context=context,
            )
    return new


def written(catalog: Catalog) -> bytes:
    """A catalogue as a file for people."""
    out = BytesIO()
    write_po(out, catalog, width=100, sort_output=True, omit_header=True, include_lineno=False)
    return b'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n' + out.getvalue()


class Differs(ValueError):
    """Two catalogues say the same sentence in two ways; the message says where and what to do."""


def _places(message: Message) -> str:
    return ", ".join(dict.fromkeys(place for place, _ in message.locations)) or "by hand"


def compiled(catalogs: dict[str, Catalog]) -> bytes:
    """All of them as the program reads them.

    Raises:
        Differs: two areas say the same English in two ways; it names both places.
    """
    whole = Catalog(locale="id", fuzzy=False, charset="utf-8")
    areas = dict[tuple[str, str | None], str]()
    for area, catalog in sorted(catalogs.items()):
        for message in catalog:
            if not message.id or not _is_said(message):
                continue
            key = message.id if isinstance(message.id, str) else message.id[0]
            there = whole.get(key, message.context)
            if there is not None and there.string != message.string:
                raise Differs(
                    f"{message.id!r} is said in two ways:\n"
                    f"  {areas[key, message.context]}.po: {there.string!r}\n"
                    f"  {area}.po: {message.string!r}  ({_places(message)})\n"
                    "What the program reads has one Indonesian for one English: write the same in"
                    " both files; or, where two things are meant, say one of them otherwise in"
                    " English, or give it a key (a table of words, see TABLES)."
                )
            areas[key, message.context] = area
            whole.add(message.id, message.string, context=message.context)
    out = BytesIO()
    whole.revision_date = whole.creation_date = datetime(2026, 1, 1, tzinfo=UTC)  # always the same
    write_mo(out, whole)
    return out.getvalue()


def of_library() -> bytes:
    """What typer looks up, compiled."""
    with LIBRARY.open("rb") as file:
        return compiled({"typer": read_po(file, locale="id")})


def unsaid(catalogs: dict[str, Catalog]) -> list[str]:
    """What has no Indonesian, with its catalogue."""
    return [
        f"{area}.po: {message.id!r}"
        for area, catalog in sorted(catalogs.items())
        for message in catalog
        if message.id and not _is_said(message)
    ]


def _is_said(message: Message) -> bool:
    said = message.string
    return all(said) if said and not isinstance(said, str) else bool(said)


def main() -> int:
    """Write all of them."""
    catalogs = {area: up_to_date(area, wanted) for area, wanted in sentences().items()}
    LOCALE.mkdir(parents=True, exist_ok=True)
    for area, catalog in catalogs.items():
        if len(catalog):
            (LOCALE / f"{area}.po").write_bytes(written(catalog))
        else:
            (LOCALE / f"{area}.po").unlink(missing_ok=True)
    try:
        whole = compiled(catalogs)
    except Differs as why:
        print(why, file=sys.stderr)
        return 1
    (LOCALE / "pintu.mo").write_bytes(whole)
    LIBRARY.with_suffix(".mo").write_bytes(of_library())
    for line in (missing := unsaid(catalogs)):
        print(line)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
