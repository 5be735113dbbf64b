"""Modules and banks: their contents, and reading them from their files."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from netral.content.cards import Card, read_card
from netral.content.documents import Document, Head, Section, read_document, read_head
from netral.content.feeds import BuiltFeed, read_feeds, written_blocks
from netral.content.files import SourceFile
from netral.content.findings import Finding, FindingBook, Findings, Severity
from netral.content.glossary import Glossary, Term
from netral.content.ikrar import Ikrar
from netral.content.kinds import Draft, QuestionSource, ReasonList
from netral.content.markdown import Callout, Cite, Passage, Supply, callouts, citations, passages, render_page
from netral.content.norms import Norm
from netral.content.pictures import Picture
from netral.content.questions import build_question, read_questions
from netral.content.reasons import check_reason_lists, read_reason_lists
from netral.quiz.blueprint import Blueprint
from netral.quiz.feeds import Feed
from netral.quiz.questions import Citation, Question

WORDS_PER_MINUTE = 180
WORD = re.compile(r"\w+(?:[-'’]\w+)*")


def minutes_for(words: int) -> int:
    """Return the reading time in minutes, rounded up, at least one."""
    return max(1, math.ceil(words / WORDS_PER_MINUTE))


@dataclass(frozen=True, slots=True)
class Block:
    """The Markdown of a file, taken apart once for the checks of prose. `line` is the number of its first line.

    `is_page`: it belongs to a page of a module, where alone pictures and call-outs are shown as such.
    """

    path: str
    line: int
    passages: tuple[Passage, ...]
    is_page: bool = False
    callouts: tuple[Callout, ...] = ()

    @classmethod
    def of(cls, path: str, line: int, text: str) -> "Block":
        return cls(path, line, tuple(passages(text)))

    @classmethod
    def of_page(cls, path: str, line: int, text: str) -> "Block":
        return cls(path, line, tuple(passages(text)), is_page=True, callouts=tuple(callouts(text)))

    @property
    def words(self) -> int:
        return sum(len(WORD.findall(passage.text)) for passage in self.passages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a module. `html` is sanitised and begins below the title, which is the h1; `minutes` is rounded up."""

    number: int
    title: str
    html: str
    source: str
    words: int
    citations: tuple[Citation, ...]
    terms: tuple[Term, ...] = ()
    pictures: tuple[Picture, ...] = ()

    @property
    def minutes(self) -> int:
        return minutes_for(self.words)


