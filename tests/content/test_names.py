"""Real parties and candidates have no place in content; ordinary words that look like them do."""

from pathlib import Path

import pytest

from tests.content.make import BANK, IKRAR, MODULE, NORMS, changed, codes, errors, line_of, read, write_content

REAL = [
    "Partai Gerindra", "kader gerindra", "GOLKAR", "NasDem", "PDI Perjuangan", "PDI–P", "Perindo", "Partai Demokrat",
    "PARTAI DEMOKRAT", "partai PKB", "Fraksi PPP", "politikus PAN", "caleg PKS", "Partai Buruh",
    "Partai Bulan\nBintang", "Ma’ruf Amin",
    "Partai Aceh", "Partai Nanggroe Aceh", "Partai SIRA", "Partai\u00a0Ummat", "HANURA", "Prabowo", "Ganjar Pranowo",
    "ANIES", "Joko\nWidodo",
]  # fmt: skip
ORDINARY = [
    "Partai X", "partai buruh di negeri lain", "seorang demokrat sejati", "Kementerian PAN-RB", "membayar PBB",
    "naskah PKS",
    "pajak PKB", "peserta PKN", "burung Garuda", "semangat yang bergelora", "umat dan ummat", "partai lokal di Aceh",
    "Kantor PPP", "ganjar hadiah", "psikologi", "panitia", "Hanura, sebuah desa", "kader PKB di posyandu",
]  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_a_real_name_is_refused_with_the_repair(tmp_path: Path, name: str) -> None:
    text = changed(MODULE, "Contoh: Bu Rina", f"Menurut {name} begitu. Contoh: Bu Rina")

    (error,) = errors(read(write_content(tmp_path, module=text)))

    assert (error.code, error.line) == ("N01", line_of(text, "Menurut"))
    assert "Pakai nama rekaan" in error.message


@pytest.mark.parametrize("words", ORDINARY)
def test_an_ordinary_word_is_not_a_party(tmp_path: Path, words: str) -> None:
    text = changed(MODULE, "Contoh: Bu Rina", f"Ini tentang {words}. Contoh: Bu Rina")

    assert codes(read(write_content(tmp_path, module=text))) == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("module", changed(MODULE, "judul: Modul contoh", "judul: Modul Golkar")),
        ("module", changed(MODULE, "## Halaman dua", "## Halaman Golkar")),
        ("bank", changed(BANK, "unggahan calon. Mana", "unggahan Golkar. Mana")),
        ("bank", changed(BANK, "  > Benar.", "  > Benar, kata Golkar.")),
        ("norms", changed(NORMS, "pengaruh partai", "pengaruh Golkar")),
        ("ikrar", changed(IKRAR, "Saya berikrar", "Saya dan Golkar berikrar")),
    ],
)
def test_names_are_looked_for_in_everything_that_is_taught(tmp_path: Path, file: str, text: str) -> None:
    (error,) = errors(read(write_content(tmp_path, **{file: text})))

    assert (error.code, error.line) == ("N01", line_of(text, "Golkar"))


def test_the_address_of_a_source_may_hold_any_word(tmp_path: Path) -> None:
    text = changed(NORMS, "  nomor: UU 9/2023", "  nomor: UU 9/2023\n  sumber: koran.example/golkar-dan-nasdem")

    assert codes(read(write_content(tmp_path, norms=text))) == []
