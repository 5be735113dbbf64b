"""Writing as in a word processor, a class room or a letter: the author is told how to repair it."""

from pathlib import Path

import pytest

from netral.content.findings import Finding
from netral.content.meanings import meant_norm, meant_rule
from tests.content.make import BANK, HEAD, MODULE, changed, codes, line_of, read, write_content

TEACHERS = """\
1. Bolehkah Bu Rina menekan suka?
   a. Boleh
   b. Tidak
   Jawaban: b

2. Bolehkah Pak Sabar hadir?
a) Boleh
b) Tidak
Kunci: b

Soal no. 3
Bolehkah Bu Ani
memilih?
a. Ya
"""


def told(directory: Path, **files: str) -> list[Finding]:
    return [finding for finding in read(write_content(directory, **files)).findings if finding.code != "P02"]


def test_a_question_as_teachers_write_it_is_told_once_how_to_be_rewritten(tmp_path: Path) -> None:
    text = f"{HEAD}\n## Soal\n\n{TEACHERS}\n{BANK.partition('## Soal')[2]}\n\n3. Yang ketiga?\na. Ya\n"

    found = [finding for finding in told(tmp_path, bank=text) if finding.severity == "galat"]

    assert [(finding.code, finding.line) for finding in found] == [
        ("S01", line_of(text, "1. Boleh")),
        ("S01", line_of(text, "2. Boleh")),
        ("S01", line_of(text, "Soal no. 3")),
        ("S01", line_of(text, "3. Yang")),
    ]
    assert '"### [id-soal] kalimat soal"' in found[0].message


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        (
            "- [ ] Boleh, karena akun pribadi\n  > Akun",
            "a. Boleh\n\n- [ ] Ya\n  > Akun",
            "S11",
            '"a. Boleh" tidak',
        ),
        ("### [suka-01]", "### 1. [suka-01]", "S01", "Tulis: ### [suka-01] Bu Rina"),
        ("=> BOLEH\n  > Peny", "=> MUNGKIN\n  > Peny", "S09", 'putusan "MUNGKIN", yang tidak dikenal'),
        ("dasar: UU-9-2023 ps.9-2", "dasar: UU Nomor 9 Tahun 2023 Pasal 9", "R04", 'Maksud Anda "UU-9-2023"?'),
        ("dasar: UU-9-2023 ps.9-2", "dasar: UU-9-2023 Pasal 9", "R04", "Yang tercatat: ps.9-2, ps.9-2-tingkat."),
        ("dasar: UU-9-2023 ps.9-2", "dasar: UU-9-2023 ps.9-3", "R03", "Yang tercatat: ps.9-2, ps.9-2-tingkat."),
        ("rujukan: UU-9-2023", "rujukan: UU Nomor 9 Tahun 2023", "R01", 'Maksud Anda "UU-9-2023"?'),
        ("dasar: UU-9-2023 ps", "dasar: UU-9-2024 ps", "R01", "Periksa nomor dan tahunnya"),
        ("rujukan: UU-9-2023", "rujukan: Undang-Undang Nomor 9 Tahun 2023", "R01", 'Maksud Anda "UU-9-2023"?'),
        ("dasar: UU-9-2023 ps.9-2", "dasar: UU 9/2023 Pasal 9 ayat (2)", "R04", 'Maksud Anda "UU-9-2023 ps.9-2"?'),
        ("dasar: UU-9-2023 ps.9-2", "dasar: UU-9-2023 ps.9-2, ps.9-2", "R04", 'Maksud Anda "UU-9-2023 ps.9-2"?'),
        ("> Penjelasan: lihat", "> Penjelasan: (UU-9-2023 ps.9-2)", "R08", "siku: [@UU-9-2023 ps.9-2]."),
        ("- [ ] Boleh, karena", "- [x] Boleh, karena", "S07", "Sisakan satu"),
    ],
)
def test_the_repair_names_what_was_meant(tmp_path: Path, old: str, new: str, code: str, said: str) -> None:
    found = told(tmp_path, bank=changed(BANK, old, new))

    assert [finding.code for finding in found if said in finding.message] == [code]


@pytest.mark.parametrize("sign", ["\uf0b7\t", "\uf0a7 ", "o\t"])
def test_signs_of_word_are_read_as_list_signs(tmp_path: Path, sign: str) -> None:
    bank = BANK.replace("- [", f"{sign}[").replace("- Mengikuti", f"{sign}Mengikuti").replace("jenis: ", "jenis = ")

    assert codes(read(write_content(tmp_path, bank=bank))) == []


