"""Questions read from GIFT, as far as they have a kind here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from netral.content.exchange.gift import ARROW
from netral.content.exchange.portable import Portable, PortableOption, as_markdown, is_html

ESCAPED = re.compile(r"\\([\\~=#{}:n])")
TITLE = re.compile(r"::((?:\\.|[^\\])*?)::", re.DOTALL)
FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
BODY = re.compile(r"((?:\\.|[^\\{}])*)\{((?:\\.|[^\\{}])*)\}(.*)", re.DOTALL)
BRACE = re.compile(r"(?:\\.|[^\\{}])*[{}]", re.DOTALL)
ANSWER = re.compile(r"([=~])((?:\\.|[^\\=~])*)", re.DOTALL)
WEIGHT = re.compile(r"%(-?\d+(?:\.\d+)?)%")
TRUTH = re.compile(r"(TRUE|FALSE|T|F)\s*(?=#|$)", re.IGNORECASE)
PICTURE = re.compile(r"<img\b|!\[", re.IGNORECASE)
BLANK = "_____"
FULL = 100

CUT = "{ dan } tidak berpasangan; baris kosong di dalamnya memutus soal, jadi hapus baris kosong itu"
NO_ANSWERS = "tidak punya jawaban di antara { dan }"
FREE = "jawaban bebas atau bilangan tidak punya jenis yang sama"
SHORT = "isian singkat tidak punya jenis yang sama"
ORDER = "soal urutan ditulis ulang sebagai jenis urut"
STRAY = "ada teks sebelum tanda = atau ~ yang pertama"
SEVERAL = "di sana satu saja dari beberapa jawaban = bernilai penuh; di sini semuanya harus dipilih (jamak)"
PARTIAL = "pilihan yang bernilai sebagian menjadi pilihan yang belum sesuai"
WEIGHTS = "bobot tiap pilihan tidak ikut; jenis jamak menilai setiap pilihan sama"
NO_PICTURE = "gambarnya tidak ikut"


@dataclass(frozen=True, slots=True)
class Read:
    """The questions of a file, their texts in Markdown.

    By line and reason: `left` are those that have no kind here, `noted` what is lost or changed in one that was read.
    """

    questions: tuple[Portable, ...]
    left: tuple[tuple[int, str], ...]
    noted: tuple[tuple[int, str], ...] = ()


def read_gift(text: str) -> Read:
    """Read what can be read. Questions end at an empty line, as in Moodle."""
    questions: list[Portable] = []
    left: list[tuple[int, str]] = []
    noted: list[tuple[int, str]] = []
    for line, block in _blocks(text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")):
        notes: list[str] = []
        read = _read(block.strip(), f"impor-{len(questions) + 1:02}", notes)
        if isinstance(read, Portable):
            questions.append(read)
            noted += [(line, note) for note in notes]
        else:
            left.append((line, read))
    return Read(tuple(questions), tuple(left), tuple(noted))


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


def _read(block: str, spare: str, notes: list[str]) -> Portable | str:
    """Return a question, or why it is none of ours."""
    title = TITLE.match(block)
    rest = block[title.end() if title else 0 :].strip()
    body = BODY.match(rest)
    if body is None:
        return CUT if BRACE.match(rest) else NO_ANSWERS
    form = FORMAT.match(rest)
    words = _Words(form[1] if form else "moodle")
    answers, explanation = _last_halves(body[2].strip(), "####")
    stem = f"{body[1]}{BLANK}{body[3]}" if body[3].strip() else body[1]
    about = Portable(
        id=_unescaped(title[1]).strip() if title else spare,
        stem=words.read(stem),
        explanation=words.read(explanation),
    )
    if PICTURE.search(block):
        notes.append(NO_PICTURE)
    return _answered(about, answers.strip(), words, notes)


def _answered(about: Portable, answers: str, words: "_Words", notes: list[str]) -> Portable | str:
    if truth := TRUTH.match(answers):
        said = truth[1].upper().startswith("T")
        return replace(about, options=_truth(answers[truth.end() :], words, said=said), truth=True)
    if not answers or answers.startswith("#"):
        return FREE
    if answers.startswith(">"):
        return ORDER
    parts = [(match[1], match[2].strip()) for match in ANSWER.finditer(answers)]
    if not any(mark == "~" for mark, _ in parts):
        if not parts or not all(ARROW in part for _, part in parts):
            return SHORT
        halves = (_halves(part, ARROW) for _, part in parts)
        return replace(about, pairs=tuple((words.read(left), words.read(right)) for left, _, right in halves))
    if not answers.startswith(("=", "~")):
        return STRAY
    return _chosen(about, parts, words, notes)


def _chosen(about: Portable, parts: list[tuple[str, str]], words: "_Words", notes: list[str]) -> Portable:
    """Read a choice. With a sign "=" one answer earns everything; without, the weights of several are added up."""
    options: list[PortableOption] = []
    weights: list[float] = []
    single = any(mark == "=" for mark, _ in parts)
    for mark, part in parts:
        weight = WEIGHT.match(part)
        text, _, feedback = _halves(part[weight.end() if weight else 0 :], "#")
        share = FULL if mark == "=" else float(weight[1]) if weight else 0
        correct = share >= FULL if single else share > 0
        options.append(PortableOption(words.read(text), correct, words.read(feedback)))
        weights.append(share)
    earning = [share for share in weights if share > 0]
    right = sum(option.correct for option in options)
    if single and right > 1:
        notes.append(SEVERAL)
    if single and right < len(earning):
        notes.append(PARTIAL)
    if not single and len(set(earning)) > 1:
        notes.append(WEIGHTS)
    return replace(about, options=tuple(options), many=not single or right > 1)


def _truth(rest: str, words: "_Words", *, said: bool) -> tuple[PortableOption, ...]:
    _, _, feedback = _halves(rest, "#")
    wrong, _, right = _halves(feedback, "#")
    told = {said: words.read(right), not said: words.read(wrong)}
    return tuple(PortableOption(str(each), each is said, told[each]) for each in (True, False))


def _halves(text: str, sign: str) -> tuple[str, str, str]:
    """Split at the first sign that is not escaped."""
    found = re.match(rf"((?:\\.|[^\\])*?){re.escape(sign)}(.*)", text, re.DOTALL)
    return (found[1], sign, found[2]) if found else (text, "", "")


def _last_halves(text: str, sign: str) -> tuple[str, str]:
    """Split at the last sign that is not escaped."""
    found = re.match(rf"((?:\\.|[^\\])*){re.escape(sign)}(.*)", text, re.DOTALL)
    return (found[1], found[2]) if found else (text, "")


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda match: "\n" if match[1] == "n" else match[1], text)


@dataclass(frozen=True, slots=True)
class _Words:
    """Reads the texts of a question; `form` is the format of those that name none, which is that of the stem."""

    form: str

    def read(self, text: str) -> str:
        text = text.strip()
        named = FORMAT.match(text)
        form = named[1] if named else self.form
        words = _unescaped(text[named.end() if named else 0 :]).strip()
        if form == "markdown":
            return words
        return as_markdown(words, html=form == "html" or (form == "moodle" and is_html(words))).strip()
