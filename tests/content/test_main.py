"""The command for authors."""

import subprocess
import sys
from pathlib import Path

from netral.content.__main__ import main
from tests.content.make import BANK, changed, write_content


def test_content_without_errors_ends_with_zero_though_there_are_warnings(tmp_path: Path) -> None:
    run = check(write_content(tmp_path))

    assert run.returncode == 0
    assert "peringatan P02" in run.stdout


def test_an_error_is_printed_with_path_and_line_and_ends_with_one(tmp_path: Path) -> None:
    run = check(write_content(tmp_path, bank=changed(BANK, "jenis: tunggal", "jenis: tungal")))

    assert run.returncode == 1
    assert 'bank/contoh.md:16: galat F04 jenis "tungal" tidak dikenal. Maksud Anda "tunggal"?\n' in run.stdout


def test_a_directory_that_is_missing_is_an_error(tmp_path: Path) -> None:
    assert main([str(tmp_path / "tidak-ada")]) == 1


def check(directory: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "netral.content", str(directory)]
    return subprocess.run(command, capture_output=True, text=True, check=False)
