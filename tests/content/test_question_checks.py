"""Faults in modules and banks: code, line, repair."""

from pathlib import Path

import pytest

from netral.quiz.kinds.jodoh import Matching
from netral.quiz.kinds.urut import Ordering
from tests.content.make import (
    BANK,
    BTT,
    HEAD,
    MODULE,
    PAGES,
    QUESTION,
    STEP,
    TRUTH,
    bank_of,
    changed,
    codes,
    errors,
    line_of,
    read,
    warnings,
    write_content,
)

WRONG = "- [ ] Boleh, karena akun pribadi\n  > Akun pribadi tetap terlihat publik.\n"

BANK_CASES: dict[str, tuple[str, str, str, str]] = {
    "unknown key": ("indikator: kampanye\ndasar", "indicator: kampanye\ndasar", "S03", "indicator"),
    "unknown kind": ("jenis: tunggal", "jenis: tungal", "F04", "jenis: tungal"),
    "no kind": ("jenis: tunggal\n", "", "S20", "### [suka-01]"),
    "unknown stage": ("tahapan: kampanye", "tahapan: kampanya", "F04", "tahapan: kampanya"),
    "no stage": ("tahapan: kampanye\n", "", "S20", "### [suka-01]"),
    "no verdict": ("putusan: tidak\n", "", "S20", "### [suka-01]"),
    "unknown verdict": ("putusan: tidak", "putusan: mungkin", "F04", "putusan: mungkin"),
    "verdict of btt": ("tahapan: semua\n", "tahapan: semua\nputusan: tidak\n", "S03", "putusan: tidak\n\n- Meng"),
    "page in the bank": ("jenis: tunggal", "jenis: tunggal\nhalaman: 1", "S03", "halaman"),
    "answer of a choice": ("jenis: tunggal", "jenis: tunggal\njawaban: benar", "S03", "jawaban: benar"),
    "odd shuffle": ("jenis: tunggal", "jenis: tunggal\nacak: jangan", "F04", "acak"),
    "odd change": ("jenis: tunggal", "jenis: tunggal\nubah: isi", "F04", "ubah"),
    "odd twins": ("jenis: tunggal", "jenis: tunggal\nkembar: a b", "F07", "kembar"),
    "odd level": ("jenis: tunggal", "jenis: tunggal\ntingkat: mustahil", "F04", "tingkat"),
    "odd audience": ("jenis: tunggal", "jenis: tunggal\nuntuk: PNP", "F04", "untuk"),
    "no ground": ("dasar: UU-9-2023 ps.9-2\n", "", "R04", "### [suka-01]"),
    "ground without rule": ("dasar: UU-9-2023 ps.9-2", "dasar: UU-9-2023", "R04", "dasar: UU-9-2023\n"),
    "unknown norm": ("dasar: UU-9-2023", "dasar: UU-9-2032", "R01", "dasar: UU-9-2032"),
    "unknown rule": ("dasar: UU-9-2023 ps.9-2", "dasar: UU-9-2023 ps.9-3", "R03", "dasar: UU-9-2023 ps.9-3"),
    "uncertain rule": ("dasar: UU-9-2023 ps.9-2", "dasar: UU-9-2023 ps.9-2-tingkat", "R05", "ps.9-2-tingkat"),
    "repealed norm": ("dasar: UU-9-2023 ps.9-2", "dasar: UU-8-2014 ps.2", "R02", "dasar: UU-8-2014"),
    "two keys": ("- [ ] Boleh", "- [x] Boleh", "S07", "### [suka-01]"),
    "no key": ("- [x] Tidak", "- [ ] Tidak", "S07", "### [suka-01]"),
    "one option": (WRONG, "", "S13", "### [suka-01]"),
    "no feedback": ("  > Akun pribadi tetap terlihat publik.\n", "", "S08", "- [ ] Boleh"),
    "empty option": ("- [ ] Boleh, karena akun pribadi", "- [ ]", "S14", "- [ ]"),
    "same option": ("- [ ] Boleh, karena akun pribadi", "- [ ] tidak,  tampak sebagai keberpihakan", "S15", "- [x]"),
    "all of them": ("- [ ] Boleh, karena akun pribadi", "- [ ] Semua jawaban di atas benar.", "S16", "- [ ] Semua"),
    "no stem": ("### [putus-01] Putuskan: boleh, tidak, atau tergantung?", "### [putus-01]", "S06", "### [putus-01]"),
    "no condition": ("  - jika berpose dengan nomor urut => TIDAK\n", "", "S10", "- Foto bersama"),
    "condition that depends": ("urut => TIDAK", "urut => TERGANTUNG", "S10", "  - jika berpose"),
    "condition of what is allowed": ("calon => TERGANTUNG", "calon => BOLEH", "S10", "  - jika sedang"),
    "situation without feedback": ("  > Penyelenggara bukan peserta.\n", "", "S08", "- Mengikuti"),
    "box in btt": ("- Mengikuti akun resmi penyelenggara => BOLEH", "- [x] Mengikuti", "S17", "- [x] M"),
    "no answer": ("jawaban: benar\n", "", "S07", "### [bilik-01]"),
    "odd answer": ("jawaban: benar", "jawaban: mungkin", "S07", "jawaban: mungkin"),
    "half the feedback": ("> benar: Hak pilih tetap ada.\n", "", "S08", "### [bilik-01]"),
    "options of true or false": ("> benar: Hak", "- [x] Benar\n\n> benar: Hak", "S17", "- [x] Benar"),
    "odd id": ("[suka-01]", "[suka 01]", "S05", "### [suka 01]"),
    "raw HTML": ("> Benar.", "> <b>Benar.</b>", "H01", "  > <b>"),
    "script": ("> Penjelasan: lihat", "> Penjelasan: <script>x</script>", "H01", "> Penjelasan"),
    "picture": ("> Penjelasan: lihat", "> Penjelasan: ![foto](a.png)", "H03", "> Penjelasan"),
    "picture without words": ("> Penjelasan: lihat", "> Penjelasan: ![](a.png)", "H02", "> Penjelasan"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "where"), BANK_CASES.values(), ids=BANK_CASES.keys())
