"""Questions in the forms that other systems know: a choice, a statement, pairs, an order."""

import re
from dataclasses import dataclass
from html import unescape

TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
# Marks that take the place of a tag. Other tags leave nothing.
REPLACED = (
    (re.compile(r"</?(?:strong|b)(?:\s[^<>]*)?>", re.IGNORECASE), "**"),
    (re.compile(r"</?(?:em|i)(?:\s[^<>]*)?>", re.IGNORECASE), "*"),
    (re.compile(r"<br(?:\s[^<>]*)?/?>|</(?:li|tr|div)>", re.IGNORECASE), "\n"),
    (re.compile(r"</(?:p|h\d|ul|ol|table|blockquote)>", re.IGNORECASE), "\n\n"),
)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
RUN = re.compile(r"[ \t\r\n]+")
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

    Of `options`, `pairs` and `steps` one is not empty. `many`: several options may be chosen. `truth`: the options are
    true and false. A pair with an empty left side is an answer that suits nothing. `steps` stand in the right order.
    """

    id: str
    stem: str
    options: tuple[PortableOption, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    steps: tuple[str, ...] = ()
    explanation: str = ""
    many: bool = False
    truth: bool = False
    tags: tuple[str, ...] = ()
    shuffle: bool = True


def is_html(text: str) -> bool:
    return bool(TAG.search(text))


def without_tags(html: str) -> str:
    """Return a text without emphasis, still HTML: "&" and "<" stay written as entities."""
    return TAG.sub("", html)


def as_markdown(text: str, *, html: bool) -> str:
    """Return a text in Markdown: of its HTML only emphasis and paragraphs stay."""
    if not html:
        return SPECIAL.sub(r"\\\1", text)
    return "".join(
        _mark(part) if TAG.fullmatch(part) else SPECIAL.sub(r"\\\1", unescape(RUN.sub(" ", part)))
        for part in re.split(r"(<[^<>]*>)", COMMENT.sub("", text))
    )


def _mark(tag: str) -> str:
    return next((mark for pattern, mark in REPLACED if pattern.fullmatch(tag)), "")
