"""Markdown to sanitised HTML, done once when content is published."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from netral.quiz.questions import Citation

CITATION = re.compile(r"\[@([^\[\]\s]{1,64})(?: ([^\[\]\n]{0,64}))?\]")
RENDERING = 1  # raised by hand when pages must be published again because they are rendered differently

TAGS = {
    "p", "h2", "h3", "h4", "h5", "ul", "ol", "li", "strong", "em", "a", "cite", "blockquote", "code", "pre", "hr", "br",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "cite": {"class"}, "ol": {"start"}, "th": {"scope"}}


@dataclass(frozen=True, slots=True)
class CitationLabel:
    """The words that a reader sees for a citation; `link` is an https address or empty, `note` follows the words."""

    text: str
    link: str = ""
    note: str = ""


Cite = Callable[[Citation], CitationLabel]


@dataclass(frozen=True, slots=True)
class Passage:
    """The source of one run of text; `line` counts from the beginning of the Markdown it came from, from 0.

    `images` are the alternative texts of the pictures in it.
    """

    line: int
    text: str
    images: tuple[str, ...] = ()


def render_block(text: str, cite: Cite) -> str:
    """Render paragraphs, lists and tables. `###` becomes h3, since the page's own title is the h2."""
    env: EnvType = {"cite": cite}
    tokens = MARKDOWN.parse(text, env)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(max(3, int(token.tag[1])), 5)}"
        elif token.type == "th_open":
            token.attrSet("scope", "col")
    return _clean(MARKDOWN.renderer.render(tokens, MARKDOWN.options, env))


def render_inline(text: str, cite: Cite) -> str:
    """Render one line without a paragraph around it."""
    return _clean(MARKDOWN.renderInline(text, {"cite": cite}))


def passages(text: str) -> Iterator[Passage]:
    """Return the source of every run of text outside blocks of code: paragraphs, headings, cells."""
    for token in MARKDOWN.parse(text, {"cite": _plain}):
        if token.type == "inline":
            images = (child.content.strip() for child in token.children or () if child.type == "image")
            yield Passage(token.map[0] if token.map else 0, token.content, tuple(images))


def citations(text: str) -> Iterator[Citation]:
    for match in CITATION.finditer(text):
        yield Citation(match[1], match[2] or "")


def _clean(html: str) -> str:
    return nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"https", "mailto"}).strip()


def _plain(citation: Citation) -> CitationLabel:
    return CitationLabel(str(citation))


def _citation_rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls rules by position
    match = CITATION.match(state.src, state.pos)
    if not match or match.end() > state.posMax:
        return False
    if not silent:
        token = state.push("citation", "cite", 0)
        token.meta = {"citation": Citation(match[1], match[2] or "")}
    state.pos = match.end()
    return True


def _render_citation(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    label: CitationLabel = env["cite"](tokens[index].meta["citation"])
    text = escape(label.text)
    if label.link.startswith("https://"):
        text = f'<a href="{escape(label.link)}">{text}</a>'
    note = f", {escape(label.note)}" if label.note else ""
    return f'<cite class="dasar">({text}{note})</cite>'


def _make_markdown() -> MarkdownIt:
    """Make a parser without raw HTML, indented code, underlined headings and reference links, all often accidents."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.disable(["lheading", "code", "reference", "html_block", "html_inline"])
    markdown.inline.ruler.before("link", "citation", _citation_rule)
    markdown.add_render_rule("citation", _render_citation)
    return markdown


MARKDOWN = _make_markdown()
