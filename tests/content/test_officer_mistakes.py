"""Bank files as a word processor and a hurried officer leave them: read as meant, or refused on the right line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from netral.content.contents import Library
from netral.content.edition import full_hash, key_hash
from tests.content.make import BANK, HEAD, codes, errors, line_of, read, write_content

Mistake = Callable[[str], str]


def replacing(*pairs: tuple[str, str]) -> Mistake:
    def mistake(text: str) -> str:
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        return text

    return mistake


def indenting(blanks: str) -> Mistake:
    """Return the whole question indented, heading and keys included."""
    head, questions = BANK.split("## Soal\n")
    return lambda _: head + "## Soal\n" + "\n".join(blanks + line if line else "" for line in questions.split("\n"))


FORGIVEN: dict[str, Mistake] = {
    "Word makes an en dash of the hyphen": replacing(("- [", "– [")),
    "Word makes an em dash of the hyphen": replacing(("- [", "— [")),
    "a bullet sign for the hyphen": replacing(("- [", "• ["), ("- Mengikuti", "• Mengikuti"), ("  - jika", "  • jika")),
    "a bullet sign and a tab": replacing(("- [", "•\t["), ("- Foto", "•\tFoto")),
    "no blank after the hyphen": replacing(("- [", "-[")),
    "no blank after the bracket": replacing(("[x] ", "[x]"), ("[ ] ", "[ ]")),
    "an empty box without a blank": replacing(("[ ]", "[]")),
    "a star for the x": replacing(("[x]", "[*]")),
    "a capital X with blanks": replacing(("[x]", "[ X ]")),
    "a check mark for the x": replacing(("[x]", "[✓]")),
    "check boxes of Word": replacing(("[x]", "☒"), ("[ ]", "☐")),
    "escaped brackets": replacing(("[x]", r"\[x\]"), ("[ ]", r"\[ \]")),
    "numbers for the hyphens": replacing(("- [ ]", "1. [ ]"), ("- [x]", "2. [x]")),
    "letters for the hyphens": replacing(("- [ ]", "a. [ ]"), ("- [x]", "b) [x]")),
    "round brackets": replacing(("[x]", "(x)"), ("[ ]", "( )")),
    "four blanks before everything": indenting("    "),
    "a tab before everything": indenting("\t"),
    "no-break spaces": replacing(("- [x] Tidak", "-\u00a0[x]\u00a0Tidak"), ("jenis: ", "jenis:\u00a0")),
    "invisible spaces": replacing(("jenis: tunggal", "jenis: \u200btunggal\ufeff")),
    "tabs for indentation": replacing(("  >", "\t>"), ("  - jika", "\t- jika")),
    "feedback without indentation": replacing(("  >", ">")),
    "feedback pushed far right": replacing(("  >", "        >")),
    "an HTML sign for the feedback": replacing(("  >", "&gt;")),
    "no blank after the sign of feedback": replacing(("  > ", "  >"), ("> Penjelasan: ", ">Penjelasan:")),
    "explanation without its sign": replacing(("> Penjelasan:", "Penjelasan:")),
    "explanation in bold": replacing(("> Penjelasan:", "> **Penjelasan:**")),
    "line ends of Windows": replacing(("\n", "\r\n")),
    "line ends of old Macs": replacing(("\n", "\r")),
    "line breaks of Word": replacing(("tunggal\n", "tunggal\x0b")),
    "a byte order mark": lambda text: "\ufeff" + text,
    "blank lines at the top": lambda text: "\n\n" + text,
    "blanks at the ends of lines": replacing(("\n", "  \n")),
    "capital keys": replacing(("jenis:", "Jenis:"), ("dasar:", "DASAR:"), ("judul:", "Judul:")),
    "keys with a blank before the colon": replacing(("jenis:", "jenis :"), ("versi:", "versi :")),
    "keys without a blank after the colon": replacing(("jenis: ", "jenis:"), ("versi: ", "versi:")),
    "keys in bold": replacing(("jenis:", "**jenis:**"), ("tahapan:", "**tahapan**:")),
    "keys as a list": replacing(("jenis:", "- jenis:"), ("dasar:", "- dasar:")),
    "keys with empty lines between them": replacing(("tunggal\n", "tunggal\n\n"), ("ps.9-2\n", "ps.9-2\n\n")),
    "capital values": replacing(("tunggal", "Tunggal"), ("putusan: tidak", "putusan: Tidak.")),
    "values with a blank for the hyphen": replacing(("benar-salah", "Benar salah")),
    "an em dash for the fence": replacing(("---\n", "—\n")),
    "an en dash and a hyphen for the fence": replacing(("---\n", "–-\n")),
    "en dashes in references": replacing(("UU-9-2023 ps.9-2", "UU–9–2023 ps.9–2"), ("rujukan: UU-9", "rujukan: UU–9")),
    "en dashes in ids": replacing(("[suka-01]", "[suka–01]")),
    "curly quotes around the title": replacing(("judul: Modul contoh", "judul: “Modul contoh”")),
    "capital id": replacing(("[suka-01]", "[SUKA-01]")),
    "no blank after the heading signs": replacing(("### [", "###["), ("## Soal", "##Soal")),
    "two heading signs for a question": replacing(("### [", "## [")),
    "heading in bold": replacing(("### [suka-01] Bu Rina", "### **[suka-01]** Bu Rina")),
    "heading in capitals with a colon": replacing(("## Soal", "## SOAL:")),
    "another arrow": replacing(("=> BOLEH", "→ BOLEH"), ("=> TIDAK", "-> TIDAK"), ("=> TERGANTUNG", "⇒ TERGANTUNG")),
    "no blank around the arrow": replacing((" => BOLEH", "=>BOLEH")),
    "small verdicts": replacing(("=> BOLEH", "=> boleh"), ("=> TIDAK", "=> Tidak boleh."), ("TERGAN", "Tergan")),
    "conditions without indentation": replacing(("  - jika", "- jika")),
    "a line broken in two": replacing(("Tidak, tampak sebagai", "Tidak, tampak\n  sebagai")),
    "a situation broken in two": replacing(("yang menjadi calon =>", "yang\nmenjadi calon =>")),
    "feedback broken in two": replacing(("tetap terlihat", "tetap\n  > terlihat")),
}  # fmt: skip


def hashes(library: Library) -> list[tuple[str, str, str]]:
    return [(each.question.id, key_hash(each), full_hash(each)) for each in library.bank_questions]


@pytest.mark.parametrize("mistake", FORGIVEN.values(), ids=FORGIVEN.keys())
def test_a_harmless_mistake_is_read_as_it_was_meant(tmp_path: Path, mistake: Mistake) -> None:
    right = read(write_content(tmp_path / "benar"))
    mistaken = read(write_content(tmp_path / "keliru", bank=mistake(BANK)))

    assert [str(error) for error in errors(mistaken)] == []
    assert hashes(mistaken) == hashes(right)


REFUSED: dict[str, tuple[Mistake, str, str]] = {
    "a colon in the title": (replacing(("Modul contoh", "Netralitas: apa itu")), "F00", "judul"),
    "a version with a point": (replacing(("versi: 3", "versi: 1.10")), "F05", "versi"),
    "no bracket": (replacing(("- [ ] Boleh", "- Boleh")), "S11", "- Boleh"),
    "no bracket behind a bullet sign": (replacing(("- [ ] Boleh", "•Boleh")), "S11", "•Boleh"),
    "an option without its hyphen and bracket": (replacing(("- [x] Tidak", "\nTidak")), "S12", "Tidak, tampak"),
    "a situation without a verdict": (replacing((" => BOLEH\n  > P", "\n  > P")), "S09", "- Mengikuti"),
    "a question without an id": (replacing(("### [bilik-01] ", "### ")), "S01", "### ASN"),
    "an empty id": (replacing(("[bilik-01]", "[]")), "S01", "### []"),
    "a page after the questions": (lambda text: text + "\n## Penutup\n", "M02", "## Penutup"),
    "text before the questions": (replacing(("## Soal\n", "## Soal\n\nKerjakan.\n")), "M05", "Kerjakan"),
    "text before the heading of questions": (replacing(("## Soal\n", "Kerjakan.\n\n## Soal\n")), "M05", "Kerjakan"),
    "no heading of questions": (replacing(("## Soal\n", "")), "M03", "### [suka-01]"),
    "a key twice": (replacing(("jawaban: benar\n", "jawaban: benar\njawaban: salah\n")), "S04", "jawaban: salah"),
    "a question twice": (replacing(("[putus-01]", "[suka-01]")), "S02", "### [suka-01] Putuskan"),
}


@pytest.mark.parametrize(("mistake", "code", "where"), REFUSED.values(), ids=REFUSED.keys())
def test_a_mistake_that_cannot_be_read_is_named_on_its_line(
    tmp_path: Path, mistake: Mistake, code: str, where: str
) -> None:
    text = mistake(BANK)

    found = errors(read(write_content(tmp_path, bank=text)))

    assert (code, line_of(text, where)) in [(error.code, error.line) for error in found]


def test_without_front_matter_one_finding_is_all_that_is_said(tmp_path: Path) -> None:
    library = read(write_content(tmp_path, bank=BANK.removeprefix(HEAD)))

    assert [error.code for error in errors(library) if error.path.startswith("bank/")] == ["F01"]


def test_front_matter_that_does_not_end_is_one_finding(tmp_path: Path) -> None:
    library = read(write_content(tmp_path, module=HEAD.removesuffix("---\n")))

    assert [str(error) for error in errors(library)] == [
        "modul/contoh.md:1: galat F01 kepala berkas tidak ditutup. Tambahkan baris --- sesudah baris terakhirnya."
    ]


@pytest.mark.parametrize("sign", ["-", "*", "+", "•", "–", "—", "▪", "◦", "1.", "b)", ""])
@pytest.mark.parametrize("gap", ["", " ", "\t", "\u00a0"])
@pytest.mark.parametrize("indent", ["", "    ", "\t"])
def test_no_spelling_of_an_option_becomes_prose(tmp_path: Path, sign: str, gap: str, indent: str) -> None:
    text = BANK.replace("- [ ] Boleh", f"{indent}{sign}{gap}[ ] Boleh")

    library = read(write_content(tmp_path, bank=text))

    assert codes(library) == []
    assert [len(each.source.options) for each in library.bank_questions] == [2, 0, 0]


def test_an_option_in_the_prose_of_a_module_is_refused(tmp_path: Path) -> None:
    text = f"{HEAD}\n## Halaman\n\nIsi.\n\n- [x] Pilihan\n"

    assert ("M04", line_of(text, "- [x]")) in [
        (error.code, error.line) for error in errors(read(write_content(tmp_path, module=text)))
    ]


def test_the_samples_are_without_fault(tmp_path: Path) -> None:
    library = read(write_content(tmp_path))

    assert codes(library) == []
    assert len(library.bank_questions) == 3
