"""The English of docstrings and comments, as far as a program can judge it; CONTRIBUTING.md has the guide."""

import ast
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from netral.settings import ROOT

OPENINGS = re.compile(r"(Of|Who|Whoever|What|Whatever|With)\b")
PRONOUN = re.compile(r"\b(he|him|his|himself)\b", re.IGNORECASE)
TEMPLATE_COMMENT = re.compile(r"\{#-?\s*(.+?)\s*-?#\}", re.DOTALL)
FILES = sorted(path for room in ("netral", "tests", "bench", "migrations") for path in (ROOT / room).rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of every docstring, those below constants included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value


def template_comments(path: Path) -> Iterator[tuple[int, str]]:
    text = path.read_text(encoding="utf-8")
    for found in TEMPLATE_COMMENT.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found[1]


def comments(path: Path) -> Iterator[tuple[int, str]]:
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


@cache
def described() -> tuple[tuple[Path, int, str], ...]:
    """Return place and text of everything that describes a module, a class, a function, a constant or a template."""
    code = ((path, *each) for path in FILES for each in docstrings(path))
    return (*code, *((path, *each) for path in TEMPLATES for each in template_comments(path)))


def name(path: Path, line: int, text: str) -> str:
    return f"{path.relative_to(ROOT)}:{line} {text.strip().splitlines()[0]}"


def test_no_description_opens_in_mid_sentence() -> None:
    assert [name(*each) for each in described() if OPENINGS.match(each[2])] == []


def test_a_person_is_they() -> None:
    said = ((path, *each) for path in FILES for each in comments(path))

    assert [name(*each) for each in (*described(), *said) if PRONOUN.search(each[2])] == []
