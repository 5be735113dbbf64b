"""Modules and banks: pages with their questions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from netral.content.contents import Bank, Block, LibraryQuestion, Module, Page, Written
from netral.content.documents import Document, Section, read_document
from netral.content.files import SourceFile
from netral.content.findings import FindingBook, Findings
from netral.content.front_matter import Head, read_head
from netral.content.markdown import Cite, citations, render_block
from netral.content.question_building import build_question
from netral.content.question_source import QuestionSource, read_questions
from netral.quiz.questions import Question


@dataclass(slots=True, kw_only=True)
class Reader:
    """Reads the files one by one; `written` are all questions, also those that could not be built."""

    book: FindingBook
    cite: Cite
    today: date
    modules: list[Module] = field(default_factory=list)
    banks: list[Bank] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)

    def read_module(self, file: SourceFile) -> None:
        found = self.book.at(file.path)
        document = read_document(file.text, found)
        if document is None:
            return
        head = read_head(document.front, found, today=self.today, is_module=True)
        pages = self._pages(file.path, document, found)
        if not pages:
            message = 'modul belum punya halaman. Tulis "## Judul halaman", lalu isinya, sebelum "## Soal".'
            found.error(document.line_count, "M01", message)
        practice = tuple(self._practice(file.path, document, head, len(pages), found))
        self.modules.append(Module(head=head, path=file.path, pages=pages, practice=practice))

    def read_bank(self, file: SourceFile) -> None:
        found = self.book.at(file.path)
        document = read_document(file.text, found)
        if document is None:
            return
        head = read_head(document.front, found, today=self.today, is_module=False)
        if document.questions_line is None:
            found.error(document.line_count, "M06", 'berkas bank belum punya bagian "## Soal". Tulis baris itu.')
        for section in (document.intro, *document.pages):
            if section.title or section.text:
                message = 'teks sebelum "## Soal" di berkas bank tidak akan tampil. Hapus atau pindahkan ke modul.'
                found.error(section.line if section.title else section.first_line, "M05", message)
        questions = tuple(
            LibraryQuestion(question=question, source=source, path=file.path)
            for source, question in self._questions(file.path, document, head, found, in_bank=True)
        )
        self.banks.append(Bank(head=head, path=file.path, questions=questions))

    def _pages(self, path: str, document: Document, found: Findings) -> tuple[Page, ...]:
        """Text before the first page stands at the head of that page."""
        pages: list[Page] = []
        intro = Block.of(path, document.intro.first_line, document.intro.text)
        self.blocks.append(intro)
        for number, section in enumerate(document.pages, 1):
            if not section.text:
                found.error(section.line, "M07", f'halaman "{section.title[:60]}" kosong. Tulis isinya atau hapus.')
            block = Block.of(path, section.first_line, section.text)
            self.blocks.append(block)
            first = number == 1
            text = f"{document.intro.text}\n\n{section.text}".strip("\n") if first else section.text
            pages.append(self._page(number, section, text, block.words + (intro.words if first else 0)))
        return tuple(pages)

    def _page(self, number: int, section: Section, text: str, words: int) -> Page:
        return Page(
            number=number,
            title=section.title,
            html=render_block(text, self.cite),
            source=text,
            words=words,
            citations=tuple(dict.fromkeys(citations(text))),
            line=section.line,
        )

    def _practice(
        self, path: str, document: Document, head: Head, pages: int, found: Findings
    ) -> Iterator[LibraryQuestion]:
        for source, question in self._questions(path, document, head, found, in_bank=False):
            page = _page_of(source, pages, found)
            yield LibraryQuestion(question=question, source=source, path=path, module=head.id, page=page)

    def _questions(
        self, path: str, document: Document, head: Head, found: Findings, *, in_bank: bool
    ) -> Iterator[tuple[QuestionSource, Question]]:
        for source in read_questions(document.question_lines, found):
            self.blocks.extend(_blocks(path, source))
            self.written.append(Written(path, source, in_bank))
            built = build_question(source, found, cite=self.cite, indicators=head.indicators, in_bank=in_bank)
            if built is not None:
                yield source, built


def _page_of(source: QuestionSource, pages: int, found: Findings) -> int:
    """The last page when the question names none."""
    text = source.key("halaman")
    if not text:
        return pages
    if text.isascii() and text.isdigit() and len(text) <= len("999") and 1 <= int(text) <= pages:
        return int(text)
    message = f'halaman "{text[:20]}" tidak ada; modul ini punya {pages} halaman. Tulis halaman: 1 sampai {pages}.'
    found.error(source.line_of("halaman"), "S18", message)
    return pages


def _blocks(path: str, source: QuestionSource) -> Iterator[Block]:
    yield Block.of(path, source.line, source.stem)
    if source.details_text:
        yield Block.of(path, source.details_line, source.details_text)
    texts = [text for option in source.options for text in (option.text, option.feedback)]
    for item in source.items:
        for part in (item, *item.conditions):
            yield Block.of(path, part.line, part.wording)
            texts.append(part.feedback)
    for text in (*texts, *source.truths.values()):
        if str(text):
            yield Block.of(path, text.line, str(text))
    if source.explanation_text:
        yield Block.of(path, source.explanation_line, source.explanation_text)