def test_a_fault_in_a_bank_is_named_on_its_line(tmp_path: Path, old: str, new: str, code: str, where: str) -> None:
    text = changed(BANK, old, new)

    found = [(error.code, error.line) for error in errors(read(write_content(tmp_path, bank=text)))]

    assert (code, line_of(text, where)) in found


STEP_CASES: dict[str, tuple[str, str, str, str]] = {
    "two keys": ("- [ ] Mem", "- [x] Mem", "S07", "### [lapor-01]"),
    "two acts": ("- [ ] Membiarkan data itu sampai selesai\n  > Data itu tetap memakai namanya.\n", "", "S13", "###"),
    "no verdict": ("putusan: tidak\n", "", "S20", "### [lapor-01]"),
    "verdict in an act": ("Melapor ke", "Tidak boleh diam:", "S22", "- [x]"),
    "reason in an act": ("itu sampai", "karena belum", "S22", "- [ ] Membiarkan"),
    "long act": (
        "Melapor ke KPU dan Bawaslu",
        "Melapor ke KPU dan Bawaslu dengan surat resmi",
        "S23",
        "### [lapor-01]",
    ),
}


@pytest.mark.parametrize(("old", "new", "code", "where"), STEP_CASES.values(), ids=STEP_CASES.keys())
def test_acts_do_not_tell_which_of_them_fits(tmp_path: Path, old: str, new: str, code: str, where: str) -> None:
    text = bank_of(QUESTION, BTT, TRUTH, changed(STEP, old, new))

    library = read(write_content(tmp_path, bank=text))

    offset = line_of(text, "### [lapor-01]")
    assert [(error.code, error.line) for error in errors(library)] == [
        (code, offset - 1 + line_of(changed(STEP, old, new), where))
    ]
    assert codes(read(write_content(tmp_path / "utuh", bank=bank_of(QUESTION, BTT, TRUTH, STEP)))) == []


ROWS = """\
### [jodoh-01] Jodohkan peristiwa dengan indikatornya.

jenis: jodoh
indikator: kampanye
dasar: UU-9-2023 ps.9-2
tahapan: semua
putusan: pengetahuan

| Peristiwa | Indikator |
|---|---|
| Mutasi karena pilihan | karier |
| Menjadi pengurus | partai |
| Menjadi anggota | Partai |
| | layanan |
| | kampanye |

> Penjelasan: lihat halaman satu.
"""

STEPS = """\
### [urut-01] Urutkan penanganan laporan.

jenis: urut
indikator: kampanye
dasar: UU-9-2023 ps.9-2
tahapan: semua
putusan: pengetahuan

1. Menerima laporan
2. Memanggil pegawai
   yang dilaporkan
3. Memeriksa
4. Menghukum

> Penjelasan: lihat halaman satu.
"""

