"""The bank asks different things, not too many of them easy, and its wording favours no reader of the options alone."""

from collections.abc import Iterable
from typing import Any

import pytest

from netral.content.checks import fairness
from netral.content.checks.fairness import Comparison, alike_in_bank, check_fairness, count_bank
from netral.content.contents import Bank, Library, LibraryQuestion, Module
from netral.content.documents import Head
from netral.content.findings import FindingBook, Severity
from netral.content.kinds import QuestionSource
from netral.quiz.options import Option
from netral.quiz.questions import Citation, Indicator, Level, Question, Verdict
from tests.quiz.make import ALLOWED, DEPENDS, FORBIDDEN, make_btt, make_next_step, make_single, make_verdict

HEAD = Head(
    id="contoh",
    title="Contoh",
    version=1,
    indicators=(Indicator.KAMPANYE,),
    valid_from=None,
    review_before=None,
    references=(),
    responsible="Bidang Pembinaan",
)
INVITED = "Pak Seto diundang tetangganya menonton konser penutup musim panen"
INVITED_AGAIN = "Pak Seto diundang temannya menonton konser penutup musim panen"
OTHERS = ("Bu Rina menyukai unggahan calon", "Pak Bayu meminjam mobil dinas", "Bu Ita memasang pin di loket", "Panitia")


def placed(questions: Iterable[Question], path: str, module: str | None = None) -> tuple[LibraryQuestion, ...]:
    return tuple(
        LibraryQuestion(question=question, source=QuestionSource(question.id, line, ""), path=path, module=module)
        for line, question in enumerate(questions, 2)
    )


def library(*bank: Question, practice: Iterable[Question] = ()) -> Library:
    """Return a library of these questions, and of others that share no word with them."""
    filling = [make_single(id=f"isi-{number}", stem=stem, options=()) for number, stem in enumerate(OTHERS)]
    banks = (Bank(head=HEAD, path="bank/a.md", questions=placed([*bank, *filling], "bank/a.md")),)
    module = Module(head=HEAD, path="modul/a.md", pages=(), practice=placed(practice, "modul/a.md", "a"))
    return Library(banks=banks, modules=(module,))


def codes(read: Library) -> list[str]:
    book = FindingBook()
    check_fairness(read, book)
    return [finding.code for finding in book.sorted()]


def asked(stem: str, name: str, **changes: Any) -> Question:
    return make_single(id=name, stem=stem, options=(), **changes)


def test_two_questions_of_one_situation_are_told_unless_they_are_twins() -> None:
    twins = [asked(INVITED, "satu", twin_group="konser"), asked(INVITED_AGAIN, "dua", twin_group="konser")]
    apart = [asked(INVITED, "satu"), asked(INVITED_AGAIN, "dua")]

    assert codes(library(*apart)) == ["P07"]
    assert codes(library(*twins)) == []
    assert count_bank(library(*apart)).independent == count_bank(library(*twins)).independent == 1 + len(OTHERS)


def test_questions_on_other_rules_may_share_more_words() -> None:
    other_rule = (Citation("UU-9-2023", "ps.9-2"),)
    near = "Pak Seto diundang tetangganya menghadiri rapat penutup musim tanam"

    def pairs(*questions: Question) -> int:
        read = library(*questions)
        return len(list(alike_in_bank(read.bank_questions, Comparison(read.questions))))

    assert pairs(asked(INVITED, "satu"), asked(near, "dua")) == 1
    assert pairs(asked(INVITED, "satu"), asked(near, "dua", rules=other_rule)) == 0


def test_the_same_reason_on_the_same_rules_needs_a_really_different_situation() -> None:
    near = "Pak Seto diundang tetangganya menghadiri rapat musim tanam"
    same = [make_verdict(id="satu", stem=INVITED), make_verdict(id="dua", stem=near)]
    flipped = [same[0], make_verdict(Verdict.BOLEH, "tertutup", id="dua", stem=near)]

    assert codes(library(*same)) == ["P07"]
    assert codes(library(*flipped)) == []


def test_practice_that_repeats_an_exam_question_is_told_with_both_ids() -> None:
    book = FindingBook()
    check_fairness(library(asked(INVITED, "ujian"), practice=[asked(INVITED_AGAIN, "latihan")]), book)

    (finding,) = book.sorted()
    assert (finding.code, finding.path) == ("P09", "modul/a.md")
    assert '"latihan"' in finding.message
    assert '"ujian" (bank/a.md:2)' in finding.message


def judged(number: int, *, word: str) -> Question:
    """Return a question about a person of its own; a distractor holds the word."""
    options = (
        Option("a", f"Menyimpan bukti{number}", "", correct=True),
        Option("b", f"Menolak{number} {word}", "", correct=False),
    )
    level = Level.MUDAH if number % 2 else Level.SEDANG
    return make_single(id=f"soal-{number}", stem=f"Orang{number} hadir{number}", options=options, level=level)


def test_easy_questions_and_absolute_words_are_counted_over_the_whole_bank() -> None:
    assert codes(library(*(judged(number, word="semua") for number in range(20)))) == ["P05", "P06"]
    assert codes(library(*(judged(number, word="baik") for number in range(20)))) == ["P05"]


def test_right_acts_that_alone_consist_of_two_are_told() -> None:
    def chosen(number: int, *, other: str) -> Question:
        options = (
            Option("a", f"Menolak{number}, lalu melapor{number}", "", correct=True),
            Option("b", f"Datang{number} {other}", "", correct=False),
        )
        return make_next_step(id=f"langkah-{number}", stem=f"Orang{number} hadir{number}", options=options)

    assert codes(library(*(chosen(number, other="sebentar") for number in range(20)))) == ["P10"]
    assert codes(library(*(chosen(number, other="lalu pulang") for number in range(20)))) == []
    assert codes(library(practice=(chosen(number, other="sebentar") for number in range(20)))) == ["P10"]


def test_options_that_begin_with_a_verdict_are_told_once_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    options = (
        Option("a", "Boleh, sebab libur", "", correct=False),
        Option("b", "Dilarang, sebab PNS", "", correct=True),
    )
    read = library(*(make_single(id=f"sisi-{each}", stem=f"Orang{each}", options=options, rules=()) for each in "xyz"))
    monkeypatch.setattr(fairness, "alike_in_bank", lambda *_: ())

    assert codes(read) == ["P08"]
    monkeypatch.setattr(fairness, "SIDES", Severity.GALAT)
    book = FindingBook()
    check_fairness(read, book)
    assert "galat P08" in str(book.sorted()[0])


def test_verdicts_are_counted_by_situation() -> None:
    counts = count_bank(library(make_btt(ALLOWED, FORBIDDEN, DEPENDS), make_verdict()))

    assert counts.judged == {Verdict.BOLEH: 1, Verdict.TIDAK: 2, Verdict.TERGANTUNG: 1}
    assert (counts.questions, counts.open_questions) == (2 + len(OTHERS), 1)
