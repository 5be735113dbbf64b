"""The canonical form of a content file: one order of keys, one sign for each part, one empty line between parts."""

import re
from collections.abc import Iterable, Iterator

from netral.content.documents import CODE_FENCE
from netral.content.feeds import FEED_KEYS, POST_KEYS
from netral.content.findings import Findings
from netral.content.kinds import ItemSource, OptionSource, QuestionSource, Text, writing_of
from netral.content.kinds.jodoh import RULE
from netral.content.normalising import normalise
from netral.content.questions import read_questions
from netral.content.yaml_forms import as_value, split_list
from netral.quiz.kinds import KINDS

FRONT_ORDER = (
    "id", "judul", "versi", "jenis", "indikator", "urutan", "durasi_menit", "tahapan", "untuk", "tujuan",
    "berlaku_mulai", "tinjau_sebelum", "rujukan", "penanggung_jawab", "ringkas",
)  # fmt: skip
KEY_ORDER = (
    "jenis", "indikator", "dasar", "halaman", "tahapan", "putusan", "alasan", "jawaban", "tingkat", "kembar", "untuk",
    "acak", "pengecoh", "ubah",
)  # fmt: skip
ONE_WORD = frozenset({"jenis", "putusan", "jawaban", "tingkat", "acak", "ubah"})
SEVERAL_WORDS = frozenset({"indikator", "tahapan"})
FRONT_KEY = re.compile(r"([a-z_]+):(?: |$)")
PART = re.compile(r"#{1,2} \S")
FEED_LINE = re.compile(rf"({'|'.join(sorted(FEED_KEYS | POST_KEYS))})\s*[:：]\s*(.*)$", re.IGNORECASE)
TABLE_ROW, TABLE_RULE = "| ", "|---|---|"
SOAL = "## Soal"


def format_text(text: str, *, has_questions: bool) -> str:
    """Return the canonical form of a file that was read without a finding that forbids its use.

    Lines that no part of a file holds would be lost, so nothing else may be given. `has_questions`: what follows
    `## Soal` are questions, not feeds.
    """
    lines = normalise(text).strip("\n").split("\n")
    end = lines.index("---", 1) + 1
    body, asked = _split(lines[end:])
    parts = [*_front(lines[1 : end - 1]), "", *_spaced(body)]
    if asked is not None:
        parts += ["", SOAL, "", *(_questions(asked) if has_questions else _spaced(_feeds(asked)))]
    return "\n".join(_without_runs(parts)).strip("\n") + "\n"


def _split(lines: list[str]) -> tuple[list[str], list[str] | None]:
    in_code = False
    for place, line in enumerate(lines):
        in_code ^= bool(CODE_FENCE.match(line))
        if line == SOAL and not in_code:
            return lines[:place], lines[place + 1 :]
    return lines, None


def _front(lines: list[str]) -> Iterator[str]:
    """Yield the head with its keys in order; a head with a remark or a line of another form keeps its own."""
    groups: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        if key := FRONT_KEY.match(line):
            name = key[1]
            groups.setdefault(name, [])
        if not name or line.startswith("#"):
            groups = {"": lines}
            break
        if line:
            groups[name].append(line)
    yield "---"
    for name in sorted(groups, key=lambda each: _place(each, FRONT_ORDER)):
        yield from groups[name]
    yield "---"


def _place(name: str, order: tuple[str, ...]) -> int:
    return order.index(name) if name in order else len(order)


def _spaced(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines with an empty one around the headings that begin a part."""
    in_code = False
    for line in lines:
        in_code ^= bool(CODE_FENCE.match(line))
        yield from ("", line, "") if PART.match(line) and not in_code else (line,)


def _feeds(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of feeds. Keys stand directly below a heading; what follows them are the words of somebody."""
    at_keys = False
    for line in lines:
        key = FEED_LINE.match(line)
        at_keys = line.startswith("#") or (at_keys and (not line or bool(key)))
        yield f"{key[1].lower()}: {key[2]}".rstrip() if key and at_keys else line


def _without_runs(lines: Iterable[str]) -> Iterator[str]:
    in_code, before = False, ""
    for line in lines:
        in_code ^= bool(CODE_FENCE.match(line))
        if line or before or in_code:
            yield line
        before = line


def _questions(lines: list[str]) -> Iterator[str]:
    for source in read_questions(list(enumerate(lines, 1)), Findings("")):
        yield from ("", *_question(source))


def _question(source: QuestionSource) -> Iterator[str]:
    yield from (f"### [{source.id}] {source.stem}", "")
    for name in sorted(source.keys, key=lambda each: _place(each, KEY_ORDER)):
        yield f"{name}: {_value(name, source.key(name))}".rstrip()
    yield from ("", *source.details_text.split("\n"), "")
    for label, text in source.labelled.items():
        yield f"> {label}: {text}"
    yield ""
    for option in source.options:
        yield from _option(option)
    writing = writing_of(as_value(source.key("jenis"))) if as_value(source.key("jenis")) in KINDS else None
    for number, item in enumerate(source.items, 1):
        mark = writing.row_mark.format(number=number) if writing and item.is_row else "- "
        is_rule = (number, mark) == (2, TABLE_ROW) and RULE.match(str(item.text))
        yield from (TABLE_RULE,) if is_rule else _item(item, mark)
    if source.explanation_text:
        first, *rest = source.explanation_text.split("\n")
        yield from ("", f"> Penjelasan: {first}", *(f"> {line}".rstrip() for line in rest))


def _value(name: str, text: str) -> str:
    if name in ONE_WORD:
        return as_value(text)
    if name in SEVERAL_WORDS:
        return ", ".join(as_value(part) for part in split_list(text))
    if name == "dasar":
        return ", ".join(" ".join(part.split()) for part in split_list(text))
    return text


def _option(option: OptionSource) -> Iterator[str]:
    yield f"- [{'x' if option.marked else ' '}] {option.text}"
    yield from _feedback(option.feedback)


def _item(item: ItemSource, mark: str) -> Iterator[str]:
    yield f"{mark}{item.text}"
    yield from _feedback(item.feedback)
    for condition in item.conditions:
        yield from _item(condition, "  - ")


def _feedback(text: Text) -> Iterator[str]:
    if str(text):
        yield f"  > {text}"