LAWS = ["UU-9-2023", "PP-94-2021", "PP-49-2018", "SKB-2-2022", "SE-MENPAN-18-2023", "SE-KASN-6-2023", "IKRAR-NETRAL"]


@pytest.mark.parametrize(
    ("written", "norm"),
    [
        ("PP Nomor 94 Tahun 2021", "PP-94-2021"),
        ("Peraturan Pemerintah No. 94/2021", "PP-94-2021"),
        ("SBK-2-2022", "SKB-2-2022"),
        ("SE Menpan RB 18 Tahun 2023", "SE-MENPAN-18-2023"),
        ("ikrar netral", "IKRAR-NETRAL"),
        ("UU-94-2021", ""),
        ("PP-12-1845", ""),
        ("PP-94-2012", ""),
        ("PP-49-2021", ""),
        ("SE KASN 18 Tahun 2023", ""),
    ],
)
def test_no_law_is_offered_because_its_number_looks_alike(written: str, norm: str) -> None:
    assert (f'Maksud Anda "{norm}"?' if norm else "Periksa nomor dan tahunnya") in meant_norm(written, LAWS)


def test_a_rule_is_known_by_the_words_of_the_law_and_by_no_other_number() -> None:
    rules = ["ps.5-n", "ps.5-n-2", "ps.5-n-3", "ps.9-2", "apel"]

    assert meant_rule("Pasal 5 huruf n angka 2", rules) == 'Maksud Anda "ps.5-n-2"?'
    assert meant_rule("apell", rules) == 'Maksud Anda "apel"?'
    assert meant_rule("ps.5-n-4", rules) == "Yang tercatat: ps.5-n, ps.5-n-2, ps.5-n-3."


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Kata **tebal yang tidak ditutup.", "H06"),
        ("Kalimat.[^1]", "H07"),
        ("| Siapa | Apa | Kapan |\n| Rina | suka | Senin |", "H08"),
        ("Siapa\tApa\nRina\tmenekan suka", "H08"),
        ("Lihat [pedoman](pedoman.html).", "H09"),
        ("Lihat [pedoman](http://contoh.id).", "H09"),
        ("Lihat [pedoman] [1].", "H09"),
        ("Lihat https://contoh.id.", "H09"),
        ("Jangan kirim \U0001f44d kepada paslon.", "H10"),
        ("a. menyukai;\nb. berkomentar.", "H11"),
        ("(1) menyukai;\n(2) berkomentar.", "H11"),
        ("Kata *miring yang tidak ditutup.", "H06"),
        ("| Siapa | Apa |\n|---|---|\n| Rina | suka | Senin |", "H08"),
        ("\uf0a8 Rina menekan suka.", "H12"),
        ("Satu.\n\n<<<<<<< HEAD\nDua.", "B11"),
        ("Satu.\n\n=======\nDua.", "B11"),
    ],
)
def test_a_mark_that_a_page_would_show_or_hide_is_told_on_its_line(tmp_path: Path, written: str, code: str) -> None:
    text = changed(MODULE, "Contoh: Bu Rina", f"{written}\n\nContoh: Bu Rina")

    assert code in [finding.code for finding in told(tmp_path, module=text) if finding.path == "modul/contoh.md"]


def test_marks_that_are_right_are_left_alone(tmp_path: Path) -> None:
    fine = (
        "Kata **tebal**, *miring*, 2 * 3 dan `**` [pedoman](https://contoh.id/a(b)) [kirim](mailto:a@contoh.id).\n\n"
        "| Siapa | Apa |\n|---|---|\n| Rina | suka |\n\n- a. satu\n- b. dua"
    )

    found = told(tmp_path, module=changed(MODULE, "Contoh: Bu Rina", f"{fine}\n\nContoh: Bu Rina"))

    assert [str(finding) for finding in found if finding.path == "modul/contoh.md"] == []


@pytest.mark.parametrize("name", ["05-keluarga.md.txt", "05-keluarga.MD"])
def test_a_module_that_an_editor_renamed_is_an_error(tmp_path: Path, name: str) -> None:
    (write_content(tmp_path) / "modul" / name).write_text(MODULE, encoding="utf-8")

    (error,) = [finding for finding in read(tmp_path).findings if finding.code == "B12"]

    assert str(error).startswith(f"modul/{name}:1: galat B12")
    assert '"modul/05-keluarga.md"' in error.message
