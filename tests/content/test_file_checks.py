"""Faults in the registry, the plan of the exam and the ikrar."""

from pathlib import Path

import pytest

from tests.content.make import EXAM, IKRAR, NORMS, changed, codes, errors, line_of, read, warnings, write_content


def test_a_norm_in_use_must_be_reviewed_in_time(tmp_path: Path) -> None:
    library = read(write_content(tmp_path, norms=changed(NORMS, "2027-10-16", "2026-11-01")))

    assert [(error.path, error.line, error.code) for error in errors(library)] == [
        ("rujukan.yaml", line_of(NORMS, "UU-9-2023:"), "R07")
    ]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("status: dicabut\n", "status: mati\n", "F04"),
        ("  dicabut_oleh: UU-9-2023\n", "", "R12"),
        ("dicabut_oleh: UU-9-2023", "dicabut_oleh: UU-9-2024", "R01"),
        ("  nomor: UU 8/2014\n", "", "F02"),
        ("  nomor: UU 8/2014\n", "  no: UU 8/2014\n", "F03"),
        ("ps.2:", "ps 2:", "R11"),
        ("UU-8-2014:", "uu-8-2014:", "R11"),
        ("{isi: Asas lama., status: pasti}", "Asas lama.", "R10"),
        ("status: pasti}", "status: mungkin}", "F04"),
        ("  tingkat: UU\n  status: berlaku", "  tingkat: SE\n  dibuat_untuk: pilkades\n  status: berlaku", "R13"),
    ],
)
def test_a_fault_in_the_registry_is_found(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert code in codes(read(write_content(tmp_path, norms=changed(NORMS, old, new))))


@pytest.mark.parametrize("norms", ["", "- UU-9-2023\n", "a: &a 1\n"])
def test_a_registry_that_is_none_is_found(tmp_path: Path, norms: str) -> None:
    library = read(write_content(tmp_path, norms=norms))

    assert [error for error in errors(library) if error.path == "rujukan.yaml"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("soal: 2", "soal: 3", "U02"),
        ("soal: 2\n", "", "F02"),
        ("umum: 1", "umom: 1", "F04"),
        ("umum: 1", "umum: satu", "F05"),
        ("kuota: {kampanye: 1, umum: 1}", "kuota: 2", "U03"),
        ("lulus: 80", "lulus: 101", "F05"),
        ("lulus: 80", "nilai_lulus: 80", "F03"),
        ("modul_dulu: true", "modul_dulu: mungkin", "F04"),
        ("batas_detik: null", "batas_detik: 5", "F05"),
        (EXAM, "- 1\n", "U01"),
        (EXAM, "soal: *x\n", "Y02"),
    ],
)
def test_a_fault_in_the_plan_of_the_exam_is_found(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert code in codes(read(write_content(tmp_path, exam=changed(EXAM, old, new))))


def test_without_a_plan_the_default_one_is_used_and_said(tmp_path: Path) -> None:
    library = read(write_content(tmp_path, exam=None))

    assert library.blueprint.size == 20
    assert ("ujian.yaml", "B08") in [(finding.path, finding.code) for finding in warnings(library)]


def test_the_plan_is_read_whole(tmp_path: Path) -> None:
    exam = EXAM.replace("null", "3600").replace("true", "tidak").replace("jeda_menit: 60", "jeda_menit: 0")

    plan = read(write_content(tmp_path, exam=exam)).blueprint

    assert (plan.size, plan.pass_percent, plan.attempts, plan.pause_minutes) == (2, 80, 3, 0)
    assert (plan.limit_seconds, plan.open_percent, plan.modules_first, plan.score_printed) == (3600, 30, False, False)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("4. Menolak politik uang.\n", "", "I02"),
        ("4. Menolak politik uang.\n", "4. Menolak politik uang.\n5. Lagi.\n", "I02"),
        ("\nDemikian ikrar ini.\n", "", "I03"),
        ("Saya berikrar:\n", "", "I03"),
        ("Demikian", "## Demikian", "I01"),
        ("versi: 1", "versi: satu", "F05"),
        ("sumber: Naskah contoh\n", "", "F02"),
    ],
)
def test_the_ikrar_has_four_points_between_beginning_and_end(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert code in codes(read(write_content(tmp_path, ikrar=changed(IKRAR, old, new))))


def test_the_newest_ikrar_counts(tmp_path: Path) -> None:
    directory = write_content(tmp_path)
    newer = IKRAR.replace("versi: 1", "versi: 2").replace("Demikian ikrar ini.", "Demikian\nikrar baru.")
    (directory / "ikrar" / "contoh-v2.md").write_text(newer)

    ikrar = read(directory).ikrar

    assert ikrar is not None
    assert (ikrar.version, ikrar.closing) == (2, "Demikian ikrar baru.")
    assert ikrar.points[0] == "Menjaga netralitas."


@pytest.mark.parametrize("name", ["bank", "norms", "ikrar", "module"])
def test_a_file_that_is_missing_is_said(tmp_path: Path, name: str) -> None:
    library = read(write_content(tmp_path, **{name: None}))

    assert {"B08", "P01"} & set(codes(library))
