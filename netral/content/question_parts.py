"""Options, situations and conditions, each checked for its key and its feedback."""

import re

from netral.content.findings import Findings, shown
from netral.content.forms import as_value
from netral.content.markdown import Cite, render_inline
from netral.content.question_source import ItemSource, OptionSource, QuestionSource, Text
from netral.quiz.questions import Condition, Kind, Option, Situation, Verdict

LETTERS = "abcdefghij"
FEWEST = 2
ALL_OF_THEM = re.compile(
    r"(?:semua|semuanya|seluruh|seluruhnya|keduanya|tidak ada|tidak ada satu pun)"
    r"(?: (?:jawaban|pilihan|pernyataan|yang|tersebut|di ?atas))* (?:benar|salah|tepat|di ?atas)"
    r"|(?:jawaban |pilihan )?[a-j](?:(?:,| dan| serta) [a-j])+(?: benar| salah| tepat)?",
    re.IGNORECASE,
)


def build_options(source: QuestionSource, found: Findings, cite: Cite, kind: Kind) -> tuple[Option, ...]:
    _refuse_items(source, found)
    if not FEWEST <= len(source.options) <= len(LETTERS):
        message = (
            f'soal "{shown(source.id)}" punya {len(source.options)} pilihan; harus {FEWEST} sampai {len(LETTERS)}.'
        )
        found.error(source.line, "S13", message + ' Tulis pilihan sebagai "- [ ] teks".')
    _check_key_count(source, found, kind)
    _check_option_texts(source, found)
    return tuple(
        Option(
            id=letter,
            text=render_inline(str(option.text), cite),
            feedback=render_inline(str(option.feedback), cite),
            correct=option.marked,
        )
        for letter, option in zip(LETTERS, source.options, strict=False)
    )


def _refuse_items(source: QuestionSource, found: Findings) -> None:
    for item in source.items:
        message = (
            f'baris "{shown(str(item.text))}" tidak punya kotak. Tulis "- [ ] teks", atau "- [x] teks" untuk kunci.'
        )
        found.error(item.line, "S11", message)


def _check_key_count(source: QuestionSource, found: Findings, kind: Kind) -> None:
    keys = sum(option.marked for option in source.options)
    name = f'soal "{shown(source.id)}" ({kind.value})'
    if kind is Kind.SINGLE and keys != 1:
        message = f'{name} punya {keys} kunci; harus tepat 1. Beri tanda x pada kunci: "- [x] ".'
        found.error(source.line, "S07", message)
    elif kind is Kind.MULTIPLE and not keys:
        message = f'{name} belum punya kunci. Beri tanda x pada setiap kunci: "- [x] ".'
        found.error(source.line, "S07", message)


def _check_option_texts(source: QuestionSource, found: Findings) -> None:
    first: dict[str, int] = {}
    for option in source.options:
        text = " ".join(str(option.text).lower().split())
        if not text:
            found.error(option.line, "S14", "pilihan ini kosong. Tulis teksnya sesudah kotak.")
        elif text in first:
            found.error(option.line, "S15", f"pilihan ini sama dengan baris {first[text]}. Ubah atau hapus salah satu.")
        first.setdefault(text, option.line)
        _need_feedback(option.feedback, option.line, found)
        _check_all_of_them(source, option, found)


def _need_feedback(feedback: Text, line: int, found: Findings) -> None:
    if not str(feedback):
        found.error(line, "S08", 'umpan balik belum ada. Tambahkan di bawahnya: "  > alasan".')


def _check_all_of_them(source: QuestionSource, option: OptionSource, found: Findings) -> None:
    if as_value(source.key("acak")) != "tidak" and ALL_OF_THEM.fullmatch(str(option.text).rstrip(".")):
        message = f'pilihan "{shown(str(option.text))}" menunjuk pilihan lain, padahal urutannya diacak.'
        found.error(option.line, "S16", f'{message} Tambahkan "acak: tidak" atau ganti pilihannya.')


