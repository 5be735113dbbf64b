"""Every value that a view passes reaches its template: no template of the page sets or imports the same name."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jinja2 import nodes

from netral.settings import ROOT
from tests.web.test_macros import TEMPLATES, environment

VIEWS = sorted((ROOT / "netral" / "web").rglob("*.py"))


def passed_names(module: Path) -> Iterator[tuple[str, set[str]]]:
    """Return each template that a module renders, with the names given to it.

    Where a call spreads a mapping, every key written in the module counts: rather too many than too few.
    """
    tree = ast.parse(module.read_text(encoding="utf-8"))
    keys = {text for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys for text in texts(key)}
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "render_template":
            names = {keyword.arg for keyword in call.keywords if keyword.arg}
            spread = keys if any(keyword.arg is None for keyword in call.keywords) else set()
            for template in texts(call.args[0]):
                yield template, names | spread


def texts(node: ast.AST | None) -> list[str]:
    """Return every string that is written in an expression: both of `"a.html" if full else "b.html"`."""
    found = ast.walk(node) if node else ()
    return [each.value for each in found if isinstance(each, ast.Constant) and isinstance(each.value, str)]


@cache
def bound_names(template: str) -> frozenset[str]:
    """Return the names that a template or one that it extends sets or imports. A loop keeps its name to itself."""
    tree = parse(template)
    settings = tree.find_all((nodes.Assign, nodes.AssignBlock))
    found = {name.name for node in settings for name in node.find_all(nodes.Name) if name.ctx == "store"}
    for node in tree.find_all(nodes.FromImport):
        found |= {name if isinstance(name, str) else name[1] for name in node.names}
    for parent in tree.find_all(nodes.Extends):
        found |= bound_names(parent.template.as_const())
    return frozenset(found)


# `netral/web/edge/frame.py` gives these to every page; a view that passes one would take it from the frame.
FRAME = {"instansi_name", "navigation", "account", "actor", "person_mark", "demo", "footer_note", "now_shown"}


@pytest.mark.parametrize("module", VIEWS, ids=lambda module: module.stem)
def test_no_view_passes_a_name_of_the_frame(module: Path) -> None:
    for template, names in passed_names(module):
        assert not names & FRAME, template


def parse(template: str) -> nodes.Template:
    return environment().parse((TEMPLATES / template).read_text(encoding="utf-8"))


@pytest.mark.parametrize("module", VIEWS, ids=lambda module: module.stem)
def test_no_template_shadows_what_a_view_passes(module: Path) -> None:
    for template, names in passed_names(module):
        assert not names & bound_names(template), template


def test_names_are_found_on_both_sides() -> None:
    assert len({template for module in VIEWS for template, names in passed_names(module) if names}) > 50
    assert {"account_item", "has_errors", "banner", "paper_question"} <= bound_names("ujian/kerjakan.html")


def test_no_macro_is_imported_with_the_context_of_a_page() -> None:
    """The macro would see the names of whatever page it stands on."""
    for path in TEMPLATES.rglob("*.html"):
        tree = parse(str(path.relative_to(TEMPLATES)))
        imports: list[nodes.Import | nodes.FromImport] = [
            *tree.find_all(nodes.Import),
            *tree.find_all(nodes.FromImport),
        ]
        assert not [node for node in imports if node.with_context], path
