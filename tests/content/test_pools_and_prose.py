"""Checks of the bank as a whole and of sentences."""

from pathlib import Path

from tests.content.make import (
    BANK,
    BTT,
    MODULE,
    QUESTION,
    TRUTH,
    bank_of,
    changed,
    errors,
    line_of,
    numbered,
    read,
    warnings,
    write_content,
)

LONG = "Kata " + "kata " * 25 + "akhir."


def test_a_pool_smaller_than_the_quota_cannot_be_published(tmp_path: Path) -> None:
    library = read(write_content(tmp_path, bank=bank_of(BTT, TRUTH)))

    (error,) = errors(library)
    assert str(error) == (
        "bank:1: galat P01 satu ujian perlu 1 soal indikator kampanye, tetapi yang dapat ditarik bersama hanya 0. "
        "Tambah soal atau kurangi kuota."
    )


def test_a_pool_smaller_than_three_quotas_is_a_warning(tmp_path: Path) -> None:
    few = read(write_content(tmp_path / "sedikit"))
    enough = read(write_content(tmp_path / "cukup", bank=bank_of(*numbered(QUESTION, 3), BTT, *numbered(TRUTH, 2))))

    assert [warning.code for warning in warnings(few) if warning.code == "P02"] == ["P02", "P02"]
    assert "P02" not in [warning.code for warning in warnings(enough)]


def test_a_pool_is_counted_apart_for_those_whom_its_items_are_for(tmp_path: Path) -> None:
    some = QUESTION.replace("jenis:", "untuk: PNS, PPPK\njenis:")

    found = read(write_content(tmp_path, bank=bank_of(*numbered(some, 3), BTT, TRUTH))).findings

    told = [(finding.code, finding.message) for finding in found if finding.code in {"P01", "P02"}]
    assert [code for code, _ in told] == ["P01", "P02"]
    assert told[0][1].startswith("satu ujian bagi PPNPN perlu 1 soal indikator kampanye")
    assert told[1][1].startswith("bank punya 2 soal umum, kurang")


def test_too_few_things_allowed_is_a_warning_not_an_invitation_to_invent(tmp_path: Path) -> None:
    library = read(write_content(tmp_path, bank=bank_of(*numbered(QUESTION, 8), BTT)))

    (warning,) = [warning for warning in warnings(library) if warning.code == "P03"]

    assert "tanpa mengarang aturan" in warning.message


def test_keys_that_are_the_longest_option_too_often_are_a_warning(tmp_path: Path) -> None:
    short = QUESTION.replace("Tidak, tampak sebagai keberpihakan", "Tidak")
    telling = bank_of(*numbered(QUESTION, 5), *numbered(short, 5)[:0], BTT)
    mixed = bank_of(*numbered(QUESTION, 2), *numbered(short.replace("suka", "pendek"), 3), BTT)

    assert "P04" in [warning.code for warning in warnings(read(write_content(tmp_path / "a", bank=telling)))]
    assert "P04" not in [warning.code for warning in warnings(read(write_content(tmp_path / "b", bank=mixed)))]


def test_a_long_sentence_is_a_warning_on_its_line(tmp_path: Path) -> None:
    text = changed(MODULE, "Contoh: Bu Rina", f"Kalimat pendek.\nLagi satu. {LONG} Contoh: Bu Rina")

    (warning,) = [finding for finding in warnings(read(write_content(tmp_path, module=text))) if finding.code == "K01"]

    assert (warning.path, warning.line) == ("modul/contoh.md", line_of(text, "Lagi satu"))
    assert "memuat 27 kata" in warning.message


def test_abbreviations_and_citations_do_not_make_a_sentence_longer_or_shorter(tmp_path: Path) -> None:
    fine = "kata " * 17 + "menurut No. 5 dan ps. 9 [@UU-9-2023 ps.9-2] [pedoman resmi](https://contoh.id/a)."
    long = "kata " * 20 + "lalu menurut No. 5 dan ps. 9 dan Bu A. Rina."

    assert not warns_of_length(tmp_path / "a", fine)
    assert warns_of_length(tmp_path / "b", long)


def warns_of_length(directory: Path, sentence: str) -> bool:
    library = read(write_content(directory, module=changed(MODULE, "Contoh: Bu Rina", f"{sentence} Contoh: Bu Rina")))
    return "K01" in [warning.code for warning in warnings(library)]


def test_findings_are_sorted_by_path_and_line(tmp_path: Path) -> None:
    library = read(write_content(tmp_path, bank=BANK.replace("dasar: UU-9", "dasar: UU-7"), ikrar=None, norms=None))

    assert list(library.findings) == sorted(library.findings, key=lambda each: (each.path, each.line))
    assert len({finding.path for finding in library.findings}) > 2
