"""One Markdown file taken apart: head, pages, questions; each part knows its line."""

import re
from dataclasses import dataclass, field
from datetime import date

from netral.content.characters import clean_characters
from netral.content.findings import Findings, shown
from netral.content.normalising import normalise
from netral.content.yaml_forms import Form, Mapping, Scalar, Sequence, as_value, read_mapping
from netral.quiz.questions import Audience, Indicator, Stage

TITLE = re.compile(r"# +(\S.*)$")
PAGE = re.compile(r"## +(\S.*)$")
REASONS = re.compile(r"## Alasan \[(.*)\]$")
QUESTION = re.compile(r"### +\[")
OPTION = re.compile(r"\s*(?:[-*+o]|\d+[.)])?\s*\\?\[[ xX]?\\?\]\s")
CODE_FENCE = re.compile(r" {0,3}(```|~~~)")
FRONT_LIMIT = 200
MOST_LINES = 10_000
LONGEST_LINE = 2_000
LONGEST_PARAGRAPH = 4_000
MOST_BRACKETS = 100
MOST_HEADINGS = 500


@dataclass(slots=True)
class Section:
    """A page or a list of reasons: its heading, and the lines after the heading."""

    title: str
    line: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip("\n")

    @property
    def first_line(self) -> int:
        """The line in the file of the first line of `text`."""
        blank = next((index for index, line in enumerate(self.lines) if line), 0)
        return self.line + 1 + blank


@dataclass(slots=True)
class Document:
    """A file taken apart. `question_lines` are numbered lines after `## Soal`; `questions_line` is None without it.

    `reasons` are the sections `## Alasan [name]`, by the name alone.
    """

    front: Mapping
    title: str = ""
    intro: Section = field(default_factory=lambda: Section("", 0))
    pages: list[Section] = field(default_factory=list)
    reasons: list[Section] = field(default_factory=list)
    questions_line: int | None = None
    question_lines: list[tuple[int, str]] = field(default_factory=list)
    line_count: int = 1


def read_document(text: str, found: Findings) -> Document | None:
    """Take a file apart. None when the front matter cannot be read, which is then the only finding about the file."""
    if not _is_bounded(text, found):
        return None
    lines = normalise(text).split("\n")
    start = next((index for index, line in enumerate(lines) if line), 0)
    end = _closing_fence(lines, start)
    if end is None:
        found.error(start + 1, "F01", _missing_front(lines[start]))
        return None
    problem = "kepala berkas harus berisi baris seperti judul: nilainya di antara dua garis ---."
    front = read_mapping("\n".join(lines[start + 1 : end]), found, "F01", problem, first_line=start + 2)
    if front is None:
        return None
    document = Document(front, line_count=len(lines))
    document.intro.line = end + 1
    _split(document, lines[end + 1 :], end + 2, found)
    return document


def _is_bounded(text: str, found: Findings) -> bool:
    """Refuse texts that no author writes by hand and that keep a Markdown parser busy for minutes."""
    paragraph = brackets = headings = 0
    for number, line in enumerate(clean_characters(text).split("\n"), 1):
        blank = not line.strip()
        paragraph = 0 if blank else paragraph + len(line)
        brackets = 0 if blank else brackets + line.count("[")
        headings += line.lstrip().startswith("##")
        if len(line) > LONGEST_LINE or paragraph > LONGEST_PARAGRAPH or brackets > MOST_BRACKETS:
            message = f"paragraf ini terlalu panjang (batas {LONGEST_PARAGRAPH} huruf dan {MOST_BRACKETS} tanda [)."
            found.error(number, "B09", f"{message} Bagi dengan baris kosong.")
            return False
        if number > MOST_LINES or headings > MOST_HEADINGS:
            message = f"berkas ini terlalu panjang (batas {MOST_LINES} baris dan {MOST_HEADINGS} judul)."
            found.error(number, "B09", f"{message} Bagi menjadi beberapa berkas.")
            return False
    return True


def _closing_fence(lines: list[str], start: int) -> int | None:
    if lines[start] != "---":
        return None
    return next((index for index in range(start + 1, min(len(lines), FRONT_LIMIT)) if lines[index] == "---"), None)


def _missing_front(line: str) -> str:
    if line == "---":
        return "kepala berkas tidak ditutup. Tambahkan baris --- sesudah baris terakhirnya."
    return "kepala berkas tidak ada. Mulai berkas dengan baris ---, lalu id, judul, dan seterusnya, lalu --- lagi."


def _split(document: Document, lines: list[str], first_line: int, found: Findings) -> None:
    section, in_code = document.intro, False
    for number, line in enumerate(lines, first_line):
        if document.questions_line is not None:
            document.question_lines.append((number, line))
            continue
        if CODE_FENCE.match(line):
            in_code = not in_code
        elif not in_code and line == "## Soal":
            document.questions_line = number
            continue
        elif not in_code and (reasons := REASONS.match(line)):
            section = Section(reasons[1], number)
            document.reasons.append(section)
            continue
        elif not in_code and (page := PAGE.match(line)):
            section = Section(page[1], number)
            document.pages.append(section)
            continue
        elif not in_code and (title := TITLE.match(line)) and not document.title and not document.pages:
            document.title = title[1]
            line = ""  # noqa: PLW2901 - the title stands apart, but the lines keep their numbers
        if not in_code:
            _refuse_question_parts(line, number, found)
        section.lines.append(line)


