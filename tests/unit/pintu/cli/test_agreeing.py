"""A question of yes or no is answered in either language."""

import sys
from collections.abc import Iterator

import pytest
import typer

from config.language import Language, spoken_in
from pintu.cli.agreeing import agree
from pintu.cli.exit_codes import NOT_ALL


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is answered, in turn; the questions come in their place."""
    answers = list[str]()

    def prompt(question: str, **_: object) -> str:
        answers.append(question)
        return answers.pop(0)

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(typer, "prompt", prompt)
    yield answers


@pytest.mark.parametrize("answer", ["y", "Y", " ya ", "yes", "YA"])
@pytest.mark.parametrize("spoken", ["id", "en"])
def test_a_yes_of_either_language_goes_on(asked: list[str], answer: str, spoken: Language) -> None:
    asked.append(answer)
    with spoken_in(spoken):
        agree("Send?", yes=False)


@pytest.mark.parametrize("answer", ["n", "no", "t", "Tidak", ""])
@pytest.mark.parametrize("spoken", ["id", "en"])
def test_a_no_of_either_language_ends_it(asked: list[str], answer: str, spoken: Language) -> None:
    asked.append(answer)
    with spoken_in(spoken), pytest.raises(typer.Exit) as ended:
        agree("Send?", yes=False)
    assert ended.value.exit_code == NOT_ALL


def test_anything_else_is_asked_again_in_the_language_in_use(
    asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    asked += ["mungkin", "ya"]
    with spoken_in("id"):
        agree("Kirim?", yes=False)
    assert asked == ["Kirim? [y/T]", "Kirim? [y/T]"]
    assert "jawab y (ya) atau t (tidak)" in capsys.readouterr().err
