"""The questions of a file: read as written, then built, or findings that name what they still need."""

import re
from collections.abc import Sequence
from typing import Any

from netral.content.documents import EVERY_STAGE
from netral.content.findings import Findings, meant, shown
from netral.content.kinds import Draft, ItemSource, OptionSource, QuestionSource, Text, Value, Writing, writing_of
from netral.content.markdown import render_block, render_inline
from netral.content.normalising import QUESTION_KEYS
from netral.content.yaml_forms import as_value, is_slug, split_list
from netral.quiz.kinds import KINDS
from netral.quiz.questions import Audience, Citation, Indicator, Level, Question, Stage

HEADING = re.compile(r"(#{1,6}) (.*)$")
BRACKETED = re.compile(r"\[([^\]]*)\]\s*(.*)$")
OPTION = re.compile(r"- \[( |x)\]\s*(.*)$")
ITEM = re.compile(r"(  )?- (.*)$")
QUOTE = re.compile(r" *> ?(.*)$")
LABELLED = re.compile(r"([\w-]+)\s*[:：]\s*(.*)$")
KEY = re.compile(r"([a-z_]+):\s*(.*)$")
EXPLANATION = "Penjelasan: "
FEED = "lini-masa"
NUMBER = r"(?:(?:no(?:mor)?\.? ?)?\d{1,3}[.)]|soal(?: no(?:mor)?\.?)? ?\d{1,3}\b[.):]?)"
TEACHERS = re.compile(rf"\s*(?:{NUMBER}\s*(?:\S|$)|[a-j][.)] \s*\S|(?:kunci|jawaban)\b.{{0,9}}:\s*\S)", re.IGNORECASE)
HEADING_NUMBER = re.compile(rf"{NUMBER} *", re.IGNORECASE)
REWRITE = (
    'Tulis ulang: "### [id-soal] kalimat soal", lalu baris "jenis: tunggal" dan "dasar: norma aturan", '
    'lalu pilihannya "- [ ] teks" dengan "- [x] teks" untuk jawaban yang benar.'
)
REFERENCE = re.compile(r"(\S+) +(\S+)$")


def read_questions(lines: list[tuple[int, str]], found: Findings) -> list[QuestionSource]:
    """Read questions from normalised lines. No line is ignored: one that belongs nowhere is a finding."""
    reader = _Reader(found)
    for number, line in lines:
        reader.take(number, line)
    return reader.questions


