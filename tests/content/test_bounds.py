"""Markdown that would keep a parser busy for minutes is refused, or read, in seconds."""

import time
from pathlib import Path

import pytest

from tests.content.make import BANK, MODULE, changed, codes, errors, line_of, read, write_content

SIZE = 60_000


def paragraphs(piece: str) -> str:
    """Return many paragraphs, each just short enough to be read."""
    text = (piece * SIZE)[:SIZE]
    return "\n\n".join(text[start : start + 1_900] for start in range(0, SIZE, 1_900))


@pytest.mark.parametrize(
    "piece", ["[", "![", "[@", "[@a ", "[a](", "*a ", "**a _b ", "<", "<a ", "`", "- ", "> ", "A. "]
)
@pytest.mark.parametrize("joint", [paragraphs, lambda piece: (piece * SIZE)[:SIZE]], ids=["paragraphs", "one line"])
def test_hostile_markdown_does_not_keep_the_check_busy(tmp_path: Path, piece: str, joint: object) -> None:
    assert callable(joint)
    text = joint(piece)
    began = time.process_time()

    read(write_content(tmp_path, module=changed(MODULE, "Contoh: ", f"{text}\n\nContoh: ")))

    assert time.process_time() - began < 10


def test_a_paragraph_without_end_is_refused_on_its_line(tmp_path: Path) -> None:
    text = changed(MODULE, "Contoh: ", "kata kata\n" * 500 + "Contoh: ")

    (error,) = errors(read(write_content(tmp_path, module=text)))

    assert (error.path, error.code) == ("modul/contoh.md", "B09")
    assert line_of(text, "kata kata") < error.line < line_of(text, "Contoh: ")


@pytest.mark.parametrize("filler", ["## Halaman\n\nIsi.\n\n", "### Rinci\n\nIsi.\n\n", "\n" * 40])
def test_a_file_without_end_is_refused(tmp_path: Path, filler: str) -> None:
    assert codes(read(write_content(tmp_path, module=changed(MODULE, "Contoh: ", filler * 501 + "Contoh: ")))) == [
        "B09"
    ]


def test_of_a_hopeless_file_only_the_first_findings_are_said(tmp_path: Path) -> None:
    hopeless = changed(BANK, "### [putus-01]", "\n\n".join(["- lepas"] * 1_000) + "\n\n### [putus-01]")

    found = codes(read(write_content(tmp_path, bank=hopeless)))

    assert len(found) == 501
    assert found.count("B10") == 1


@pytest.mark.parametrize("citation", ["[@UU-9-2023 ps.9-2", "[@]", "[@UU-9-2023 ps.9-2 [x]]", "[@" + "x" * 70 + "]"])
def test_a_malformed_citation_is_refused(tmp_path: Path, citation: str) -> None:
    text = changed(MODULE, "[@UU-9-2023 ps.9-2]", citation)

    found = [(error.code, error.line) for error in errors(read(write_content(tmp_path, module=text)))]

    assert ("R08", line_of(text, citation)) in found
