"""Only plain content files are read, and only up to a bound."""

import os
from pathlib import Path

import pytest

from netral.content.files import MAX_BYTES, MAX_FILES
from tests.content.make import BANK, MODULE, codes, errors, read, write_content
from tests.measuring import MOST_MIB, measure


def check(directory: Path) -> None:
    read(directory)


def test_a_missing_directory_is_a_finding(tmp_path: Path) -> None:
    assert [str(error) for error in errors(read(tmp_path / "tidak-ada"))] == [
        ".:1: galat B01 folder isi tidak ditemukan. Periksa alamat foldernya."
    ]


def test_an_empty_directory_says_what_is_missing(tmp_path: Path) -> None:
    assert [error.path for error in errors(read(tmp_path))] == ["bank", "ikrar", "modul", "rujukan.yaml"]


@pytest.mark.parametrize("name", ["modul/lain.md", "rahasia.md", "modul/lagi"])
def test_symbolic_links_are_refused(tmp_path: Path, name: str) -> None:
    outside = tmp_path / "luar"
    outside.mkdir()
    (outside / "rahasia.md").write_text(MODULE)
    directory = write_content(tmp_path / "isi")
    (directory / name).symlink_to(outside if name.endswith("lagi") else outside / "rahasia.md")

    library = read(directory)

    assert [(error.path, error.code) for error in errors(library)] == [(name, "B02")]
    assert len(library.modules) == 1


def test_a_directory_that_is_itself_reached_by_a_link_is_read(tmp_path: Path) -> None:
    write_content(tmp_path / "isi")
    (tmp_path / "kini").symlink_to(tmp_path / "isi")

    assert codes(read(tmp_path / "kini")) == []


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    directory = write_content(tmp_path)
    (directory / "modul" / "besar.md").write_text("x" * (MAX_BYTES + 1))

    assert [(error.path, error.code) for error in errors(read(directory))] == [("modul/besar.md", "B03")]


def test_a_crowd_of_files_is_not_read(tmp_path: Path) -> None:
    directory = write_content(tmp_path)
    for number in range(MAX_FILES + 50):
        (directory / "bank" / f"{number:05}.md").touch()

    assert codes(read(directory)).count("B04") == 1


def test_a_text_in_another_encoding_is_named_by_its_line(tmp_path: Path) -> None:
    directory = write_content(tmp_path)
    (directory / "modul" / "lama.md").write_bytes("---\nid: a\njudul: \xe9\n".encode("latin-1"))

    assert [(error.line, error.code) for error in errors(read(directory))] == [(3, "B05")]


@pytest.mark.timeout(60)
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Nobody ever writes to the pipe, so waiting for it would never end."""
    directory = write_content(tmp_path)
    os.mkfifo(directory / "modul" / "pipa.md")

    assert codes(read(directory)) == ["B07"]


@pytest.mark.parametrize("name", ["03-kampanye.md", "modul/a.docx", "modul/lama/a.md", "foto.png"])
def test_a_file_that_would_not_be_read_is_said_to_be_so(tmp_path: Path, name: str) -> None:
    directory = write_content(tmp_path)
    (directory / name).parent.mkdir(exist_ok=True)
    (directory / name).write_text("x")

    library = read(directory)

    assert codes(library) == []
    assert (name, "B06") in [(finding.path, finding.code) for finding in library.findings]


def test_notes_and_hidden_files_are_left_alone(tmp_path: Path) -> None:
    directory = write_content(tmp_path)
    for name in ("README.md", ".catatan.md", "modul/.~lock.md#"):
        (directory / name).write_text(BANK)

    assert not [finding for finding in read(directory).findings if finding.code.startswith("B0")]


def test_control_characters_never_reach_the_terminal(tmp_path: Path) -> None:
    bell = BANK.replace("jenis: tunggal", "jenis: tung\x1b[31mgal")
    directory = write_content(tmp_path, bank=bell)
    (directory / "modul" / "a\x1b[2J.md").write_text("x")

    assert all(str(finding).isprintable() for finding in read(directory).findings)


def test_a_directory_of_large_files_is_not_read_whole(tmp_path: Path) -> None:
    """An emoji makes each letter of its file four bytes long in memory."""
    directory = write_content(tmp_path)
    page = ("\U0001f600" + "kata kata\n\n" * 50_000)[: MAX_BYTES - 10]
    for number in range(40):
        (directory / "bank" / f"z{number}.md").write_text(page)

    assert codes(read(directory)).count("B04") == 1
    assert measure("tests.content.test_files:check", directory).mib < MOST_MIB
