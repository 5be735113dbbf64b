"""GIFT, the plain text form in which Moodle and others exchange questions: written, and read."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from netral.content.exchange.portable import Portable, PortableOption, as_markdown, is_html, plain

SIGNS = re.compile(r"([\\~=#{}:])")
ESCAPED = re.compile(r"\\([\\~=#{}:n])")
TITLE = re.compile(r"::((?:\\.|[^\\])*?)::", re.DOTALL)
FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
BODY = re.compile(r"((?:\\.|[^\\{}])*)\{((?:\\.|[^\\{}])*)\}(.*)", re.DOTALL)
ANSWER = re.compile(r"([=~])((?:\\.|[^\\=~])*)", re.DOTALL)
WEIGHT = re.compile(r"%(-?\d+(?:\.\d+)?)%")
TRUTH = re.compile(r"(TRUE|FALSE|T|F)\s*(?=#|$)", re.IGNORECASE)
ARROW = "->"


def write_gift(questions: Iterable[Portable], category: str) -> str:
    parts = [f"$CATEGORY: {category}", *map(_written, questions)]
    return "\n\n".join(parts) + "\n"


def _written(each: Portable) -> str:
    tags = " ".join(f"[tag:{tag}]" for tag in each.tags)
    lines = [f"// [id:{each.id}] {tags}".rstrip(), f"::{each.id}::{_text(each.stem)}{{", *_answers(each)]
    if each.explanation:
        lines.append(f"####{_text(each.explanation)}")
    return "\n".join([*lines, "}"])


def _answers(each: Portable) -> Iterator[str]:
    if each.truth:
        right, wrong = sorted(each.options, key=lambda option: not option.correct)
        said = "TRUE" if right is each.options[0] else "FALSE"
        yield f"{said}#{_text(wrong.feedback)}#{_text(right.feedback)}"
    for left, right_text in each.pairs:
        yield f"={_text(left)} {ARROW} {_escaped(plain(right_text))}"
    if not each.truth:
        for option in each.options:
            mark = f"~%{100 * option.weight:.5g}%" if each.many else "=" if option.correct else "~"
            feedback = f"#{_text(option.feedback)}" if option.feedback else ""
            yield f"{mark}{_text(option.text)}{feedback}"


def _text(html: str) -> str:
    return f"[html]{_escaped(html)}" if is_html(html) else _escaped(plain(html))


def _escaped(text: str) -> str:
    return SIGNS.sub(r"\\\1", text).replace("\n", r"\n")


@dataclass(frozen=True, slots=True)
class Read:
    """The questions of a file, their texts in Markdown; `left`: lines of those that have no kind here, and why."""

    questions: tuple[Portable, ...]
    left: tuple[tuple[int, str], ...]


def read_gift(text: str) -> Read:
    """Read what can be read. Questions end at an empty line, as in Moodle."""
    questions: list[Portable] = []
    left: list[tuple[int, str]] = []
    for line, block in _blocks(text.replace("\r\n", "\n").removeprefix("\ufeff")):
        read = _read(block, f"impor-{len(questions) + 1:02}")
        if isinstance(read, Portable):
            questions.append(read)
        else:
            left.append((line, read))
    return Read(tuple(questions), tuple(left))


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    lines: list[str] = []
    first = 1
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip():
            if not line.lstrip().startswith(("//", "$CATEGORY")):
                first = first if lines else number
                lines.append(line)
        elif lines:
            yield first, "\n".join(lines)
            lines = []


def _read(block: str, spare: str) -> Portable | str:
    """Return a question, or why it is none of ours."""
    title = TITLE.match(block.strip())
    body = BODY.match(block.strip()[title.end() if title else 0 :])
    if body is None:
        return "tidak punya jawaban di antara { dan }"
    if body[3].strip():
        return "isian di tengah kalimat tidak punya jenis yang sama"
    answers, _, explanation = _halves(body[2].strip(), "####")
    name = _unescaped(title[1]).strip() if title else spare
    stem = _markdown(body[1])
    if truth := TRUTH.match(answers):
        options = _truth(truth[1].upper().startswith("T"), answers[truth.end() :])
        return Portable(id=name, stem=stem, options=options, truth=True, explanation=_markdown(explanation))
    if not answers or answers.startswith("#"):
        return "jawaban bebas atau bilangan tidak punya jenis yang sama"
    parts = [(match[1], match[2].strip()) for match in ANSWER.finditer(answers)]
    if all(mark == "=" and ARROW in part for mark, part in parts):
        pairs = tuple((_markdown(left), _markdown(right)) for left, _, right in (_halves(p, ARROW) for _, p in parts))
        return Portable(id=name, stem=stem, pairs=pairs, explanation=_markdown(explanation))
    if not any(mark == "~" for mark, _ in parts):
        return "isian singkat tidak punya jenis yang sama"
    options = tuple(_option(mark, part) for mark, part in parts)
    many = sum(option.correct for option in options) > 1 or not any(mark == "=" for mark, _ in parts)
    return Portable(id=name, stem=stem, options=options, many=many, explanation=_markdown(explanation))


def _option(mark: str, part: str) -> PortableOption:
    weight = WEIGHT.match(part)
    text, _, feedback = _halves(part[weight.end() if weight else 0 :], "#")
    correct = mark == "=" or (weight is not None and float(weight[1]) > 0)
    return PortableOption(_markdown(text), correct, _markdown(feedback))


def _truth(said: bool, rest: str) -> tuple[PortableOption, ...]:  # noqa: FBT001 - TRUE or FALSE is what is read
    _, _, feedback = _halves(rest, "#")
    wrong, _, right = _halves(feedback, "#")
    told = {said: _markdown(right), not said: _markdown(wrong)}
    return tuple(PortableOption(str(each), each is said, told[each]) for each in (True, False))


def _halves(text: str, sign: str) -> tuple[str, str, str]:
    """Split at the first sign that is not escaped."""
    found = re.match(rf"((?:\\.|[^\\])*?){re.escape(sign)}(.*)", text, re.DOTALL)
    return (found[1], sign, found[2]) if found else (text, "", "")


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda match: "\n" if match[1] == "n" else match[1], text)


def _markdown(text: str) -> str:
    text = text.strip()
    form = FORMAT.match(text)
    words = _unescaped(text[form.end() if form else 0 :]).strip()
    if form and form[1] == "markdown":
        return words
    html = is_html(words) and not (form and form[1] == "plain")
    return as_markdown(words, html=html).strip()
