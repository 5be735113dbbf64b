"""flask content check and publish."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from netral.content.checks.guessable import guess
from netral.content.library import read_library
from netral.settings import ROOT, Settings
from tests.cli.conftest import Run, read
from tests.content.make import BANK, BTT, ORDER, QUESTION, TRUTH, bank_of, write_content
from tests.databases import ON_SQLITE
from tests.shipped import read_shipped
from tests.web.conftest import Clock

pytestmark = ON_SQLITE

BEFORE_REVIEW = datetime(2026, 12, 1, tzinfo=UTC)
"""The shipped content is reviewed again and again; from a day after its next review it cannot be published."""


@pytest.fixture(autouse=True)
def day(clock: Clock) -> None:
    clock.now = BEFORE_REVIEW


@pytest.fixture(autouse=True)
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guessing the shipped bank takes seconds; one test asks for it."""
    monkeypatch.setattr("netral.cli.content.guess", lambda _: None)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "content", tmp_path / "isi"))


def spoil(directory: Path) -> None:
    path = directory / "ikrar" / "netralitas-v1.md"
    path.write_text(path.read_text(encoding="utf-8").replace("id:", "idd:", 1), encoding="utf-8")


def serve_content(app: Flask, directory: Path) -> None:
    settings: Settings = app.extensions["netral.settings"]
    app.extensions["netral.settings"] = replace(settings, content_dir=directory)


def test_the_shipped_content_has_no_errors(run: Run) -> None:
    result = run("content", "check", str(ROOT / "content"))

    assert "0 galat" in result.stdout or "Tidak ada galat" in result.stdout


