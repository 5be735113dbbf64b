"""A bank file drafted from questions of another system; what only its author knows is left to be filled in."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from netral.content.exchange.portable import Portable
from netral.content.yaml_forms import MAX_SLUG

HEAD = """\
---
id: bank-impor
judul: Soal dari sistem lain
versi: 1
indikator:
berlaku_mulai: {today}
tinjau_sebelum:
rujukan:
penanggung_jawab:
---

## Soal
"""
NOT_SLUG = re.compile(r"[^a-z0-9]+")

# The beginnings of a text that would make of it a heading, a list, a table, a key or an explanation.
GUARDS = (
    (re.compile(r"^([#+|-])"), r"\\\1"),
    (re.compile(r"^>"), "&#62;"),  # the check reads an escaped sign as a quote, too
    (re.compile(r"^(\d+)([.)])"), r"\1\\\2"),
    (re.compile(r"^([A-Za-z_]+)\s*:"), r"\1\\:"),
)


def write_draft(questions: Iterable[Portable], today: date) -> str:
    """Return a bank file; the check names the line of everything that is still to be written."""
    lines = [HEAD.format(today=today.isoformat())]
    names: set[str] = set()
    for each in questions:
        name = _unused(NOT_SLUG.sub("-", each.id.lower()).strip("-")[: MAX_SLUG - 4].strip("-") or "impor", names)
        lines += [*_question(each, name), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _unused(name: str, names: set[str]) -> str:
    free = next(each for each in (name, *(f"{name}-{n}" for n in range(2, len(names) + 3))) if each not in names)
    names.add(free)
    return free


def _question(each: Portable, name: str) -> Iterator[str]:
    stem, *details = filter(None, map(_line, each.stem.split("\n\n"))) if each.stem.strip() else [""]
    yield from (f"### [{name}] {stem}".rstrip(), "")
    kind = "benar-salah" if each.truth else "jodoh" if each.pairs else "jamak" if each.many else "tunggal"
    yield from (f"jenis: {kind}", "indikator:", "dasar:", "tahapan:", "putusan:")
    if each.truth:
        yield f"jawaban: {'benar' if each.options[0].correct else 'salah'}"
    yield ""
    for paragraph in details:
        yield from (_guarded(paragraph), "")
    if each.truth:
        yield f"> benar: {_line(each.options[0].feedback)}".rstrip()
        yield f"> salah: {_line(each.options[1].feedback)}".rstrip()
    for option in () if each.truth else each.options:
        yield f"- [{'x' if option.correct else ' '}] {_line(option.text)}"
        if option.feedback:
            yield f"  > {_guarded(_line(option.feedback))}"
    if each.pairs:
        yield from ("| Pernyataan | Pasangannya |", "|---|---|")
    for left, right in each.pairs:
        yield f"| {_cell(left)} | {_cell(right)} |"
    if each.explanation.strip():
        yield from ("", f"> Penjelasan: {_line(each.explanation)}")


def _line(text: str) -> str:
    return " ".join(text.split())


def _guarded(text: str) -> str:
    for pattern, escaped in GUARDS:
        text = pattern.sub(escaped, text)
    return text


def _cell(text: str) -> str:
    return _line(text).replace("|", r"\|")