TABLE_CASES: dict[str, tuple[str, str, str, str]] = {
    "no table": (ROWS[ROWS.index("| P") : ROWS.index("> P")], "", "S26", "### ["),
    "no rule": ("|---|---|\n", "", "S26", "### ["),
    "no head": ("| Peristiwa | Indikator |", "| | Indikator |", "S26", "### ["),
    "three cells": ("| karier |", "| karier | x |", "S26", "| Mutasi"),
    "text below": ("kampanye |\n", "kampanye |\nCatatan.\n", "S26", "| | kampanye"),
    "list": ("|---|---|", "|---|---|\n- Mutasi => TIDAK", "S17", "- Mutasi"),
    "box": ("|---|---|", "|---|---|\n- [x] Mutasi", "S17", "- [x]"),
    "few rows": ("| Menjadi anggota | Partai |\n", "", "S13", "| Peris"),
    "few answers": ("| | layanan |\n| | kampanye |\n", "", "S13", "| Peris"),
    "same rows": ("Menjadi anggota", "Menjadi Pengurus", "S15", "| Peris"),
    "no answer": ("| Menjadi anggota | Partai |", "| Menjadi anggota | |", "S14", "| Peris"),
    "no explanation": ("> Penjelasan: lihat halaman satu.\n", "", "S08", "### ["),
}
LIST_CASES: dict[str, tuple[str, str, str, str]] = {
    "few steps": ("4. Menghukum\n", "", "S13", "### ["),
    "same steps": ("3. Memeriksa", "3. menghukum", "S15", "4. Menghukum"),
    "box": ("3. Memeriksa", "3. [x] Memeriksa", "S17", "[x]"),
    "condition": ("3. Memeriksa", "3. Memeriksa\n   - jika ada => BOLEH", "S17", "- jika"),
    "feedback": ("3. Memeriksa", "3. Memeriksa\n  > Ini ketiga.", "S17", "> Ini"),
    "no explanation": ("> Penjelasan: lihat halaman satu.\n", "", "S08", "### ["),
}
LAID_OUT = [(ROWS, *case) for case in TABLE_CASES.values()] + [(STEPS, *case) for case in LIST_CASES.values()]


@pytest.mark.parametrize(("text", "old", "new", "code", "where"), LAID_OUT, ids=[*TABLE_CASES, *LIST_CASES])
def test_a_fault_in_a_table_or_a_numbered_list_is_named_on_its_line(
    tmp_path: Path, text: str, old: str, new: str, code: str, where: str
) -> None:
    bank = bank_of(QUESTION, BTT, TRUTH, changed(text, old, new))

    found = [(error.code, error.line) for error in errors(read(write_content(tmp_path, bank=bank)))]

    last = bank[bank.rindex("### [") :]
    assert (code, line_of(bank, last) + line_of(last, where) - 1) in found


def test_a_table_and_a_numbered_list_are_read(tmp_path: Path) -> None:
    library = read(write_content(tmp_path, bank=bank_of(QUESTION, BTT, TRUTH, ROWS, STEPS)))

    assert codes(library) == []
    *_, matching, ordering = (each.question for each in library.bank_questions)
    assert isinstance(matching, Matching)
    assert [each.text for each in matching.answers] == ["kampanye", "karier", "layanan", "Partai"]
    assert [(row.text, row.answer) for row in matching.rows] == [
        ("Mutasi karena pilihan", "b"),
        ("Menjadi pengurus", "d"),
        ("Menjadi anggota", "d"),
    ]
    assert isinstance(ordering, Ordering)
    texts = ["Menerima laporan", "Memanggil pegawai yang dilaporkan", "Memeriksa", "Menghukum"]
    assert [step.text for step in sorted(ordering.steps, key=lambda step: step.place)] == texts
    assert [step.text for step in ordering.steps] != texts


@pytest.mark.parametrize("word", ["melarang", "sebabnya", "diboleh", "tetap", "hanyut"])
def test_a_word_that_only_contains_a_telling_one_is_free(tmp_path: Path, word: str) -> None:
    text = bank_of(QUESTION, BTT, TRUTH, changed(STEP, "sampai", word))

    assert codes(read(write_content(tmp_path, bank=text))) == []


