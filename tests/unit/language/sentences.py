"""Which literals of the code are sentences for people, and whether they are in a catalogue."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[3]
LOOKED_UP: Final = frozenset(("gettext", "ngettext", "marked", "worded", "worded_many", "_"))
SHOWN_BY: Final = frozenset(("say", "secho", "confirm", "BadParameter", "agree", "progress_bar"))
"""What is handed to these is read by people, whatever it looks like."""
NOT_READ: Final = frozenset(
    ("log", "check", "compile", "TypeError", "AssertionError", "RuntimeError", "EventMeta")
)
"""The log, documents of the checks, patterns, faults of the code itself."""
LOGGERS: Final = frozenset(("log", "_log", "logger", "_logger"))
REFERENCE: Final = frozenset(("help", "description", "summary"))
"""The help of commands, which is taken from the commands themselves; the reference for who
writes programs, which is in English."""
WORDS: Final = frozenset(
    re.findall(
        r"\w+",
        """
        a an and any are as at be been before but by cannot could does else for from had has
        have how if in into is it its may more must needs no nobody none not nothing of on
        one only or other out should so some such than that the their them then there these
        they this those to too until was were what when where which who whose will with
        within would you
        """,
    )
)
"""A literal with a blank and one of these is a sentence, or a part of one."""
COMMANDS: Final = re.compile(
    r"(pintu|rabbitmqctl|rabbitmq-[a-z]+|chmod|chown|systemctl|SELECT|ALTER|PRAGMA) "
)


def literals(path: Path) -> Iterator[tuple[int, str, frozenset[str]]]:
    """Each literal that is no docstring and no annotation: line, text with ``{}`` for values,
    and the functions it is an argument of, also of an argument."""
    tree = ast.parse(path.read_text("utf-8"))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        text = _text(node)
        if text is None or isinstance(parents[node], ast.Expr | ast.JoinedStr | ast.FormattedValue):
            continue
        if (calls := _calls(node, parents)) is not None:
            yield node.lineno, text, calls  # type: ignore[attr-defined]  # a literal has a line


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(getattr(part, "value", "")) if isinstance(part, ast.Constant) else "{}"
            for part in node.values
        )
    return None


def _calls(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> frozenset[str] | None:
    calls = set()
    while (above := parents.get(node)) is not None:
        if isinstance(above, ast.arg) or (
            isinstance(above, ast.AnnAssign) and node is above.annotation
        ):
            return None
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef) and node is above.returns:
            return None
        if isinstance(above, ast.Assert) or _is_reference(node, above):
            return None
        if isinstance(above, ast.Call) and node is not above.func:
            calls.add(_name(above.func))
        node = above
    return frozenset(calls)


def _is_reference(node: ast.AST, above: ast.AST) -> bool:
    if isinstance(above, ast.keyword):
        return above.arg in REFERENCE
    if not isinstance(above, ast.Dict) or node not in above.values:
        return False
    key = above.keys[above.values.index(node)]
    return isinstance(key, ast.Constant) and key.value in REFERENCE


def _name(called: ast.expr) -> str:
    if not isinstance(called, ast.Attribute):
        return getattr(called, "id", "")
    return "log" if getattr(called.value, "id", None) in LOGGERS else called.attr


def outside(path: Path) -> list[str]:
    """The sentences of a file that are in no catalogue, each with its line."""
    found = []
    for line, text, calls in literals(path):
        if calls & (LOOKED_UP | NOT_READ) or COMMANDS.match(text.strip()):
            continue
        words = re.findall(r"[a-z]+", re.sub(r"\{\}|\[/?[a-z ]+\]", " ", text.lower()))
        shown = calls & SHOWN_BY and any(len(word) > 2 for word in words)
        if shown or (" " in text.strip() and WORDS & set(words)):
            found.append(f"{path.relative_to(ROOT)}:{line}: {text!r}")
    return found