def _refuse_question_parts(line: str, number: int, found: Findings) -> None:
    if QUESTION.match(line):
        found.error(number, "M03", 'soal ini berada sebelum "## Soal". Tulis baris "## Soal" di atas soal pertama.')
    elif OPTION.match(line):
        found.error(number, "M04", 'pilihan jawaban ini berada di luar soal. Pindahkan ke bawah "## Soal".')


REQUIRED = (
    "id", "judul", "versi", "indikator", "berlaku_mulai", "tinjau_sebelum", "rujukan", "penanggung_jawab",
)  # fmt: skip
MODULE_KEYS = frozenset({*REQUIRED, "urutan", "durasi_menit", "tahapan", "untuk", "ringkas", "tujuan"})
BANK_KEYS = frozenset(REQUIRED)
CARD_KEYS = frozenset({*REQUIRED, "urutan", "jenis", "ringkas"} - {"indikator"})
FEWEST_OBJECTIVES, MOST_OBJECTIVES = 3, 5
HISTORIC = "historis"
HISTORIC_NOTE = re.compile(rf"\s+\(?{HISTORIC}\)?$", re.IGNORECASE)
EVERY_STAGE = "semua"
LARGEST = 100_000
MAX_MINUTES = 600


@dataclass(frozen=True, slots=True)
class Reference:
    """A norm listed in the head; `historic`: it is named on purpose although it no longer holds."""

    norm: str
    historic: bool
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a file. `version` is the author's own; from `review_before` on the file may not be published."""

    id: str
    title: str
    version: int
    indicators: tuple[Indicator, ...]
    valid_from: date | None
    review_before: date | None
    references: tuple[Reference, ...]
    responsible: str
    order: int = 0
    minutes: int | None = None
    stages: tuple[Stage, ...] = ()
    audiences: tuple[Audience, ...] = ()
    summary: str = ""
    objectives: tuple[str, ...] = ()


def read_head(front: Mapping, found: Findings, *, today: date, is_module: bool) -> Head:
    """Return the head of a module or of a bank."""
    return read_known(Form(front, found, known=MODULE_KEYS if is_module else BANK_KEYS), today=today)


def read_known(form: Form, *, today: date, has_indicators: bool = True) -> Head:
    """Return the head that a form holds; keys that its files do not know are empty."""
    head = Head(
        id=form.slug("id"),
        title=form.text("judul", required=True),
        version=form.integer("versi", low=1, high=LARGEST, required=True) or 0,
        indicators=form.words("indikator", Indicator, required=has_indicators),
        valid_from=form.date("berlaku_mulai", required=True),
        review_before=form.date("tinjau_sebelum", required=True),
        references=tuple(_reference(text, line) for text, line in form.texts("rujukan", required=True)),
        responsible=form.text("penanggung_jawab", required=True),
        order=form.integer("urutan", low=0, high=LARGEST) or 0,
        minutes=form.integer("durasi_menit", low=1, high=MAX_MINUTES),
        stages=_stages(form),
        audiences=form.words("untuk", Audience),
        summary=form.text("ringkas"),
        objectives=_objectives(form),
    )
    if head.audiences:
        message = "untuk pada modul tidak membatasi siapa yang membacanya. Hapus, atau pakai pada soal di bank."
        form.found.warn(form.line("untuk"), "F11", message)
    _check_dates(head, form, today)
    return head


def _stages(form: Form) -> tuple[Stage, ...]:
    """Return the named stages, None for all of them."""
    every = [as_value(text) for text, _ in form.texts("tahapan")] == [EVERY_STAGE]
    return () if every else form.words("tahapan", Stage)


def _objectives(form: Form) -> tuple[str, ...]:
    """Return the objectives of a module, each a lower-case verb and what follows, without a full stop."""
    entry = form.mapping.get("tujuan")
    if entry is None:
        return ()
    nodes = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
    parts = [part for node in nodes if isinstance(node, Scalar) for part in node.text.split(";")]
    read = tuple(text for part in parts if (text := " ".join(part.split()).rstrip(".")))
    if not FEWEST_OBJECTIVES <= len(read) <= MOST_OBJECTIVES:
        message = f"tujuan memuat {len(read)} butir; harus {FEWEST_OBJECTIVES} sampai {MOST_OBJECTIVES}."
        form.found.error(entry.line, "F12", f"{message} Pisahkan dengan titik koma.")
    for text in read:
        if not text[0].islower():
            message = f'tujuan "{shown(text)}" harus diawali kata kerja berhuruf kecil, misalnya menjelaskan.'
            form.found.error(entry.line, "F13", message)
    return read


def _reference(text: str, line: int) -> Reference:
    """Read a reference; `UU-5-2014 (historis)` names, on purpose, a norm that was repealed.

    A law as people name it, `PP Nomor 94 Tahun 2021`, stays whole, so that its author is told which is meant.
    """
    named = HISTORIC_NOTE.sub("", text)
    norm, _, note = named.partition(" ")
    is_whole = note and "(" not in note and not any(map(str.isdigit, norm))
    return Reference(named if is_whole else norm, HISTORIC in text.lower(), line)


def _check_dates(head: Head, form: Form, today: date) -> None:
    if head.review_before and head.review_before <= today:
        message = (
            f"tinjau_sebelum {head.review_before} sudah lewat. Tinjau isinya, lalu tulis tanggal tinjau yang baru."
        )
        form.found.error(form.line("tinjau_sebelum"), "F09", message)
    if head.valid_from and head.review_before and head.valid_from >= head.review_before:
        message = f"berlaku_mulai harus sebelum tinjau_sebelum {head.review_before}. Perbaiki salah satu tanggal."
        form.found.error(form.line("berlaku_mulai"), "F08", message)