class _Reader:
    def __init__(self, found: Findings) -> None:
        self.found = found
        self.questions: list[QuestionSource] = []
        self.current: QuestionSource | None = None
        self.target: Text | None = None
        self.feedback: Text | None = None
        self.after_blank = False
        self.in_teachers = False

    def take(self, number: int, line: str) -> None:
        if not line.strip():
            self._blank()
        elif heading := HEADING.match(line):
            self._heading(number, heading)
        elif TEACHERS.match(line) and self._is_teachers(line):
            self._teachers_question(number, line)
        elif self.current is None and self.in_teachers and not self.after_blank:
            pass  # It goes on with the teachers' question, which was told as a whole.
        elif self.current is None:
            self.in_teachers = False
            message = "teks ini tidak akan tampil karena bukan bagian sebuah soal. Pindahkan ke halaman atau hapus."
            repair = 'Soal dimulai dengan "### [id-soal] kalimat soal".'
            self.found.error(number, "M05", f"{message} {repair}")
        else:
            self._inside(self.current, number, line)
            self.after_blank = False

    def _is_teachers(self, line: str) -> bool:
        """Return whether a line begins a question as teachers write it, not a step or a part of a text."""
        if self.current is None:
            return True
        is_loose = self.after_blank and self._has_items(self.current) and not self.current.explanation
        return is_loose and bool(HEADING_NUMBER.match(line)) and not self._row(self.current, line)

    def _teachers_question(self, number: int, line: str) -> None:
        """Tell once how to write such a question; its options and its answer belong to it."""
        if HEADING_NUMBER.match(line.strip()) or not self.in_teachers:
            self.found.error(number, "S01", f'soal "{shown(line.strip())}" belum dapat dibaca. {REWRITE}')
        self.current, self.in_teachers, self.after_blank = None, True, False

    def _blank(self) -> None:
        self.after_blank = True
        if self.current and self.current.explanation:
            self.current.explanation.append("")
        elif self.current and self.current.details and not self._has_items(self.current):
            self.current.details.append("")

    def _heading(self, number: int, heading: re.Match[str]) -> None:
        self.target = self.feedback = None
        self.after_blank = self.in_teachers = False
        bracketed = BRACKETED.match(heading[2])
        if bracketed and bracketed[1]:
            self.current = QuestionSource(bracketed[1], number, bracketed[2])
            self.questions.append(self.current)
            return
        self.current = None
        if len(heading[1]) <= len("##"):
            message = f'bagian "{shown(heading[2])}" berada sesudah "## Soal". Pindahkan ke atas "## Soal".'
            self.found.error(number, "M02", message)
        else:
            text = HEADING_NUMBER.sub("", heading[2], count=1)
            text = text if BRACKETED.match(text) else f"[id-soal] {text}"
            self.found.error(number, "S01", f"judul soal tidak dimulai dengan id. Tulis: ### {shown(text)}")
            self.current = QuestionSource("", number, heading[2])

    @staticmethod
    def _has_items(question: QuestionSource) -> bool:
        return bool(question.options or question.items or question.labelled)

    def _inside(self, question: QuestionSource, number: int, line: str) -> None:
        if option := OPTION.match(line):
            text, self.feedback = Text(number, [option[2]]), Text(number)
            question.options.append(OptionSource(number, option[1] == "x", text, self.feedback))
            self.target = text
        elif quote := QUOTE.match(line):
            self._quote(question, number, quote[1])
        elif not self._has_items(question) and not question.explanation and self._key(question, number, line):
            pass
        elif row := self._row(question, line):
            self._item(question, number, deeper=False, text=row[1], is_row=True)
        elif item := ITEM.match(line):
            self._item(question, number, deeper=bool(item[1]), text=item[2])
        else:
            self._prose(question, number, line)

    def _quote(self, question: QuestionSource, number: int, text: str) -> None:
        label = LABELLED.match(text)
        if text.startswith(EXPLANATION.strip()):
            question.explanation_line = question.explanation_line or number
            text = text[len(EXPLANATION) :]
            question.explanation.append(text[:1].upper() + text[1:])
            self.target = self.feedback = None
        elif label and label[1].lower() in self._writing(question).labels:
            self.target = self.feedback = Text(number, [label[2]])
            question.labelled[label[1].lower()] = self.feedback
        elif question.explanation:
            question.explanation.append(text)
        elif self.feedback is not None:
            self.feedback.line = self.feedback.line if self.feedback.parts else number
            self.feedback.parts.append(text)
            self.target = self.feedback
        else:
            self._details(question, number, f"> {text}")

    @staticmethod
    def _writing(question: QuestionSource) -> Writing:
        kind = as_value(question.key("jenis"))
        return writing_of(kind) if kind in KINDS else Writing()

    def _row(self, question: QuestionSource, line: str) -> re.Match[str] | None:
        pattern = self._writing(question).row
        return pattern.match(line) if pattern else None

    def _key(self, question: QuestionSource, number: int, line: str) -> bool:
        key = KEY.match(line)
        at_head = not question.details and not (self.after_blank and question.keys)
        if not key or not (key[1] in QUESTION_KEYS or at_head):
            return False
        if key[1] in question.keys:
            first = question.keys[key[1]].line
            self.found.error(number, "S04", f'baris "{key[1]}:" sudah ditulis di baris {first}. Hapus salah satu.')
        question.keys.setdefault(key[1], Value(key[2].strip(), number))
        return True

    def _item(self, question: QuestionSource, number: int, *, deeper: bool, text: str, is_row: bool = False) -> None:
        self.target, self.feedback = Text(number, [text]), Text(number)
        item = ItemSource(number, self.target, self.feedback, is_row=is_row)
        if deeper and question.items:
            question.items[-1].conditions.append(item)
        else:
            question.items.append(item)

    def _prose(self, question: QuestionSource, number: int, line: str) -> None:
        if question.explanation:
            question.explanation.append(line)
        elif self.target is not None and not self.after_blank:
            self.target.parts.append(line)
        elif self._has_items(question):
            message = (
                f'teks "{shown(line.strip())}" berada sesudah pilihan. '
                'Pindahkan ke atas pilihan, atau tulis "> Penjelasan: ...".'
            )
            self.found.error(number, "S12", message)
        else:
            self._details(question, number, line)

    def _details(self, question: QuestionSource, number: int, line: str) -> None:
        question.details_line = question.details_line or number
        question.details.append(line)


