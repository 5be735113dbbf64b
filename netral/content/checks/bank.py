"""Ids are used once and twins belong together; the bank suffices for the exam, is fair, and gives no keys away."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from netral.content.cards import Card
from netral.content.contents import Bank, Library, LibraryQuestion, Module, Written
from netral.content.findings import FindingBook, Findings, shown
from netral.quiz.blueprint import Blueprint
from netral.quiz.drawing import PoolItem, audiences_of, least_pool, shortages
from netral.quiz.kinds.langkah import NextStep
from netral.quiz.kinds.tunggal import SingleChoice
from netral.quiz.questions import Question

TIMES = 3
LONGEST_PERCENT = 40
TAG = re.compile(r"<[^>]*>")


def check_bank(library: Library, written: Sequence[Written], book: FindingBook) -> None:
    _check_question_ids(written, book)
    _check_file_ids(library.modules, "modul", book)
    _check_file_ids(library.banks, "bank", book)
    _check_file_ids(library.cards, "kartu", book)
    _check_twins(library.bank_questions, book)
    _check_pools(library, written, book)


def _check_question_ids(written: Iterable[Written], book: FindingBook) -> None:
    first: dict[str, Written] = {}
    for each in sorted(written, key=lambda each: (each.path, each.source.line)):
        name = each.source.id
        if name and name in first:
            before = first[name]
            place = f"baris {before.source.line}" + (f" {before.path}" if before.path != each.path else "")
            message = f'id soal "{shown(name)}" sudah dipakai di {place}. Beri id lain yang belum pernah dipakai.'
            book.at(each.path).error(each.source.line, "S02", message)
        first.setdefault(name, each)


def _check_file_ids(files: Iterable[Module | Bank | Card], kind: str, book: FindingBook) -> None:
    first: dict[str, str] = {}
    for file in sorted(files, key=lambda file: file.path):
        name = file.head.id
        if name and name in first:
            message = f'id {kind} "{shown(name)}" sudah dipakai {first[name]}. Beri id lain.'
            book.at(file.path).error(2, "F10", message)
        first.setdefault(name, file.path)


def _check_twins(questions: Iterable[LibraryQuestion], book: FindingBook) -> None:
    """Check that twins share an indicator, since drawing keeps twins apart only within one."""
    first: dict[str, LibraryQuestion] = {}
    for each in questions:
        group = each.question.twin_group
        if group is None:
            continue
        other = first.setdefault(group, each).question
        if other.indicator is not each.question.indicator:
            message = f'soal kembar "{shown(group)}" berbeda indikator dengan "{other.id}". Samakan indikatornya.'
            book.at(each.path).error(each.source.line_of("indikator"), "S19", message)


def _check_pools(library: Library, written: Sequence[Written], book: FindingBook) -> None:
    """Check the bank as a whole; its findings stand at `bank:1`.

    Items are counted only if all of them could be read, since the number would mislead otherwise.
    """
    found = book.at("bank")
    questions = [each.question for each in library.bank_questions]
    if not library.banks:
        found.error(1, "P01", "bank soal ujian kosong. Tulis soal di bank/, misalnya bank/kampanye.md.")
        return
    if len(questions) == sum(each.in_bank for each in written):
        _check_enough(questions, library.blueprint, found)
        _check_reserve(questions, library.blueprint, found)
    _check_share(questions, library.blueprint, found)
    _check_lengths(questions, found)


def _check_enough(questions: list[Question], blueprint: Blueprint, found: Findings) -> None:
    for short in shortages(map(PoolItem.of, questions), blueprint):
        what = f"indikator {short.indicator.value}" if short.indicator else "BOLEH atau TERGANTUNG"
        exam = f"satu ujian bagi {short.audience.value}" if short.audience else "satu ujian"
        message = f"{exam} perlu {short.needed} soal {what}, tetapi yang dapat ditarik bersama hanya"
        found.error(1, "P01", f"{message} {short.available}. Tambah soal atau kurangi kuota.")


def _check_reserve(questions: list[Question], blueprint: Blueprint, found: Findings) -> None:
    pool = [PoolItem.of(question) for question in questions]
    counts = [Counter(item.indicator for item in pool if item.suits(audience)) for audience in audiences_of(pool)]
    for indicator, wanted in least_pool(blueprint, TIMES).items():
        fewest = min(count[indicator] for count in counts)
        if blueprint.quotas[indicator] <= fewest < wanted:
            message = f"bank punya {fewest} soal {indicator.value}, kurang dari {TIMES} kali kuota"
            found.warn(1, "P02", f"{message} ({wanted}). Tambah soal agar ujian ulang tidak berulang.")


def _check_share(questions: list[Question], blueprint: Blueprint, found: Findings) -> None:
    allowing = sum(question.is_open for question in questions)
    if 100 * allowing < blueprint.open_percent * len(questions):
        message = f"hanya {allowing} dari {len(questions)} soal bank berputusan BOLEH atau TERGANTUNG"
        repair = f"Seimbangkan sampai {blueprint.open_percent} persen, tanpa mengarang aturan."
        found.warn(1, "P03", f"{message}. {repair}")


def _check_lengths(questions: list[Question], found: Findings) -> None:
    single = [question for question in questions if isinstance(question, SingleChoice | NextStep)]
    telling = [question.id for question in single if key_is_longest(question)]
    if 100 * len(telling) > LONGEST_PERCENT * len(single):
        message = f"kunci adalah pilihan terpanjang pada {len(telling)} dari {len(single)} soal tunggal dan langkah"
        repair = f"Samakan panjang pilihan, misalnya pada {', '.join(telling[:5])}."
        found.warn(1, "P04", f"{message}. {repair}")


def key_is_longest(question: SingleChoice | NextStep) -> bool:
    """Return whether the key, as it is read, is strictly longer than every other option."""
    lengths = {option.correct: 0 for option in question.options}
    for option in question.options:
        lengths[option.correct] = max(lengths[option.correct], len(TAG.sub("", option.text)))
    return lengths.get(True, 0) > lengths.get(False, 0)
