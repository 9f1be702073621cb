"""Pages are made from templates, in which every value is text."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from gateway.text.pages import templates

PRODUCT = ("pintu", "gateway", "consumers", "config", "broker", "schemas")
MARKUP = re.compile(
    r"""["'](<!doctype|</?(html|svg|table|t[rdh]|div|p|ul|li|span|b|i|section)\b)"""
)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package with a template."""
    folder = tmp_path / "some_pages"
    (folder / "templates").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "templates" / "one.svg").write_text(
        '<b title="{{ it }}">{{ it }} {{ n | number }}</b>'
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield "some_pages"
    sys.modules.pop("some_pages", None)


def test_a_value_is_text_whatever_it_holds_and_whatever_the_file_is_called(made: str) -> None:
    page = templates(made).get_template("one.svg")
    assert page.render(it="<i>\"&'", n=1234) == (
        '<b title="&lt;i&gt;&#34;&amp;&#39;">&lt;i&gt;&#34;&amp;&#39; 1,234</b>'
    )


def test_a_name_that_nobody_gives_is_an_error(made: str) -> None:
    with pytest.raises(UndefinedError, match="'it' is undefined"):
        templates(made).get_template("one.svg").render(n=1)


def test_no_module_puts_markup_together_by_itself() -> None:
    root = Path(__file__).parents[4]
    files = (file for part in PRODUCT for file in (root / part).rglob("*.py"))
    assert not [str(file) for file in files if MARKUP.search(file.read_text())]


def test_no_template_says_that_a_value_is_markup() -> None:
    root = Path(__file__).parents[4]
    found = [file for part in PRODUCT for file in (root / part).rglob("templates/*")]
    assert found
    assert not [str(file) for file in found if re.search(r"\|\s*safe\b", file.read_text())]
