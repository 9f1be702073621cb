"""Files of a configuration that no program wrote: each fault is a line, never a traceback."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.errors import BadConfiguration
from config.loading import check_rules
from config.loading.clocks import SHIPPED, check_clocks
from config.loading.documents import Unusable, table_of
from config.loading.snapshot import load_snapshot
from schemas.limits import COLUMNS, RULES_FILE_BYTES, TOML_KEY_PARTS, TOML_NESTING
from tests.support.regions import SMALL_REGION

FIXTURE = SMALL_REGION
BOM = "\ufeff"
DAY = '[[day_off]]\ndate = 2026-03-02\nreason = "Hari jadi"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURE, tmp_path / "rules"))


def told(folder: Path) -> list[str]:
    return [str(problem) for problem in check_rules(folder).errors]


def test_a_quote_that_stays_open_in_the_header_is_told_with_its_line(folder: Path) -> None:
    file = folder / "roads.csv"
    file.write_text('"name,class\n' + file.read_text("utf-8"), "utf-8")
    assert "roads.csv:1: the header is not CSV" in told(folder)[0]


def test_a_number_of_five_thousand_digits_is_told_with_its_line(folder: Path) -> None:
    file = folder / "agencies.toml"
    file.write_text(file.read_text("utf-8") + "\nx = " + "9" * 5_000 + "\n", "utf-8")
    line = file.read_text("utf-8").count("\n")
    assert f"agencies.toml:{line}: has a number that is too long" in told(folder)[0]


def test_a_hexadecimal_number_of_many_digits_is_no_traceback_where_it_is_quoted(
    folder: Path,
) -> None:
    file = folder / "rules.toml"
    text = file.read_text("utf-8").replace('version = "', "version = 0x" + "f" * 5_000 + ' # "', 1)
    file.write_text(text, "utf-8")
    assert any("version" in line and "many digits" in line for line in told(folder))


@pytest.mark.parametrize("deep", [TOML_NESTING + 1, 5_000])
def test_brackets_within_each_other_are_told_with_their_line(folder: Path, deep: int) -> None:
    file = folder / "words.toml"
    file.write_text("[expand]\nx = " + "[" * deep + "]" * deep + "\n", "utf-8")
    assert f"words.toml:2: has more than {TOML_NESTING} tables or lists" in told(folder)[0]


def test_a_key_of_thousands_of_parts_is_refused_before_it_costs_anything() -> None:
    began = time.process_time()
    with pytest.raises(Unusable, match=f"more than {TOML_KEY_PARTS} parts"):
        table_of("a." * 100_000 + "a = 1")
    assert time.process_time() - began < 5


def test_a_sentence_with_many_dots_is_no_key() -> None:
    assert table_of(f'note = "{"Lihat perda. " * 100}"')


def test_blank_lines_cost_as_many_steps_as_there_are(folder: Path) -> None:
    file = folder / "agencies.toml"
    file.write_text(file.read_text("utf-8") + "\n" * 300_000 + "[unknown]\n", "utf-8")
    began = time.process_time()
    assert any("unknown key 'unknown'" in line for line in told(folder))
    assert time.process_time() - began < 10


@pytest.mark.parametrize("name", ["holidays.toml", "sla.toml"])
def test_a_byte_order_mark_before_the_clocks_is_none_of_their_content(
    tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(SHIPPED, folder)
    text = DAY if name == "holidays.toml" else (folder / name).read_text("utf-8")
    (folder / name).write_text(BOM + text, "utf-8")
    assert check_clocks(folder).errors == ()


def test_a_header_of_very_many_columns_is_refused_as_a_whole(folder: Path) -> None:
    names = ",".join(f"column{n}" for n in range(20 * COLUMNS))
    (folder / "roads.csv").write_text(names + "\n", "utf-8")
    (line,) = [line for line in told(folder) if line.startswith("roads.csv")]
    assert f"has {20 * COLUMNS:,} columns; known are name, class" in line


def test_a_column_that_is_there_twice_is_told(folder: Path) -> None:
    file = folder / "roads.csv"
    head, rest = file.read_text("utf-8").split("\n", 1)
    file.write_text(f"{head},name\n{rest}", "utf-8")
    assert any("the column 'name' is there twice" in line for line in told(folder))


def unreadable() -> Iterator[tuple[str, str]]:
    yield "folder", "cannot be read: Is a directory"
    yield "pipe", "cannot be read: is no regular file"
    yield "device", "cannot be read: is no regular file"
    yield "loop", "cannot be read: Too many levels of symbolic links"
    yield "nul", ":1: holds a NUL character"
    yield "binary", "is not UTF-8"
    yield "large", "is larger than"


@pytest.mark.parametrize(("kind", "said"), list(unreadable()))
@pytest.mark.parametrize("name", ["agencies.toml", "roads.csv", "holidays.toml", "sla.toml"])
def test_what_is_no_text_is_told_and_nobody_waits_for_it(
    folder: Path, name: str, kind: str, said: str
) -> None:
    file = folder / name
    file.unlink(missing_ok=True)
    match kind:
        case "folder":
            file.mkdir()
        case "pipe":
            os.mkfifo(file)
        case "device":
            file.symlink_to("/dev/zero")
        case "loop":
            file.symlink_to(file.name)
        case "nul":
            file.write_bytes(b"a\0b = 1\n")
        case "binary":
            file.write_bytes(b"\xff\xfe\x00\x81" * 9)
        case "large":
            with file.open("wb") as out:
                out.truncate(RULES_FILE_BYTES + 1)
    if name in ("holidays.toml", "sla.toml"):
        problems = [str(problem) for problem in check_clocks(folder).errors]
    else:
        problems = told(folder)
    assert any(name in line and said in line for line in problems), problems
    with pytest.raises(BadConfiguration):
        load_snapshot(folder)


PIECES = [
    *("[[agency]]\n", "[[topic]]\n", 'code = "x"\n', "id = 1\n", "a.b.c = [", "{", '"""', "\\"),
    *("= 1e999\n", "= nan\n", "= 0x" + "f" * 4000, "2026-13-41\n", "1979-05-27T07:32:00Z"),
    *("name,class\n", '"', ",", "\r", "\n", "\0", "\ufeff", "'''", "[" * 300, "9" * 4400),
]
MESS = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(st.sampled_from(PIECES), max_size=30).map(lambda parts: "".join(parts).encode()),
)
NAMES = [
    *("agencies.toml", "rules.toml", "words.toml", "places.csv", "roads.csv", "sla.toml"),
    *("holidays.toml", "channels.toml", "topics/works.toml", "attributes.toml"),
]


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    mess=MESS,
    name=st.sampled_from(NAMES),
    front=st.booleans(),
)
def test_whatever_stands_in_a_file_checking_gives_errors_and_never_raises(
    tmp_path_factory: pytest.TempPathFactory, mess: bytes, name: str, front: bool
) -> None:
    folder = tmp_path_factory.getbasetemp() / "mess"
    shutil.copytree(FIXTURE, folder, dirs_exist_ok=True)
    file = folder / name
    before = file.read_bytes() if file.exists() else b""
    try:
        file.write_bytes(mess + before if front else before + mess)
        for problem in check_rules(folder).errors:
            assert str(problem)
        check_clocks(folder)
    finally:
        if before:
            file.write_bytes(before)
        else:
            file.unlink()
