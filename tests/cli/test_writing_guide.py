"""docs/menulis-modul.md, followed to the letter: every code block is a file, a command, or a command's output."""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from netral.content import documents, glossary, ikrar, library, normalising, norms
from netral.content.kinds import writing_of
from netral.learning.editions.reading import list_modules, list_questions
from netral.quiz.kinds import KINDS
from netral.settings import ROOT
from tests.cli.conftest import Run
from tests.databases import ON_SQLITE
from tests.web.conftest import Clock

GUIDE = (ROOT / "docs" / "menulis-modul.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(?P<before>[^\n]*)\n\n```(?P<language>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
SAVE = re.compile(r"(Simpan sebagai|Tambahkan di akhir) `([^`]+)`:$")
FLASK = ".venv/bin/flask "


@dataclass
class Reader:
    """A person with the guide and a terminal. Netral's folder stands in `desk`."""

    run: Run
    app: Flask
    desk: Path
    said: str = ""
    commands: list[str] = field(default_factory=list)

    def take(self, block: re.Match[str]) -> None:
        saving = SAVE.search(block["before"])
        if saving:
            path = self.desk / saving[2]
            kept = path.read_text(encoding="utf-8") if saving[1] == "Tambahkan di akhir" else ""
            path.write_text(kept + block["text"], encoding="utf-8")
        elif block["language"] == "text":
            self.compare(block["text"])
        else:
            assert block["language"] == "sh", block[0]
            for command in block["text"].splitlines():
                self.type(command, fails=self.is_followed_by_a_galat(block))

    def type(self, command: str, *, fails: bool) -> None:
        self.commands.append(command)
        if command.startswith(f"{FLASK}content "):
            words, _, file = command.removeprefix(FLASK).partition(" > ")
            self.said = self.run(*words.split(), code=int(fails)).stdout
            if file:
                (self.desk / file).write_text(self.said, encoding="utf-8")
        elif command.startswith("export NETRAL_CONTENT_DIR="):
            directory = self.desk / command.partition("=")[2]
            settings = self.app.extensions["netral.settings"]
            self.app.extensions["netral.settings"] = replace(settings, content_dir=directory)
        else:
            subprocess.run(["bash", "-euc", command], cwd=self.desk, check=True)

    def compare(self, text: str) -> None:
        """Compare texts; three dots stand for parts that differ everywhere."""
        for line in text.splitlines():
            assert line.removesuffix("...") in self.said, (line, self.said)

    @staticmethod
    def is_followed_by_a_galat(block: re.Match[str]) -> bool:
        after = GUIDE[block.end() :].partition("```sh")[0]
        return "```text" in after and ": galat " in after


@pytest.fixture
def reader(run: Run, app: Flask, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    monkeypatch.setattr("netral.cli.content.guess", lambda _: None)
    monkeypatch.setattr("netral.content.library.check_fairness", lambda *_: None)
    clock.now = datetime(2026, 12, 1, tzinfo=UTC)
    desk = tmp_path / "netral"
    desk.mkdir()
    shutil.copytree(ROOT / "content", desk / "content")
    monkeypatch.chdir(desk)
    return Reader(run, app, desk)


@ON_SQLITE
def test_the_guide_leads_from_an_empty_file_to_a_published_question(
    reader: Reader, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netral.content.library.check_legs", lambda *_: None)
    assert len(list(BLOCK.finditer(GUIDE))) == GUIDE.count("\n```") / 2

    for block in BLOCK.finditer(GUIDE):
        reader.take(block)

    assert reader.commands[-1] == f"{FLASK}content check"
    published = {line.question.id: line for line in list_questions(session, number=1)}
    assert [name for name in own_items() if name not in published] == []
    assert published["kf-printer"].module == published["kf-mobil"].module == "contoh-fasilitas"
    assert "contoh-fasilitas" in list_modules(session, number=1)


def own_items() -> list[str]:
    return re.findall(r"^### \[(tb-[a-z0-9-]+)\]", GUIDE, re.MULTILINE)


def codes() -> Iterator[str]:
    """Return every finding that the check can make."""
    for path in (ROOT / "netral" / "content").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and re.fullmatch(r"[A-Z]\d\d", str(node.value)):
                yield str(node.value)


@pytest.mark.parametrize(
    "words",
    [
        sorted(set(codes())),
        sorted(normalising.QUESTION_KEYS.union(*(writing_of(kind).keys for kind in KINDS))),
        sorted(documents.MODULE_KEYS | documents.CARD_KEYS | ikrar.IKRAR_KEYS),
        sorted(norms.NORM_KEYS | norms.RULE_KEYS | library.BLUEPRINT_KEYS | glossary.TERM_KEYS),
        list(KINDS),
    ],
    ids=["codes", "keys of questions", "keys of heads", "keys of YAML files", "kinds"],
)
def test_the_guide_knows_every(words: list[Any]) -> None:
    assert [word for word in words if f"`{word}" not in GUIDE] == []