def test_a_btt_item_of_the_bank_offers_four_to_six_conditions(tmp_path: Path) -> None:
    decoys = "pengecoh: jika malam; jika libur\n"
    full = changed(BANK, "tahapan: semua\n", f"tahapan: semua\n{decoys}")

    short, enough = read(write_content(tmp_path / "a")), read(write_content(tmp_path / "b", bank=full))

    assert ("S25", line_of(BANK, "### [putus-01]")) in [(each.code, each.line) for each in warnings(short)]
    assert "S25" not in [each.code for each in warnings(enough)]


@pytest.mark.parametrize(
    ("decoys", "code"),
    [("malam; jika libur", "S24"), ("jika malam; jika Malam", "S15"), ("jika berpose dengan nomor urut", "S15")],
)
def test_a_decoy_is_a_condition_of_its_own(tmp_path: Path, decoys: str, code: str) -> None:
    text = changed(BANK, "tahapan: semua\n", f"tahapan: semua\npengecoh: {decoys}\n")

    found = [(error.code, error.line) for error in errors(read(write_content(tmp_path, bank=text)))]

    assert found == [(code, line_of(text, "pengecoh"))]


def test_three_situations_that_depend_are_too_many(tmp_path: Path) -> None:
    depending = BTT[BTT.index("- Foto") :]
    text = bank_of(QUESTION, f"{BTT}{depending.replace('Foto', 'Video')}{depending.replace('Foto', 'Siaran')}", TRUTH)

    assert codes(read(write_content(tmp_path, bank=text))) == ["S25"]


MODULE_CASES: dict[str, tuple[str, str, str, str]] = {
    "no id": ("id: contoh\n", "", "F02", "id"),
    "odd id": ("id: contoh", "id: Modul Contoh", "F07", "id:"),
    "unknown key": ("versi: 3", "versi: 3\nversion: 3", "F03", "version"),
    "unknown indicator": ("indikator: kampanye\nberlaku", "indikator: kampanya\nberlaku", "F04", "indikator: kampanya"),
    "odd date": ("2026-09-01", "1 September 2026", "F06", "berlaku_mulai"),
    "impossible date": ("2026-09-01", "2026-02-30", "F06", "berlaku_mulai"),
    "review is past": ("2027-03-01", "2026-11-24", "F09", "tinjau_sebelum"),
    "review before beginning": ("2026-09-01", "2027-09-01", "F08", "berlaku_mulai"),
    "list for a text": ("judul: Modul contoh", "judul: [a, b]", "F01", "judul"),
    "no reference": ("rujukan: UU-9-2023", "rujukan:", "F02", "rujukan"),
    "unknown reference": ("rujukan: UU-9-2023", "rujukan: UU-9-2023, UU-1-1999", "R01", "rujukan"),
    "repealed reference": ("rujukan: UU-9-2023", "rujukan: [UU-9-2023, UU-8-2014]", "R02", "rujukan"),
    "repealed citation": ("[@UU-9-2023 ps.9-2]", "[@UU-8-2014 ps.2]", "R02", "[@UU-8-2014"),
    "unknown citation": ("[@UU-9-2023 ps.9-2]", "[@UU-9-2023 ps.9]", "R03", "[@UU-9-2023 ps.9]"),
    "page out of range": ("jenis: tunggal", "jenis: tunggal\nhalaman: 3", "S18", "halaman"),
    "page zero": ("jenis: tunggal", "jenis: tunggal\nhalaman: 0", "S18", "halaman"),
    "empty page": ("\nContoh: Bu Rina tidak ikut grup pemenangan.\n", "", "M07", "## Halaman dua"),
    "raw HTML": ("Pegawai menjaga", "Pegawai\nmenjaga <br> lagi", "H01", "menjaga <br>"),
    "HTML sign": ("Pegawai menjaga", "Pegawai &nbsp; menjaga", "H01", "Pegawai &nbsp;"),
    "picture without words": ("Contoh:", "![](foto.png) Contoh:", "H02", "![]"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "where"), MODULE_CASES.values(), ids=MODULE_CASES.keys())
def test_a_fault_in_a_module_is_named_on_its_line(tmp_path: Path, old: str, new: str, code: str, where: str) -> None:
    text = changed(MODULE, old, new)
    line = 1 if where == "id" else line_of(text, where)

    found = [(error.code, error.line) for error in errors(read(write_content(tmp_path, module=text)))]

    assert (code, max(line, 2) if where == "id" else line) in found