@dataclass(frozen=True, slots=True)
class Written:
    """A question as written, whether or not it could be built."""

    path: str
    source: QuestionSource
    in_bank: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryQuestion:
    """A question of the library. `module` and `page` locate a practice question; both are None for one of the bank."""

    question: Question
    source: QuestionSource
    path: str
    module: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    head: Head
    path: str
    pages: tuple[Page, ...]
    practice: tuple[LibraryQuestion, ...]

    @property
    def minutes(self) -> int:
        return self.head.minutes or minutes_for(sum(page.words for page in self.pages))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    head: Head
    path: str
    questions: tuple[LibraryQuestion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFile:
    """A file of `linimasa/`, with all feeds that were written, whether or not they could be built."""

    head: Head
    path: str
    built: tuple[BuiltFeed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """All content that could be read. Only a library without `galat` may be frozen and published.

    Modules and cards stand in their order of teaching; the ikrar is the newest version.
    """

    modules: tuple[Module, ...] = ()
    banks: tuple[Bank, ...] = ()
    feed_files: tuple[FeedFile, ...] = ()
    cards: tuple[Card, ...] = ()
    glossary: Glossary = field(default_factory=Glossary)
    norms: Mapping[str, Norm] = field(default_factory=dict)
    blueprint: Blueprint = field(default_factory=Blueprint)
    ikrar: Ikrar | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def has_errors(self) -> bool:
        return any(finding.severity is Severity.GALAT for finding in self.findings)

    @property
    def bank_questions(self) -> tuple[LibraryQuestion, ...]:
        return tuple(question for bank in self.banks for question in bank.questions)

    @property
    def practice_questions(self) -> tuple[LibraryQuestion, ...]:
        return tuple(question for module in self.modules for question in module.practice)

    @property
    def feeds(self) -> tuple[Feed, ...]:
        return tuple(each.feed for file in self.feed_files for each in file.built if each.feed is not None)

    @property
    def questions(self) -> tuple[LibraryQuestion, ...]:
        return self.practice_questions + self.bank_questions


@dataclass(slots=True, kw_only=True)
class Reader:
    """Reads the files one by one; `written` holds all questions, including those that could not be built."""

    book: FindingBook
    cite: Cite
    today: date
    supply: Supply = field(default_factory=Supply)
    modules: list[Module] = field(default_factory=list)
    banks: list[Bank] = field(default_factory=list)
    feed_files: list[FeedFile] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)

    def read(self, file: SourceFile) -> None:
        """Read a file as what its folder holds; of one whose head cannot be read nothing is known but the finding."""
        readers = {"modul": self._module, "bank": self._bank, "kartu": self._card, "linimasa": self._feeds}
        found = self.book.at(file.path)
        if file.folder in readers and (document := read_document(file.text, found)):
            readers[file.folder](file.path, document, found)

    def _module(self, path: str, document: Document, found: Findings) -> None:
        head = read_head(document.front, found, today=self.today, is_module=True)
        pages = self._pages(path, document, found)
        if not pages:
            message = 'modul belum punya halaman. Tulis "## Judul halaman", lalu isinya, sebelum "## Soal".'
            found.error(document.line_count, "M01", message)
        practice = tuple(self._practice(path, document, head, len(pages), found))
        self.modules.append(Module(head=head, path=path, pages=pages, practice=practice))

    def _bank(self, path: str, document: Document, found: Findings) -> None:
        head = read_head(document.front, found, today=self.today, is_module=False)
        missing = 'berkas bank belum punya bagian "## Soal". Tulis baris itu.'
        before = 'teks sebelum "## Soal" di berkas bank tidak akan tampil. Hapus atau pindahkan ke modul.'
        _need_questions_alone(document, found, missing, before)
        questions = tuple(
            LibraryQuestion(question=question, source=source, path=path)
            for source, question in self._questions(path, document, head, found, in_bank=True)
        )
        self.banks.append(Bank(head=head, path=path, questions=questions))

    def _card(self, path: str, document: Document, found: Findings) -> None:
        for section in (document.intro, *document.pages):
            self.blocks.append(Block.of(path, section.first_line, section.text))
        self.cards.append(read_card(path, document, found, cite=self.cite, today=self.today))

    def _feeds(self, path: str, document: Document, found: Findings) -> None:
        head = read_head(document.front, found, today=self.today, is_module=False)
        missing = 'berkas lini masa belum punya bagian "## Soal". Tulis baris itu di atas lini masa pertama.'
        before = 'teks sebelum "## Soal" tidak akan tampil. Hapus atau pindahkan ke bawahnya.'
        _need_questions_alone(document, found, missing, before)
        built = tuple(read_feeds(document.question_lines, found, self.cite))
        texts = (each for one in built for each in written_blocks(one.source))
        self.blocks.extend(Block.of(path, line, text) for line, text in texts if text)
        self.feed_files.append(FeedFile(head=head, path=path, built=built))

    def _pages(self, path: str, document: Document, found: Findings) -> tuple[Page, ...]:
        """Yield the pages. Text before the first page is put at the beginning of that page."""
        pages: list[Page] = []
        intro = Block.of_page(path, document.intro.first_line, document.intro.text)
        self.blocks.append(intro)
        for number, section in enumerate(document.pages, 1):
            if not section.text:
                found.error(section.line, "M07", f'halaman "{section.title[:60]}" kosong. Tulis isinya atau hapus.')
            block = Block.of_page(path, section.first_line, section.text)
            self.blocks.append(block)
            first = number == 1
            text = f"{document.intro.text}\n\n{section.text}".strip("\n") if first else section.text
            pages.append(self._page(number, section, text, block.words + (intro.words if first else 0)))
        return tuple(pages)

    def _page(self, number: int, section: Section, text: str, words: int) -> Page:
        rendered = render_page(text, self.cite, self.supply)
        return Page(
            number=number,
            title=section.title,
            html=rendered.html,
            source=text,
            words=words,
            citations=tuple(dict.fromkeys(citations(text))),
            terms=rendered.terms,
            pictures=rendered.pictures,
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
        lists = read_reason_lists(document.reasons, found)
        sources = read_questions(document.question_lines, found)
        check_reason_lists(lists, sources, found, in_bank=in_bank)
        for offered in lists.values():
            self.blocks.extend(_blocks_of(path, offered))
        for source in sources:
            source.reason_lists = lists
            self.blocks.extend(_blocks(path, source))
            self.written.append(Written(path, source, in_bank))
            built = build_question(Draft(source, found, self.cite, in_bank), head.indicators)
            if built is not None:
                yield source, built


def _need_questions_alone(document: Document, found: Findings, missing: str, before: str) -> None:
    """Refuse a file that has no questions, or text before them, which no page shows."""
    if document.questions_line is None:
        found.error(document.line_count, "M06", missing)
    for section in (document.intro, *document.pages):
        if section.title or section.text:
            found.error(section.line if section.title else section.first_line, "M05", before)


def _page_of(source: QuestionSource, pages: int, found: Findings) -> int:
    """Return the page of a question, the last one when the question names none."""
    text = source.key("halaman")
    if not text:
        return pages
    if text.isascii() and text.isdigit() and len(text) <= len("999") and 1 <= int(text) <= pages:
        return int(text)
    message = f'halaman "{text[:20]}" tidak ada; modul ini punya {pages} halaman. Tulis halaman: 1 sampai {pages}.'
    found.error(source.line_of("halaman"), "S18", message)
    return pages


def _blocks_of(path: str, offered: ReasonList) -> Iterator[Block]:
    for reason in offered.reasons.values():
        yield Block.of(path, reason.line, str(reason.text))
        if str(reason.feedback):
            yield Block.of(path, reason.feedback.line, str(reason.feedback))


def _blocks(path: str, source: QuestionSource) -> Iterator[Block]:
    yield Block.of(path, source.line, source.stem)
    if source.details_text:
        yield Block.of(path, source.details_line, source.details_text)
    texts = [text for option in source.options for text in (option.text, option.feedback)]
    for item in source.items:
        for part in (item, *item.conditions):
            yield Block.of(path, part.line, part.wording)
            texts.append(part.feedback)
    for text in (*texts, *source.labelled.values()):
        if str(text):
            yield Block.of(path, text.line, str(text))
    if source.explanation_text:
        yield Block.of(path, source.explanation_line, source.explanation_text)
