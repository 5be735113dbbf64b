"""Promises of the layout that no type checker sees."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from click import Command, Group
from flask import Blueprint

import netral.cli
import netral.web
from netral.cli import GROUPS
from netral.settings import ROOT
from netral.web.blueprints import BLUEPRINTS

PRODUCT = ROOT / "netral"
EDGE = ("web", "cli")
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40


def modules() -> list[Path]:
    return sorted(PRODUCT.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def below_the_edge() -> list[Path]:
    return [
        path for path in modules() if path.relative_to(PRODUCT).parts[0] not in EDGE and path.name != "extensions.py"
    ]


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))


def called_name(call: ast.Call) -> str:
    return ast.unparse(call.func)


@pytest.mark.parametrize("path", below_the_edge(), ids=name_of)
def test_only_the_edge_commits(path: Path) -> None:
    # The demo plays the edge: it drives the ordinary services with times of its own.
    if path.relative_to(PRODUCT).parts[0] == "demo":
        return
    wrong = [call.lineno for call in calls(path) if called_name(call).endswith((".commit", ".rollback"))]

    assert not wrong


@pytest.mark.parametrize("path", below_the_edge(), ids=name_of)
def test_time_and_chance_are_arguments(path: Path) -> None:
    if path.name == "settings.py":
        return
    readers = (
        "datetime.now",
        "datetime.utcnow",
        "date.today",
        "time.time",
        "secrets.token_bytes",
        "secrets.randbits",
        "random.random",
    )

    assert not [call.lineno for call in calls(path) if called_name(call) in readers]


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_fits_in_one_head(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert text.count("\n") <= LONGEST_MODULE
    assert ast.get_docstring(ast.parse(text)), "a module says in one line what it is"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_function_fits_on_a_page(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]

    assert not [node.name for node in functions if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION]


def test_no_module_is_named_for_nothing() -> None:
    assert not [path for path in modules() if path.stem in {"utils", "helpers", "common", "misc", "base"}]


def test_every_blueprint_and_every_command_is_registered() -> None:
    commands = {*GROUPS, *(each for group in GROUPS if isinstance(group, Group) for each in group.commands.values())}
    made = {
        f"{module}.{name}": value
        for package in (netral.web, netral.cli)
        for module in (found.name for found in walk_packages(package.__path__, f"{package.__name__}."))
        for name, value in vars(import_module(module)).items()
    }

    assert [name for name, value in made.items() if isinstance(value, Blueprint) and value not in BLUEPRINTS] == []
    assert [name for name, value in made.items() if isinstance(value, Command) and value not in commands] == []
