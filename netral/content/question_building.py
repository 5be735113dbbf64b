"""From the source of a question to the question, or to findings that say what it still needs."""

import re
from collections.abc import Sequence
from typing import Any, assert_never

from netral.content.findings import Findings, meant, shown
from netral.content.forms import as_value, as_word, is_slug, split_list
from netral.content.markdown import Cite, render_block, render_inline
from netral.content.question_lines import KEYS
from netral.content.question_parts import build_options, build_situations, build_truths
from netral.content.question_source import QuestionSource
from netral.quiz.questions import (
    Audience,
    BttQuestion,
    Citation,
    Indicator,
    Kind,
    Level,
    MultipleChoice,
    Question,
    SingleChoice,
    Stage,
    TrueFalse,
    Verdict,
)

REFERENCE = re.compile(r"(\S+) +(\S+)$")
EVERY_STAGE = "semua"


def build_question(
    source: QuestionSource, found: Findings, *, cite: Cite, indicators: Sequence[Indicator], in_bank: bool
) -> Question | None:
    """`indicators` are those of the file: the question's own when there is one only. None when something is wrong."""
    before = len(found.items)
    _check_heading(source, found)
    _check_keys(source, found, in_bank=in_bank)
    kind = _word(source, found, Kind, "jenis", required=True)
    about = _about(source, found, cite, indicators, in_bank=in_bank)
    question = _of_kind(kind, source, found, cite, about, in_bank=in_bank) if kind else None
    return None if len(found.items) > before and _has_error(found, before) else question


def _has_error(found: Findings, before: int) -> bool:
    return any(item.severity == "galat" for item in found.items[before:])


def _check_heading(source: QuestionSource, found: Findings) -> None:
    if source.id and not is_slug(source.id):
        message = f'id soal "{shown(source.id)}" tidak sah. Pakai huruf kecil, angka, dan tanda hubung: foto-01.'
        found.error(source.line, "S05", message)
    if not source.stem:
        found.error(source.line, "S06", "soal tidak punya kalimat. Tulis kalimatnya sesudah [id] pada baris yang sama.")


def _check_keys(source: QuestionSource, found: Findings, *, in_bank: bool) -> None:
    for name, value in source.keys.items():
        if name not in KEYS:
            found.error(value.line, "S03", f'kunci "{shown(name)}" tidak dikenal. {meant(name, KEYS)}')
    if in_bank and "halaman" in source.keys:
        message = 'kunci "halaman" hanya untuk latihan di dalam modul. Hapus baris ini.'
        found.error(source.line_of("halaman"), "S03", message)
    if not in_bank and "untuk" in source.keys:
        message = 'kunci "untuk" hanya berpengaruh pada soal ujian; latihan tampil bagi semua. Hapus baris ini.'
        found.warn(source.line_of("untuk"), "S21", message)
    if as_value(source.key("acak")) not in {"", "ya", "tidak"}:
        found.error(source.line_of("acak"), "F04", 'acak hanya berisi ya atau tidak. Tulis "acak: tidak" atau hapus.')
    if as_value(source.key("ubah")) not in {"", "ejaan"}:
        found.error(source.line_of("ubah"), "F04", 'ubah hanya berisi ejaan. Tulis "ubah: ejaan" atau hapus.')


def _word(source: QuestionSource, found: Findings, words: Any, key: str, *, required: bool = False) -> Any:
    if text := source.key(key):
        return as_word(text, words, key, source.line_of(key), found)
    if required:
        known = ", ".join(word.value for word in words)
        found.error(source.line_of(key), "S20", f'soal "{shown(source.id)}" perlu baris "{key}: ...": {known}.')
    return None


def _words(source: QuestionSource, found: Findings, words: Any, key: str) -> tuple[Any, ...]:
    line = source.line_of(key)
    read = (as_word(text, words, key, line, found) for text in split_list(source.key(key)))
    return tuple(dict.fromkeys(word for word in read if word is not None))


