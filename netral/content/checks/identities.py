"""Ids are used once; twins belong together."""

from collections.abc import Iterable, Sequence

from netral.content.contents import Bank, Library, LibraryQuestion, Module, Written
from netral.content.findings import FindingBook, shown


def check_identities(library: Library, written: Sequence[Written], book: FindingBook) -> None:
    _check_question_ids(written, book)
    _check_file_ids(library.modules, "modul", book)
    _check_file_ids(library.banks, "bank", book)
    _check_twins(library.bank_questions, book)


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


def _check_file_ids(files: Iterable[Module | Bank], kind: str, book: FindingBook) -> None:
    first: dict[str, str] = {}
    for file in sorted(files, key=lambda file: file.path):
        name = file.head.id
        if name and name in first:
            message = f'id {kind} "{shown(name)}" sudah dipakai {first[name]}. Beri id lain.'
            book.at(file.path).error(2, "F10", message)
        first.setdefault(name, file.path)


def _check_twins(questions: Iterable[LibraryQuestion], book: FindingBook) -> None:
    """Drawing keeps twins apart within an indicator, so twins must share one."""
    first: dict[str, LibraryQuestion] = {}
    for each in questions:
        group = each.question.twin_group
        if group is None:
            continue
        other = first.setdefault(group, each).question
        if other.indicator is not each.question.indicator:
            message = f'soal kembar "{shown(group)}" berbeda indikator dengan "{other.id}". Samakan indikatornya.'
            book.at(each.path).error(each.source.line_of("indikator"), "S19", message)