def build_truths(source: QuestionSource, found: Findings, cite: Cite) -> tuple[Option, ...]:
    for line in sorted(part.line for parts in (source.options, source.items) for part in parts):
        message = 'soal benar-salah tidak memakai daftar pilihan. Hapus baris ini, pakai "jawaban: benar" atau "salah".'
        found.error(line, "S17", message)
    answer = as_value(source.key("jawaban"))
    if answer not in {"benar", "salah"}:
        message = f'soal "{shown(source.id)}" (benar-salah) perlu baris "jawaban: benar" atau "jawaban: salah".'
        found.error(source.line_of("jawaban"), "S07", message)
    for name in ("benar", "salah"):
        if not str(source.truths.get(name, "")):
            message = f'umpan balik untuk jawaban {name} belum ada. Tambahkan baris "> {name}: alasan".'
            found.error(source.line, "S08", message)
    return tuple(
        Option(
            id=name,
            text=name.capitalize(),
            feedback=render_inline(str(source.truths.get(name, "")), cite),
            correct=answer == name,
        )
        for name in ("benar", "salah")
    )


def build_situations(source: QuestionSource, found: Findings, cite: Cite) -> tuple[Situation, ...]:
    """Conditions are numbered s1, s2 ... over the whole question; the same words get the same number."""
    for option in source.options:
        found.error(
            option.line, "S17", 'soal btt tidak memakai kotak. Tulis "- situasi => BOLEH", TIDAK, atau TERGANTUNG.'
        )
    if not source.items:
        message = f'soal "{shown(source.id)}" (btt) belum punya situasi. Tulis "- situasi => BOLEH".'
        found.error(source.line, "S13", message)
    ids: dict[str, str] = {}
    return tuple(_situation(item, ids, found, cite) for item in source.items)


def _situation(item: ItemSource, ids: dict[str, str], found: Findings, cite: Cite) -> Situation:
    if not item.verdict:
        message = (
            f'situasi "{shown(str(item.text))}" belum punya putusan. Akhiri dengan => BOLEH, TIDAK, atau TERGANTUNG.'
        )
        found.error(item.line, "S09", message)
    _need_feedback(_feedback_of(item), item.line, found)
    _check_conditions(item, found)
    return Situation(
        text=render_inline(item.wording, cite),
        verdict=Verdict(item.verdict.lower()) if item.verdict else Verdict.TIDAK,
        feedback=render_inline(str(_feedback_of(item)), cite),
        conditions=tuple(_condition(condition, ids, cite) for condition in item.conditions),
    )


def _feedback_of(item: ItemSource) -> Text:
    """A reason written below the conditions belongs to the situation as well."""
    parts = [part for text in (item.feedback, *(each.feedback for each in item.conditions)) for part in text.parts]
    return Text(item.feedback.line, parts)


def _condition(item: ItemSource, ids: dict[str, str], cite: Cite) -> Condition:
    text = render_inline(item.wording, cite)
    number = ids.setdefault(text.lower(), f"s{len(ids) + 1}")
    return Condition(id=number, text=text, allowed=item.verdict == "BOLEH")


def _check_conditions(item: ItemSource, found: Findings) -> None:
    verdicts = {condition.verdict for condition in item.conditions}
    if item.verdict == "TERGANTUNG" and not {"BOLEH", "TIDAK"} <= verdicts:
        message = 'TERGANTUNG wajib punya minimal dua baris "  - jika ... => BOLEH" dan "  - jika ... => TIDAK".'
        found.error(item.line, "S10", message)
    if item.verdict != "TERGANTUNG" and item.conditions:
        message = (
            'syarat hanya untuk situasi TERGANTUNG. Hapus syarat ini, atau ubah putusannya menjadi "=> TERGANTUNG".'
        )
        found.error(item.conditions[0].line, "S10", message)
    for condition in item.conditions:
        if condition.verdict not in {"BOLEH", "TIDAK"}:
            message = f'syarat "{shown(str(condition.text))}" harus berakhir dengan => BOLEH atau => TIDAK.'
            found.error(condition.line, "S10", message)
    wordings = [condition.wording.lower() for condition in item.conditions]
    if len(set(wordings)) < len(wordings):
        found.error(item.line, "S15", "dua syarat situasi ini sama. Ubah atau hapus salah satu.")