def test_the_check_tells_what_a_guesser_earns(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netral.cli.content.guess", guess)

    result = run("content", "check", str(ROOT / "content"), "--tebakan")
    assert "Menebak tanpa tahu aturan: " in result.stdout
    assert "Penebak lulus dalam 3 kesempatan: " in result.stdout
    assert "logit per berkas" in result.stdout


def test_an_error_is_told_with_its_place_and_ends_with_one(run: Run, directory: Path) -> None:
    spoil(directory)

    result = run("content", "check", str(directory), code=1)
    assert "ikrar/netralitas-v1.md:" in result.stdout
    assert ": galat " in result.stdout
    first = read(run("content", "check", str(directory), "--json", code=1))[0]
    assert set(first) == {"path", "line", "severity", "code", "message"}


def test_a_folder_that_is_not_there_is_one_finding(run: Run, tmp_path: Path) -> None:
    (finding,) = read(run("content", "check", str(tmp_path / "tidak-ada"), "--json", code=1))

    assert finding["code"] == "B01"


def test_the_same_content_is_published_once(run: Run, app: Flask, tmp_path: Path) -> None:
    serve_content(app, write_content(tmp_path))

    first, second = read(run("content", "publish", "--json")), read(run("content", "publish", "--json"))

    assert (first["edition"], first["new"]) == (1, True)
    assert (second["edition"], second["new"]) == (1, False)
    assert first["hash"] == second["hash"]
    assert len(first["hash"]) == 64


def test_content_with_errors_is_not_published(run: Run, app: Flask, directory: Path) -> None:
    spoil(directory)
    serve_content(app, directory)

    result = run("content", "publish", "--json", code=1)
    assert result.stdout == ""
    assert "Perbaiki yang ditunjukkan" in result.stderr
    assert "netralitas-v1.md" in result.stderr


def bank_size() -> int:
    return len(read_shipped().bank_questions)


def warned(result: Result) -> bool:
    return "dapat dibaca siapa saja" in result.stderr


def test_publishing_the_shipped_bank_warns_and_the_demo_does_not(run: Run, app: Flask) -> None:
    result = run("content", "publish")
    assert f"{bank_size()} soal ujian berasal dari bank bawaan" in result.stderr

    settings: Settings = app.extensions["netral.settings"]
    app.extensions["netral.settings"] = replace(settings, demo=True)
    assert not warned(run("content", "publish"))


def test_a_missing_argument_and_an_unknown_option_are_told_in_indonesian(run: Run) -> None:
    assert "Opsi --cepat tidak dikenal" in run("content", "check", "--cepat", code=2).stderr
    assert "wajib diisi" in run("instansi", "create", "contoh", code=2).stderr
    assert "Perintah tidak dikenal" in run("content", "hapus", code=2).stderr


def test_the_norms_are_listed_by_their_next_review(run: Run, directory: Path) -> None:
    norms = read(run("content", "norms", str(directory), "--json"))
    due = [norm["review_before"] for norm in norms]

    assert due == sorted(due)
    (circular,) = [norm for norm in norms if norm["norm"] == "SE-MENPAN-18-2023"]
    assert circular["made_for"] == ["pemilu-dan-pilkada-2024"]
    assert "dibuat untuk Pemilu dan Pilkada 2024" in run("content", "norms", str(directory)).stdout
    assert run("content", "norms", str(directory), "--hari", "0").stdout == "Tidak ada norma yang jatuh tempo.\n"


def test_the_impact_of_a_norm_is_told_from_the_published_edition(run: Run) -> None:
    assert "Tidak ditemukan: norma PP-94-2021." in run("content", "impact", "PP-94-2021", code=1).stderr
    run("content", "publish")

    told = run("content", "impact", "PP-94-2021", "ps.5-n-6").stdout
    kept = read(run("content", "impact", "PP-94-2021", "ps.5-n-6", "--json"))

    assert told.startswith("PP-94-2021 ps.5-n-6\nEdisi 1:\n  Halaman: ")
    assert kept["editions"][0]["items"]
    assert (kept["open_attempts"], kept["certificates"]) == (0, 0)


def test_the_review_names_the_ground_of_every_exam_item(run: Run, directory: Path) -> None:
    review = run("content", "review", str(directory)).stdout

    items = read_library(directory, today=BEFORE_REVIEW.date()).bank_questions
    assert [each.question.id for each in items if f"| {each.question.id} |" not in review] == []
    assert "## Aturan yang dipakai soal" in review


def test_nothing_is_formatted_unless_it_is_asked_for_and_then_whole(run: Run, tmp_path: Path) -> None:
    directory = write_content(tmp_path, bank=BANK.replace("jenis: tunggal", "Jenis:  Tunggal."))
    path = directory / "bank" / "contoh.md"
    before = path.read_bytes()

    assert "bank/contoh.md: belum dalam bentuk baku." in run("content", "format", str(directory)).stdout
    assert path.read_bytes() == before
    path.chmod(0o640)
    run("content", "format", str(directory), "--tulis")
    assert "jenis: tunggal\n" in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in path.parent.iterdir()) == ["contoh.md"]
    assert run("content", "format", str(directory)).stdout.strip() == "Tidak ada yang perlu ditulis."


def test_questions_go_out_with_their_keys_and_a_draft_comes_in(run: Run, tmp_path: Path) -> None:
    directory = write_content(tmp_path, bank=bank_of(QUESTION, BTT, TRUTH, ORDER))

    gift = run("content", "export", str(directory), "--bentuk", "gift")
    assert "=Tidak, tampak sebagai keberpihakan" in gift.stdout
    assert "Tidak ikut, urut (urutan hanya ada dalam bentuk moodle-xml): urut-01" in gift.stderr
    assert run("content", "export", str(directory), "--bentuk", "moodle-xml").stdout.startswith("<?xml ")
    path = tmp_path / "soal.gift"
    path.write_text(gift.stdout, encoding="utf-8")
    draft = run("content", "import", str(path))
    assert "### [suka-01] Bu Rina menekan suka" in draft.stdout
    assert "3 soal dibaca." in draft.stderr


def test_a_file_without_questions_is_refused_in_a_sentence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "soal.gift"
    path.write_text("Bukan soal", encoding="utf-8")

    assert "Tidak ada soal yang dapat dibaca" in run("content", "import", str(path), code=1).stderr
