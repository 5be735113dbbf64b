"""Writing lists of options; each option is checked for its key and its feedback."""

import re

from netral.content.findings import shown
from netral.content.kinds import Draft, OptionSource
from netral.content.yaml_forms import as_value
from netral.quiz.options import Option

LETTERS = "abcdefghij"
LETTERED = re.compile(r"\s*[A-Ja-j][.)]\s*\S")
FEWEST = 2
ALL_OF_THEM = re.compile(
    r"(?:semua|semuanya|seluruh|seluruhnya|keduanya|tidak ada|tidak ada satu pun)"
    r"(?: (?:jawaban|pilihan|pernyataan|yang|tersebut|di ?atas))* (?:benar|salah|tepat|di ?atas)"
    r"|(?:jawaban |pilihan )?[a-j](?:(?:,| dan| serta) [a-j])+(?: benar| salah| tepat)?",
    re.IGNORECASE,
)


def build_options(draft: Draft, *, fewest: int = FEWEST, most: int = len(LETTERS)) -> tuple[Option, ...]:
    source = draft.source
    _refuse_other_forms(draft)
    if not fewest <= len(source.options) <= most:
        message = f"{draft.name} punya {len(source.options)} pilihan; harus {fewest} sampai {most}."
        draft.error(source.line, "S13", message + ' Tulis pilihan sebagai "- [ ] teks".')
    _check_texts(draft)
    return tuple(
        Option(id=letter, text=draft.inline(option.text), feedback=draft.inline(option.feedback), correct=option.marked)
        for letter, option in zip(LETTERS, source.options, strict=False)
    )


def refuse_lists(draft: Draft, message: str) -> None:
    """Refuse list lines, with a box or without, where the kind is written in rows."""
    lines = [option.line for option in draft.source.options]
    for item in draft.source.items:
        lines += [each.line for each in (item, *item.conditions) if not each.is_row]
    for line in lines:
        draft.error(line, "S17", message)


def count_keys(draft: Draft) -> int:
    return sum(option.marked for option in draft.source.options)


def need_one_key(draft: Draft) -> None:
    """Refuse a question of which not exactly one option is marked."""
    if keys := count_keys(draft):
        problem, repair = f"punya {keys} jawaban yang ditandai x", 'Sisakan satu, dan kosongkan yang lain: "- [ ] ".'
    else:
        problem, repair = "belum punya jawaban yang ditandai x", 'Tandai jawaban yang benar: "- [x] ".'
    if keys != 1:
        message = f"{draft.name} ({draft.source.key('jenis')}) {problem}; harus tepat 1. {repair}"
        draft.error(draft.source.line, "S07", message)


def _refuse_other_forms(draft: Draft) -> None:
    if "jawaban" in draft.source.keys:
        message = 'baris "jawaban:" hanya untuk jenis benar-salah. Tandai pilihan yang benar dengan [x].'
        draft.error(draft.source.line_of("jawaban"), "S03", message)
    for number, line in enumerate(draft.source.details, draft.source.details_line):
        if LETTERED.match(line):
            message = f'pilihan "{shown(line.strip())}" tidak punya kotak. Tulis "- [ ] teks", atau "- [x] teks"'
            draft.error(number, "S11", f"{message} untuk jawaban yang benar.")
    for item in draft.source.items:
        message = f'baris "{shown(str(item.text))}" tidak punya kotak. Tulis "- [ ] teks", atau "- [x] teks"'
        draft.error(item.line, "S11", f"{message} untuk jawaban yang benar.")


def _check_texts(draft: Draft) -> None:
    first: dict[str, int] = {}
    for option in draft.source.options:
        text = " ".join(str(option.text).lower().split())
        if not text:
            draft.error(option.line, "S14", "pilihan ini kosong. Tulis teksnya sesudah kotak.")
        elif text in first:
            draft.error(option.line, "S15", f"pilihan ini sama dengan baris {first[text]}. Ubah atau hapus salah satu.")
        first.setdefault(text, option.line)
        draft.need_feedback(option.feedback, option.line)
        _check_all_of_them(draft, option)


def _check_all_of_them(draft: Draft, option: OptionSource) -> None:
    if as_value(draft.source.key("acak")) != "tidak" and ALL_OF_THEM.fullmatch(str(option.text).rstrip(".")):
        message = f'pilihan "{shown(str(option.text))}" menunjuk pilihan lain, padahal urutannya diacak.'
        draft.error(option.line, "S16", f'{message} Tambahkan "acak: tidak" atau ganti pilihannya.')
