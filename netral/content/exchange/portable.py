"""Questions in the forms that other systems know: a choice, a statement, pairs.

A verdict with its reason, several situations, and an order are graded as no such form grades them; they stay here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

from netral.content.contents import LibraryQuestion
from netral.quiz.kinds.benar_salah import TrueFalse
from netral.quiz.kinds.jamak import MultipleChoice
from netral.quiz.kinds.jodoh import Matching
from netral.quiz.kinds.langkah import NextStep
from netral.quiz.kinds.tunggal import SingleChoice
from netral.quiz.options import Option

TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
REPLACED = (
    (re.compile(r"</?(?:strong|b)>", re.IGNORECASE), "**"),
    (re.compile(r"</?(?:em|i)>", re.IGNORECASE), "*"),
    (re.compile(r"<br ?/?>|</(?:li|tr|div)>", re.IGNORECASE), "\n"),
    (re.compile(r"</(?:p|h\d|ul|ol|table|blockquote)>", re.IGNORECASE), "\n\n"),
)
SPECIAL = re.compile(r"([\\*_`\[\]<])")


@dataclass(frozen=True, slots=True)
class PortableOption:
    """An option. Texts are HTML; `weight` is the share of the point, below 0 where choosing it costs."""

    text: str
    correct: bool
    feedback: str = ""
    weight: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Portable:
    """A question without anything that only Netral knows; texts are HTML.

    Of `options` and `pairs` one is empty. `many`: several options may be chosen. `truth`: the options are true and
    false. A pair with an empty left side is an answer that suits nothing.
    """

    id: str
    stem: str
    options: tuple[PortableOption, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    explanation: str = ""
    many: bool = False
    truth: bool = False
    tags: tuple[str, ...] = ()
    shuffle: bool = True


@dataclass(frozen=True, slots=True)
class Ported:
    """The questions that another system can hold, and the ids of the others by their kind."""

    questions: tuple[Portable, ...]
    left: dict[str, list[str]]


def port(questions: Iterable[LibraryQuestion]) -> Ported:
    ported: list[Portable] = []
    left: dict[str, list[str]] = {}
    for each in questions:
        if portable := as_portable(each):
            ported.append(portable)
        else:
            left.setdefault(each.question.kind, []).append(each.question.id)
    return Ported(tuple(ported), left)


def as_portable(each: LibraryQuestion) -> Portable | None:
    question = each.question
    options: tuple[PortableOption, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    if isinstance(question, SingleChoice | NextStep | MultipleChoice | TrueFalse):
        options = _weighted(question.options)
    elif isinstance(question, Matching):
        texts = {answer.id: answer.text for answer in question.answers}
        used = {row.answer for row in question.rows}
        pairs = tuple((row.text, texts[row.answer]) for row in question.rows)
        pairs += tuple(("", text) for name, text in texts.items() if name not in used)
    else:
        return None
    grounds = f"<p>Dasar: {', '.join(map(str, question.rules))}.</p>"
    return Portable(
        id=question.id,
        stem=f"<p>{question.stem}</p>{question.details}" if question.details else question.stem,
        options=options,
        pairs=pairs,
        explanation=f"{question.explanation}{grounds}",
        many=isinstance(question, MultipleChoice),
        truth=isinstance(question, TrueFalse),
        tags=(question.indicator.value, question.kind, *([question.level.value] if question.level else [])),
        shuffle=question.shuffle,
    )


def _weighted(options: tuple[Option, ...]) -> tuple[PortableOption, ...]:
    """Share the point among the right options; who chooses all wrong ones loses all of it."""
    right = sum(option.correct for option in options) or 1
    wrong = len(options) - right or 1
    return tuple(
        PortableOption(each.text, each.correct, each.feedback, 1 / right if each.correct else -1 / wrong)
        for each in options
    )


def is_html(text: str) -> bool:
    return bool(TAG.search(text))


def plain(html: str) -> str:
    return unescape(TAG.sub("", html))


def as_markdown(text: str, *, html: bool) -> str:
    """Return a text in Markdown: of its HTML only emphasis and paragraphs stay."""
    if not html:
        return SPECIAL.sub(r"\\\1", text)
    parts = re.split(r"(<[^<>]*>)", text)
    marked = "".join(part if TAG.fullmatch(part) else SPECIAL.sub(r"\\\1", unescape(part)) for part in parts)
    for pattern, mark in REPLACED:
        marked = pattern.sub(mark, marked)
    return TAG.sub("", marked)