def build_question(draft: Draft, indicators: Sequence[Indicator]) -> Question | None:
    """Return a question, None if it has a mistake. Of `indicators`, those of the file, a single one is its own."""
    before = draft.found.errors
    if as_value(draft.source.key("jenis")) == FEED:
        message = "lini masa tidak dinilai, jadi bukan soal bank dan bukan latihan modul. Pindahkan ke folder linimasa."
        draft.error(draft.source.line_of("jenis"), "L01", message)
        return None
    kind = draft.word(KINDS, "jenis", required=True)
    _check_heading(draft)
    _check_keys(draft, kind)
    draft.about.update(_about(draft, indicators))
    question = writing_of(kind).build(draft) if kind else None
    return question if draft.found.errors == before else None


def _check_heading(draft: Draft) -> None:
    source = draft.source
    if source.id and not is_slug(source.id):
        message = f'id soal "{shown(source.id)}" tidak sah. Pakai huruf kecil, angka, dan tanda hubung: foto-01.'
        draft.error(source.line, "S05", message)
    if not source.stem:
        draft.error(source.line, "S06", "soal tidak punya kalimat. Tulis kalimatnya sesudah [id] pada baris yang sama.")


def _check_keys(draft: Draft, kind: str | None) -> None:
    source, known = draft.source, QUESTION_KEYS | (writing_of(kind).keys if kind else set())
    for name, value in source.keys.items():
        if name not in known:
            draft.error(value.line, "S03", f'baris "{shown(name)}:" tidak dikenal. {meant(name, known)}')
    if draft.in_bank and "halaman" in source.keys:
        message = 'baris "halaman:" hanya untuk latihan di dalam modul. Hapus baris ini.'
        draft.error(source.line_of("halaman"), "S03", message)
    if not draft.in_bank and "untuk" in source.keys:
        message = 'baris "untuk:" hanya berpengaruh pada soal ujian; latihan tampil bagi semua. Hapus baris ini.'
        draft.found.warn(source.line_of("untuk"), "S21", message)
    if as_value(source.key("acak")) not in {"", "ya", "tidak"}:
        draft.error(source.line_of("acak"), "F04", 'acak hanya berisi ya atau tidak. Tulis "acak: tidak" atau hapus.')
    if as_value(source.key("ubah")) not in {"", "ejaan"}:
        draft.error(source.line_of("ubah"), "F04", 'ubah hanya berisi ejaan. Tulis "ubah: ejaan" atau hapus.')


def _about(draft: Draft, indicators: Sequence[Indicator]) -> dict[str, Any]:
    source, cite = draft.source, draft.cite
    only = indicators[0] if len(indicators) == 1 else None
    group = source.key("kembar")
    if group and not is_slug(group):
        message = f'kembar "{shown(group)}" tidak sah. Pakai huruf kecil, angka, dan tanda hubung: like-bakal-calon.'
        draft.error(source.line_of("kembar"), "F07", message)
    return {
        "id": source.id,
        "stem": render_inline(source.stem, cite),
        "details": render_block(source.details_text, cite),
        "explanation": render_block(source.explanation_text, cite),
        "indicator": draft.word(Indicator, "indikator", required=only is None) or only,
        "rules": _rules(draft),
        "stages": _stages(draft),
        "twin_group": group or None,
        "level": draft.word(Level, "tingkat"),
        "audiences": draft.words(Audience, "untuk"),
        "shuffle": as_value(source.key("acak")) != "tidak",
    }


def rules_of(source: QuestionSource) -> tuple[Citation, ...]:
    """Return the rules under `dasar` that are written correctly."""
    matches = (REFERENCE.match(text) for text in split_list(source.key("dasar")))
    return tuple(dict.fromkeys(Citation(match[1], match[2]) for match in matches if match))


def _rules(draft: Draft) -> tuple[Citation, ...]:
    """Return the rules that are written correctly; the others are told where the norms are known."""
    source, line = draft.source, draft.source.line_of("dasar")
    if not source.key("dasar"):
        message = f'soal "{shown(source.id)}" perlu dasar. Contoh: dasar: SKB-2-2022 lamp.II-A4.'
        draft.error(line, "R04", message)
    return rules_of(source)


def _stages(draft: Draft) -> tuple[Stage, ...]:
    source = draft.source
    if draft.in_bank and not source.key("tahapan"):
        message = f'soal "{shown(source.id)}" perlu tahapan. Tulis "tahapan: semua" bila tahapan tidak menentukan.'
        draft.error(source.line, "S20", message)
    if as_value(source.key("tahapan")) == EVERY_STAGE:
        return ()
    return draft.words(Stage, "tahapan")
