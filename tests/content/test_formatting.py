"""The canonical form of a content file means what the file meant."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netral.content.formatting import format_text
from netral.content.tidying import meanings, tidy
from netral.settings import ROOT
from tests.content.make import BANK, HEAD, MODULE, PAGES, STEP, TODAY, errors, read, write_content
from tests.content.test_officer_mistakes import FORGIVEN

few = settings(max_examples=25)

SPELLINGS = FORGIVEN.keys() - {"curly quotes around the title"}  # which may stand or not
LINE_ENDS = {"line ends of Windows", "line ends of old Macs"}
# A file has one kind of line end, which saving gives it after everything was typed.
SAVED_WITH = [[], *([name] for name in sorted(LINE_ENDS))]
WORDS = [
    "kata", "Bu Rina", "a) satu", "1. dua", "**tebal**", "- strip", "jenis: lain", "[x] kotak", "> kutip", "=> BOLEH",
    "Penjelasan: x", "| sel |", "benar: ya", "“kutip” – itu", "[@UU-9-2023 ps.9-2]", "# judul", "\\* bintang", "```",
]  # fmt: skip
JOINTS = [" ", "\n", "\n  ", "\n\n", "\n\n\n", "\n> ", "\n  > ", "\n- "]
texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(JOINTS)), min_size=1, max_size=5).map(
    lambda parts: "".join(word + joint for word, joint in parts).strip()
)


@few
@given(st.lists(st.sampled_from(sorted(SPELLINGS - LINE_ENDS)), max_size=3, unique=True), st.sampled_from(SAVED_WITH))
def test_files_that_differ_in_spelling_have_one_form(typed: list[str], saved_with: list[str]) -> None:
    text = BANK
    for name in [*typed, *saved_with]:
        try:
            text = FORGIVEN[name](text)
        except AssertionError:  # another mistake has already changed that place
            continue

    with TemporaryDirectory() as directory:
        if errors(read(write_content(Path(directory), bank=text))):
            return
        assert format_text(text, has_questions=True) == format_text(BANK, has_questions=True)


def test_a_table_of_pairs_has_one_rule() -> None:
    table = f"{HEAD}\n## Soal\n\n### [pasang-01] Jodohkan.\n\njenis: jodoh\n\n| Kiri | Kanan |\n{{}}\n| - | b |\n"

    rules = [format_text(table.format(rule), has_questions=True) for rule in ("|---|---|", "|—|—|", "| :-- | --: |")]

    assert [rule.endswith("| Kiri | Kanan |\n|---|---|\n| - | b |\n") for rule in rules] == [True, True, True]


def test_the_keys_of_a_feed_are_small_and_the_words_of_an_account_stay() -> None:
    feed = f"{HEAD}\n## Soal\n\n### [kabar] Kabar\n\nJENIS: lini-masa\n\n#### Info\n\nGambar : Foto.\nKata.\nAngka: 4\n"

    assert format_text(feed, has_questions=False).endswith(
        "jenis: lini-masa\n\n#### Info\n\ngambar: Foto.\nKata.\nAngka: 4\n"
    )


@few
@given(st.tuples(texts, texts, texts, texts, texts))
def test_the_canonical_form_of_any_readable_file_means_the_same(words: tuple[str, ...]) -> None:
    page, details, option, feedback, explanation = words
    questions = STEP.replace("putusan: tidak\n", f"putusan: tidak\n\n{details}\n").replace("lapor-01", "latihan-02")
    questions = questions.replace("Membiarkan data", f"{option}").replace("  > Data itu", f"  > {feedback}")
    text = f"{HEAD}{PAGES}\n{page}\n\n## Soal\n\n{questions}\n\n> Penjelasan: {explanation}\n"

    with TemporaryDirectory() as name:
        directory = write_content(Path(name), module=text)
        before = read(directory)
        for each in tidy(directory, today=TODAY):
            (directory / each.path).write_text(each.text, encoding="utf-8")
        after = read(directory)
        assert meanings(after) == meanings(before)
        assert [each.path for each in tidy(directory, today=TODAY) if not each.left] == []


def test_the_shipped_files_have_a_form_that_means_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netral.content.library.check_fairness", lambda *_: None)

    assert [(each.path, each.left) for each in tidy(ROOT / "content", today=date(2026, 11, 24)) if each.left] == []


def test_a_file_with_an_error_is_left_as_it_is(tmp_path: Path) -> None:
    spoiled = MODULE.replace("jenis: tunggal", "Jenis: banyak")

    left, *_ = [each for each in tidy(write_content(tmp_path, module=spoiled), today=TODAY) if each.left]

    assert (left.path, left.text, left.left) == ("modul/contoh.md", spoiled, "masih ada galat")
