"""Different spellings are brought to one form."""

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from netral.content.characters import clean_characters, fold
from netral.content.findings import Findings
from netral.content.normalising import normalise
from netral.content.questions import read_questions
from tests.content.make import BANK, MODULE

PIECES = [
    "---", "—", "–-", "## Soal", "##soal:", "# Judul", "## Alasan [x–1]", "#**alasan [Y]**:", "• Kunci–a : b",
    "- k: [ ] v", "### [a-01] Stem", "###**[A–01]** Stem", "## [x] y", "#### Akun",
    "jenis: btt", "Jenis :Tunggal", "**dasar:** A–1 ps.1", "- [x] Ya", "•\t[ ]Tidak", "1. [*] Dua", "☒ Tiga",
    "(x) Empat",
    "- (x) Lima", "[x](https://a)", "  > Alasan", "&gt; Alasan", "> Penjelasan: x", "Penjelasan: y", "> benar: z",
    "- Situasi => BOLEH", "– Situasi → tergantung.", "  - jika a => TIDAK", "- jika b->boleh", "=> BOLEH", "- lepas",
    "•lepas", "-lepas", "teks biasa", "[@ UU–9–2023  ps.9–2 ]", r"\[@UU-9\]", "```", "~~~", "judul: “a: b”", "a: “b” c",
    "\u00a0x\u00a0", "\u200b", "\ufeff", "\t", "    ", "", "", "e\u0301", "\x0b", "\r", "\u2028", "||", "| a | b |",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=14).flatmap(
    lambda pieces: st.lists(
        st.sampled_from(["\n", "\n\n", "\n    ", " ", "\r\n"]), min_size=len(pieces), max_size=len(pieces)
    ).map(lambda gaps: "".join(piece + gap for piece, gap in zip(pieces, gaps, strict=True)))
)


@given(texts)
@example(BANK)
@example(MODULE)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)

    assert normalise(once) == once


@given(texts)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(texts)
def test_lines_keep_their_numbers(text: str) -> None:
    assert normalise(text).count("\n") == clean_characters(text).count("\n")


@given(st.text())
def test_cleaned_text_is_plain_and_composed(text: str) -> None:
    cleaned = clean_characters(text)

    assert unicodedata.is_normalized("NFC", cleaned)
    assert not set(cleaned) & set("\r\t\x00\x0b\x0c\u00a0\u200b\ufeff\u202e\u2028")
    assert all(line == line.rstrip() for line in cleaned.split("\n"))


def test_correct_text_stays_unchanged() -> None:
    assert normalise(BANK) == BANK
    assert normalise(MODULE) == MODULE


def test_typography_of_running_text_stays_on_the_page_and_counts_for_nothing() -> None:
    text = "Kata “netral” – bukan ‘abu-abu’…"

    assert normalise(text) == text
    assert fold(text) == "Kata \"netral\" - bukan 'abu-abu'..."


def test_code_is_left_alone() -> None:
    text = "---\nid: a\n---\n\n```\n##bukan judul\n• bukan daftar\n```\n"

    assert normalise(text) == text


def test_a_hashtag_is_no_heading() -> None:
    assert normalise("#netral itu penting") == "#netral itu penting"


@given(texts)
def test_reading_questions_never_fails(text: str) -> None:
    lines = list(enumerate(normalise("---\n---\n## Soal\n" + text).split("\n"), 1))

    for source in read_questions(lines[3:], Findings("bank/contoh.md")):
        assert source.line > 3