def _about(
    source: QuestionSource, found: Findings, cite: Cite, indicators: Sequence[Indicator], *, in_bank: bool
) -> dict[str, Any]:
    only = indicators[0] if len(indicators) == 1 else None
    indicator = _word(source, found, Indicator, "indikator", required=only is None) or only
    group = source.key("kembar")
    if group and not is_slug(group):
        message = f'kembar "{shown(group)}" tidak sah. Pakai huruf kecil, angka, dan tanda hubung: like-bakal-calon.'
        found.error(source.line_of("kembar"), "F07", message)
    return {
        "id": source.id,
        "stem": render_inline(source.stem, cite),
        "details": render_block(source.details_text, cite),
        "explanation": render_block(source.explanation_text, cite),
        "indicator": indicator,
        "rules": _rules(source, found),
        "stages": _stages(source, found, in_bank=in_bank),
        "twin_group": group or None,
        "level": _word(source, found, Level, "tingkat"),
        "audiences": _words(source, found, Audience, "untuk"),
        "shuffle": as_value(source.key("acak")) != "tidak",
    }


def rules_of(source: QuestionSource) -> tuple[Citation, ...]:
    """The rules under `dasar` that are written as they should be."""
    matches = (REFERENCE.match(text) for text in split_list(source.key("dasar")))
    return tuple(dict.fromkeys(Citation(match[1], match[2]) for match in matches if match))


def _rules(source: QuestionSource, found: Findings) -> tuple[Citation, ...]:
    line = source.line_of("dasar")
    for text in split_list(source.key("dasar")):
        if not REFERENCE.match(text):
            message = f'dasar "{shown(text)}" harus norma, spasi, lalu aturan. Contoh: dasar: SKB-2-2022 lamp.II-A4.'
            found.error(line, "R04", message)
    if not source.key("dasar"):
        message = f'soal "{shown(source.id)}" perlu dasar. Contoh: dasar: SKB-2-2022 lamp.II-A4.'
        found.error(line, "R04", message)
    return rules_of(source)


def _stages(source: QuestionSource, found: Findings, *, in_bank: bool) -> tuple[Stage, ...]:
    if in_bank and not source.key("tahapan"):
        message = f'soal "{shown(source.id)}" perlu tahapan. Tulis "tahapan: semua" bila tahapan tidak menentukan.'
        found.error(source.line, "S20", message)
    if as_value(source.key("tahapan")) == EVERY_STAGE:
        return ()
    return _words(source, found, Stage, "tahapan")


def _of_kind(
    kind: Kind, source: QuestionSource, found: Findings, cite: Cite, about: dict[str, Any], *, in_bank: bool
) -> Question | None:
    if kind is Kind.BTT:
        if "putusan" in source.keys:
            message = 'soal btt memuat putusan pada tiap situasi. Hapus baris "putusan".'
            found.error(source.line_of("putusan"), "S03", message)
        situations = build_situations(source, found, cite)
        return BttQuestion(**about, situations=situations) if situations and about["indicator"] else None
    about["verdict"] = _word(source, found, Verdict, "putusan", required=in_bank)
    if kind is not Kind.TRUE_FALSE and "jawaban" in source.keys:
        message = 'kunci "jawaban" hanya untuk jenis benar-salah. Tandai pilihan yang benar dengan [x].'
        found.error(source.line_of("jawaban"), "S03", message)
    options = build_truths(source, found, cite) if kind is Kind.TRUE_FALSE else build_options(source, found, cite, kind)
    if not options or about["indicator"] is None:
        return None
    match kind:
        case Kind.SINGLE:
            return SingleChoice(**about, options=options)
        case Kind.MULTIPLE:
            return MultipleChoice(**about, options=options)
        case Kind.TRUE_FALSE:
            return TrueFalse(**about, options=options)
        case _:
            assert_never(kind)