def test_a_module_needs_a_page(tmp_path: Path) -> None:
    assert "M01" in codes(read(write_content(tmp_path, module=f"{HEAD}\nTeks tanpa halaman.\n")))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rujukan: UU-9-2023", "rujukan: UU-9-2023, UU-8-2014 (historis)"),
        ("[@UU-9-2023 ps.9-2].", "[@UU-9-2023 ps.9-2]. Secara historis, asasnya lebih tua [@UU-8-2014 ps.2]."),
    ],
)
def test_a_repealed_norm_may_be_named_as_history(tmp_path: Path, old: str, new: str) -> None:
    assert codes(read(write_content(tmp_path, module=changed(MODULE, old, new)))) == []


def test_history_in_one_paragraph_does_not_excuse_another(tmp_path: Path) -> None:
    text = changed(MODULE, "[@UU-9-2023 ps.9-2].", "[@UU-9-2023 ps.9-2] [@UU-8-2014 ps.2].\n\nIni catatan historis.")

    assert codes(read(write_content(tmp_path, module=text))) == ["R02"]


def test_practice_may_rest_on_an_uncertain_rule(tmp_path: Path) -> None:
    text = changed(MODULE, "dasar: UU-9-2023 ps.9-2", "dasar: UU-9-2023 ps.9-2-tingkat")

    assert codes(read(write_content(tmp_path, module=text))) == []


def test_for_whom_a_module_or_practice_is_makes_no_difference_and_the_author_is_told(tmp_path: Path) -> None:
    text = changed(changed(MODULE, "versi: 3", "versi: 3\nuntuk: PNS"), "jenis: tunggal", "jenis: tunggal\nuntuk: PPPK")

    library = read(write_content(tmp_path, module=text))

    assert codes(library) == []
    told = [(finding.code, finding.line) for finding in warnings(library) if finding.path == "modul/contoh.md"]
    assert told == [("F11", line_of(text, "untuk: PNS")), ("S21", line_of(text, "untuk: PPPK"))]


def test_practice_without_a_page_stands_on_the_last_one(tmp_path: Path) -> None:
    (practice,) = read(write_content(tmp_path)).practice_questions

    assert (practice.module, practice.page) == ("contoh", 2)


def test_an_id_used_in_two_files_names_the_other_file(tmp_path: Path) -> None:
    library = read(write_content(tmp_path, module=MODULE.replace("latihan-01", "suka-01")))

    (error,) = errors(library)

    assert str(error) == (
        f'modul/contoh.md:{line_of(MODULE, "### [")}: galat S02 id soal "suka-01" sudah dipakai di '
        f"baris {line_of(BANK, '### [')} bank/contoh.md. Beri id lain yang belum pernah dipakai."
    )


def test_two_modules_do_not_share_an_id(tmp_path: Path) -> None:
    directory = write_content(tmp_path)
    (directory / "modul" / "lagi.md").write_text(f"{HEAD}{PAGES}")

    assert [(error.path, error.code) for error in errors(read(directory))] == [("modul/lagi.md", "F10")]


def test_twins_share_an_indicator(tmp_path: Path) -> None:
    twins = [text.replace("jenis:", "kembar: sama\njenis:") for text in (QUESTION, TRUTH)]

    assert "S19" in codes(read(write_content(tmp_path, bank=bank_of(*twins))))


@pytest.mark.parametrize(
    "option",
    ["Semua benar", "Semua jawaban di atas salah.", "Tidak ada yang benar", "a dan b", "Jawaban a dan c benar"],
)
def test_an_option_about_other_options_needs_a_fixed_order(tmp_path: Path, option: str) -> None:
    text = changed(BANK, "Boleh, karena akun pribadi", option)

    assert codes(read(write_content(tmp_path / "acak", bank=text))) == ["S16"]
    fixed = changed(text, "jenis: tunggal", "jenis: tunggal\nacak: tidak")
    assert codes(read(write_content(tmp_path / "tetap", bank=fixed))) == []


@pytest.mark.parametrize("option", ["Semua ASN tanpa kecuali", "Tidak ada larangan, unggahan itu benar"])
def test_an_option_that_only_begins_like_one_about_others_is_free(tmp_path: Path, option: str) -> None:
    text = changed(BANK, "Boleh, karena akun pribadi", option)

    assert codes(read(write_content(tmp_path, bank=text))) == []
