"""Rules of the layout that no type checker sees. Each rule is one test, whose failure lists every offender."""

import ast
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from click import Command, Group
from flask import Blueprint

import netral.cli
import netral.web
from netral.cli import GROUPS
from netral.settings import ROOT
from netral.web.application import find_blueprints

PRODUCT = ROOT / "netral"
EDGE = ("web", "cli")
LONGEST_FUNCTION = 40
NAMED_FOR_NOTHING = {"utils", "helpers", "common", "misc", "base"}
CLOCKS_AND_CHANCE = {
    "datetime.now",
    "datetime.utcnow",
    "date.today",
    "time.time",
    "secrets.token_bytes",
    "secrets.randbits",
    "random.random",
}


def modules() -> list[Path]:
    return sorted(PRODUCT.rglob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def room_of(path: Path) -> str:
    """Return the package of netral/ that a module stands in, or its own file name."""
    return path.relative_to(PRODUCT).parts[0]


def calls() -> Iterator[tuple[Path, str, str, list[str]]]:
    """Yield every call: its module, its place, the function called, and its arguments as written."""
    for path in modules():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call):
                place = f"{path.relative_to(ROOT)}:{node.lineno}"
                yield path, place, ast.unparse(node.func), [ast.unparse(argument) for argument in node.args]


def calls_below_the_edge() -> Iterator[tuple[Path, str, str]]:
    return (found[:3] for found in calls() if room_of(found[0]) not in {*EDGE, "extensions.py"})


def test_only_the_edge_commits() -> None:
    # The demo acts as the edge: it drives the ordinary services with times of its own.
    assert [
        (place, called)
        for path, place, called in calls_below_the_edge()
        if called.endswith((".commit", ".rollback")) and room_of(path) != "demo"
    ] == []


def test_time_and_chance_are_arguments() -> None:
    assert [
        (place, called)
        for path, place, called in calls_below_the_edge()
        if called in CLOCKS_AND_CHANCE and path.name != "settings.py"
    ] == []


def test_no_table_is_declared_beside_its_model() -> None:
    # A room that needs the table of a room above it is in the wrong place: it moves up instead.
    assert [
        (place, arguments[0])
        for _, place, called, arguments in calls()
        if called.rpartition(".")[2] == "table" and arguments and arguments[0].startswith(("'", '"'))
    ] == []


def test_enrolments_change_through_their_doors() -> None:
    doors = "netral/learning/periods/enrolments.py"
    assert [
        (place, called)
        for _, place, called, arguments in calls()
        if called in {"update", "insert", "insert_into", "delete"}
        and {"Enrolment", "ENROLMENT"} & set(arguments)
        and not place.startswith(doors)
    ] == []


def test_modules_are_told_in_one_line_and_functions_fit_on_a_page() -> None:
    untold = [str(path) for path in modules() if not ast.get_docstring(tree_of(path))]
    nameless = [str(path) for path in modules() if path.stem in NAMED_FOR_NOTHING]
    long = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert (untold, nameless, long) == ([], [], [])


def test_every_blueprint_and_every_command_is_registered() -> None:
    commands = {*GROUPS, *(each for group in GROUPS if isinstance(group, Group) for each in group.commands.values())}
    made = {
        f"{module}.{name}": value
        for package in (netral.web, netral.cli)
        for module in (found.name for found in walk_packages(package.__path__, f"{package.__name__}."))
        for name, value in vars(import_module(module)).items()
    }

    registered = find_blueprints()

    assert [name for name, value in made.items() if isinstance(value, Blueprint) and value not in registered] == []
    assert [name for name, value in made.items() if isinstance(value, Command) and value not in commands] == []
