"""A table of two columns, what is to be matched and what suits it; an empty left cell makes an answer of no row."""

import re

from netral.content.findings import shown
from netral.content.kinds import Draft, ItemSource, QuestionSource, Writing
from netral.content.options import LETTERS, refuse_lists
from netral.quiz.kinds.jodoh import Matching, Row, Suggested
from netral.quiz.questions import Json

FEWEST, MOST = 3, 6
COLUMNS = 2
CELL_END = re.compile(r"(?<!\\)\|")
RULE = re.compile(r"[\s|:\-–—]*[\-–—][\s|:\-–—]*$")
Cells = tuple[str, str]


class _Matching(Writing):
    row = re.compile(r"\s*\|(.*)$")
    row_mark = "| "

    def build(self, draft: Draft) -> Matching:
        source = draft.source
        refuse_lists(draft, 'soal jodoh memakai tabel. Hapus baris ini, dan tulis "| peristiwa | jawaban |".')
        draft.need_explanation()
        for item in source.items:
            if item.is_row and _cells(item) is None:
                message = f'baris tabel "{shown(str(item.text))}" harus punya dua kolom. Tulis "| kiri | kanan |".'
                draft.error(item.line, "S26", message)
        heads, *lines = _table(source) or [("", "")]
        if not all(heads) or not _has_rule(source):
            message = f'{draft.name} (jodoh) belum punya tabel. Mulai dengan "| Peristiwa | Jawaban |" dan "|---|---|".'
            draft.error(source.line, "S26", message)
        texts = {right.lower(): draft.inline(right) for _, right in sorted(lines, key=lambda cells: cells[1].lower())}
        answers = tuple(Suggested(letter, text) for letter, text in zip(LETTERS, texts.values(), strict=False))
        ids = dict(zip(texts, LETTERS, strict=False))
        rows = tuple(Row(draft.inline(left), ids.get(right.lower(), "")) for left, right in lines if left)
        _check(draft, lines, len(texts))
        left, right = map(draft.inline, heads)
        return Matching(**draft.about, verdict=draft.verdict(), heads=(left, right), rows=rows, answers=answers)

    def key_data(self, source: QuestionSource) -> Json:
        return {"situations": [], "rows": [list(cells) for cells in _table(source)]}


def _cells(item: ItemSource) -> Cells | None:
    parts = [part.strip().replace("\\|", "|") for part in CELL_END.split(str(item.text).rstrip().removesuffix("|"))]
    return (parts[0], parts[1]) if len(parts) == COLUMNS else None


def _table(source: QuestionSource) -> list[Cells]:
    """Return the cells of the heads and of each row, without the rule below the heads."""
    items = source.items[:1] + source.items[2:] if _has_rule(source) else source.items
    return [cells for item in items if (cells := _cells(item))]


def _has_rule(source: QuestionSource) -> bool:
    return len(source.items) > 1 and bool(RULE.match(str(source.items[1].text)))


def _check(draft: Draft, lines: list[Cells], answers: int) -> None:
    line = draft.source.items[0].line if draft.source.items else draft.source.line
    rows = [left.lower() for left, _ in lines if left]
    if not FEWEST <= len(rows) <= MOST:
        draft.error(line, "S13", f"{draft.name} punya {len(rows)} baris; harus {FEWEST} sampai {MOST}.")
    if not len(rows) < answers <= len(LETTERS):
        message = f"{draft.name} punya {answers} jawaban untuk {len(rows)} baris; harus lebih banyak daripada barisnya"
        draft.error(line, "S13", f'{message}, paling banyak {len(LETTERS)}. Tambahkan baris "| | jawaban lain |".')
    if len(set(rows)) < len(rows):
        draft.error(line, "S15", "dua baris kiri tabel ini sama. Ubah atau hapus salah satu.")
    if any(not right for _, right in lines):
        draft.error(line, "S14", "ada baris tabel tanpa jawaban di kolom kanan. Tulis jawabannya.")


WRITING = _Matching()
