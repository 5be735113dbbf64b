"""The files of a content directory in canonical form, each only where it still means the same."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from netral.content.characters import fold
from netral.content.contents import Library, LibraryQuestion
from netral.content.edition import full_hash, head_to_json, key_hash
from netral.content.files import SourceFile, read_tree
from netral.content.findings import FindingBook, Severity
from netral.content.formatting import format_text
from netral.content.library import read_files

HAS_QUESTIONS = {"modul": True, "bank": True, "kartu": False, "linimasa": False}
"""The folders whose files have a canonical form. An ikrar keeps its words as they were signed."""
CHANGES = "bentuk bakunya mengubah artinya"


@dataclass(frozen=True, slots=True)
class Tidied:
    """A file whose canonical form is `text`, or that has none for the reason `left`."""

    path: str
    old: str
    text: str
    left: str = ""

    def leave(self, why: str) -> "Tidied":
        return replace(self, text=self.old, left=why)


def tidy(directory: Path, *, today: date) -> list[Tidied]:
    """Return the files that are not in canonical form, or that cannot be brought into it."""
    book = FindingBook()
    files = read_tree(directory, book) or []
    before = read_files(files, book, today)
    faulty = {finding.path for finding in book.sorted() if finding.severity is Severity.GALAT}
    tidied = [_tidied(file, faulty) for file in files if file.folder in HAS_QUESTIONS]
    texts = {each.path: each.text for each in tidied}
    formatted = [SourceFile(file.path, texts.get(file.path, file.text)) for file in files]
    after = meanings(read_files(formatted, FindingBook(), today))
    wanted = meanings(before)
    return [
        each if after.get(each.path) == wanted.get(each.path) else each.leave(CHANGES)
        for each in tidied
        if each.left or each.text != each.old
    ]


def _tidied(file: SourceFile, faulty: set[str]) -> Tidied:
    same = Tidied(file.path, file.text, file.text)
    if file.path in faulty:
        return same.leave("masih ada galat")
    text = format_text(file.text, has_questions=HAS_QUESTIONS[file.folder])
    if format_text(text, has_questions=HAS_QUESTIONS[file.folder]) != text:
        return same.leave(CHANGES)
    return Tidied(file.path, file.text, text)


def meanings(library: Library) -> dict[str, Any]:
    """Return by file what its readers see and what is graded, without the lines on which it stands."""
    found: dict[str, Any] = {}
    for module in library.modules:
        pages = [[page.title, page.html, fold(page.source)] for page in module.pages]
        head = [head_to_json(module.head), module.head.objectives, module.minutes]
        found[module.path] = [head, pages, list(map(_question, module.practice))]
    for bank in library.banks:
        found[bank.path] = [head_to_json(bank.head), list(map(_question, bank.questions))]
    for card in library.cards:
        parts = [[part.title, part.html] for part in (card.intro, *card.sections)]
        found[card.path] = [head_to_json(card.head), card.kind, parts]
    for file in library.feed_files:
        found[file.path] = [head_to_json(file.head), [built.feed for built in file.built]]
    return found


def _question(each: LibraryQuestion) -> list[Any]:
    return [each.page, full_hash(each), key_hash(each), each.question.to_json()]
