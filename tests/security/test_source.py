"""Constructs that must not occur in the source."""

import ast
import json
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from netral.settings import ROOT

PRODUCT = sorted((ROOT / "netral").rglob("*.py"))
SQL = {"text", "exec_driver_sql", "executescript"}
# Names of tables and databases, which no statement takes as a parameter; they come from the database itself.
NAMES_ONLY = {"netral/operation/contents.py", "netral/operation/served.py"}
DANGEROUS_CALLS = {
    *("eval", "exec", "compile", "__import__", "os.system", "os.popen", "pickle.loads", "pickle.load", "marshal.loads"),
    *("yaml.load", "yaml.unsafe_load", "render_template_string", "Markup", "input"),
}
DANGEROUS_MODULES = {
    *("pickle", "marshal", "shelve", "telnetlib", "ftplib", "xml.dom", "xml.sax", "xml.etree.ElementTree", "lxml"),
    *("smtplib", "requests", "httpx", "urllib3", "urllib.request", "http.client", "socket", "random"),
}
# It binds the port of the server itself, and connects to nothing.
LISTENING = ("netral/cli/serving.py", "socket")
# It asks the web server on this machine whether it answers.
ASKING = ("netral/cli/beating.py", "http.client")
SEEDED = {"netral/reporting/reports/sample.py", "netral/quiz/drawing.py"}
WEAK_HASHES = {"md5", "sha1", "new"}


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls() -> Iterator[tuple[Path, ast.Call, str]]:
    for path in PRODUCT:
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.Call):
                yield path, node, ast.unparse(node.func)


def imports() -> Iterator[tuple[Path, str]]:
    for path in PRODUCT:
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.Import):
                yield from ((path, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((path, name) for name in (node.module or "", f"{node.module}.{node.names[0].name}"))


def test_no_statement_is_put_together_from_strings() -> None:
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path, call, name in calls()
        if name.split(".")[-1] in SQL and call.args and not isinstance(call.args[0], ast.Constant | ast.Name)
    ]

    assert not [place for place in found if place.split(":")[0] not in NAMES_ONLY]


def test_no_command_passes_through_a_shell() -> None:
    keywords = [(path, word) for path, call, _ in calls() for word in call.keywords if word.arg == "shell"]

    assert keywords == []


def test_no_input_is_run_unpickled_or_made_a_template() -> None:
    # The content of an edition was cleaned when it was published.
    allowed = {("netral/web/office/questions.py", "Markup")}

    assert {(name_of(path), name) for path, _, name in calls() if name in DANGEROUS_CALLS} <= allowed


def test_no_address_is_fetched_and_no_mail_is_sent() -> None:
    # A sample is drawn from a seed so that it can be repeated; so is the example.
    drawn = [name_of(path) for path, name in imports() if name == "random"]
    found = [(name_of(path), name) for path, name in imports() if name in DANGEROUS_MODULES - {"random"}]

    assert sorted(found) == sorted([LISTENING, ASKING])
    assert not [path for path in drawn if not path.startswith("netral/demo/") and path not in SEEDED]


def test_no_weak_hash_is_used() -> None:
    assert not [
        (name_of(path), name) for path, _, name in calls() if name in {f"hashlib.{weak}" for weak in WEAK_HASHES}
    ]


def test_every_dependency_is_locked_with_its_hash() -> None:
    for file in ("requirements.txt", "tests/requirements.txt", ".ci/uv.txt"):
        lines = (ROOT / file).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        packages = [line for line in lines if line and not line.startswith("#")]
        assert packages, file
        assert not [line for line in packages if "==" not in line or "--hash=sha256:" not in line], file


def test_the_list_of_parts_names_every_locked_package(tmp_path: Path) -> None:
    target = tmp_path / "sbom.json"
    subprocess.run(["make", "-s", "-o", ".venv/.tests", "sbom", f"SBOM={target}"], cwd=ROOT, check=True)
    parts = json.loads(target.read_text(encoding="utf-8"))
    named = {(part["name"], part["version"]) for part in parts["components"]}
    locked = [line.split(" ")[0] for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()]

    assert parts["bomFormat"] == "CycloneDX"
    assert {tuple(line.split("==")) for line in locked if "==" in line} <= named
    assert all(part["purl"].startswith("pkg:pypi/") for part in parts["components"])


def test_nothing_is_started_in_debug_mode() -> None:
    assert not [
        name_of(path) for path, call, _ in calls() for word in call.keywords if word.arg in {"debug", "use_reloader"}
    ]


def test_a_password_is_verified_in_the_one_place_that_counts_it() -> None:
    places = {name_of(path) for path, _, name in calls() if name.split(".")[-1] == "verify_password"}
    hashers = {name_of(path) for path, name in imports() if name.split(".")[0] == "argon2"}

    assert places == {"netral/web/edge/proving.py"}
    assert hashers == {"netral/accounts/passwords.py"}
