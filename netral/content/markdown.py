"""Markdown to sanitised HTML, done once when content is published."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from netral.content.glossary import Glossary, Term
from netral.content.pictures import Picture
from netral.quiz.questions import Citation

CITATION = re.compile(r"\[@([^\[\]\s]{1,64})(?: ([^\[\]\n]{0,64}))?\]")
RENDERING = 2  # raised by hand when pages must be published again because they are rendered differently

TAGS = {
    "p", "h2", "h3", "h4", "h5", "ul", "ol", "li", "strong", "em", "a", "cite", "blockquote", "code", "pre", "hr", "br",
    "table", "thead", "tbody", "tr", "th", "td", "img", "div",
}  # fmt: skip
ATTRIBUTES: dict[str, set[str]] = {
    "*": set(), "a": {"href", "class"}, "blockquote": {"class"}, "cite": {"class"}, "ol": {"start"}, "th": {"scope"},
    "img": {"src", "alt", "width", "height", "loading"}, "div": {"class", "role", "aria-label", "tabindex"},
}  # fmt: skip
# The first bold words of a block quote, by which its look is chosen.
CALLOUTS = {
    "Intinya": "intinya", "Anggapan": "anggapan", "Kenyataannya": "kenyataan", "Contoh keliru": "keliru",
    "Contoh tepat": "tepat",
}  # fmt: skip
MISCONCEPTION, TRUTH = "anggapan", "kenyataan"
PICTURE = re.compile(r"gambar/([a-z0-9]+(?:-[a-z0-9]+)*\.svg)")
TERM_ANCHOR = "istilah-"
OUTWARD = re.compile(r'<a href="(?!#)[^>]*>(.*?)</a>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class CitationLabel:
    """The words that a reader sees for a citation; `link` is an https address or empty, `note` follows the words."""

    text: str
    link: str = ""
    note: str = ""


Cite = Callable[[Citation], CitationLabel]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as it was written. `alone`: it is a paragraph of its own."""

    description: str
    address: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """The source of one run of text; `line` counts from the beginning of the Markdown it came from, from 0.

    `literal` is what a reader sees of it, without code, citations, links and marks; `links` are its addresses.
    """

    line: int
    text: str
    images: tuple[Image, ...] = ()
    literal: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Callout:
    """A block quote that is known by its first bold words; `kinds` are those of all its paragraphs."""

    line: int
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Supply:
    """The pictures, by the name of their file, and the terms that pages may show besides their own words."""

    pictures: Mapping[str, Picture] = field(default_factory=dict)
    glossary: Glossary = field(default_factory=Glossary)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered page, with the terms and the pictures it shows."""

    html: str
    terms: tuple[Term, ...]
    pictures: tuple[Picture, ...]


def render_page(text: str, cite: Cite, supply: Supply) -> Rendered:
    """Render a page. The first occurrence of each term leads to its meaning, which the caller shows at the anchor."""
    shown: dict[str, Picture] = {}
    env: EnvType = {"cite": cite, "pictures": supply.pictures, "shown": shown}
    tokens = _parse(text, env)
    terms = _mark_terms(tokens, supply.glossary)
    html = _clean(MARKDOWN.renderer.render(tokens, MARKDOWN.options, env))
    return Rendered(html, terms, tuple(shown.values()))


def render_block(text: str, cite: Cite) -> str:
    """Render paragraphs, lists and tables. `###` becomes h3, since the page's own title is the h2."""
    env: EnvType = {"cite": cite}
    return _clean(MARKDOWN.renderer.render(_parse(text, env), MARKDOWN.options, env))


def _parse(text: str, env: EnvType) -> list[Token]:
    tokens = MARKDOWN.parse(text, env)
    for place, token in enumerate(tokens):
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(max(3, int(token.tag[1])), 5)}"
        elif token.type == "th_open":
            token.attrSet("scope", "col")
        elif token.type == "blockquote_open" and (kinds := _kinds(tokens, place)):
            token.attrSet("class", kinds[0])
    return tokens


def _kinds(tokens: Sequence[Token], place: int) -> tuple[str, ...]:
    """Return the kinds of the paragraphs of a block quote; none unless the first has one.

    A second bold lead on a line of its own begins a paragraph, as its author meant.
    """
    kinds: list[str] = []
    level = tokens[place].level
    for token in tokens[place + 1 :]:
        if token.type == "blockquote_close" and token.level == level:
            break
        if token.type == "inline" and token.children:
            found = list(_leads(token.children))
            if not kinds and not found:
                return ()
            kinds += found
    return tuple(kinds)


def _leads(children: list[Token]) -> Iterator[str]:
    """Yield the kinds that begin a line of a paragraph, and make a paragraph of each after the first."""
    begins, line_break = True, -1
    for place, token in enumerate(tuple(children)):
        if token.type == "softbreak":
            begins, line_break = True, place
        elif token.type == "strong_open" and begins:
            if kind := CALLOUTS.get(children[place + 1].content.strip().rstrip(":")):
                if line_break >= 0:
                    children[line_break] = Token("break", "p", 0)
                yield kind
            begins = False
        elif token.content:
            begins = False


def _mark_terms(tokens: Sequence[Token], glossary: Glossary) -> tuple[Term, ...]:
    """Make the first occurrence of each term a link to its meaning; headings and links stay as they are."""
    seen: dict[str, Term] = {}
    for place, token in enumerate(tokens):
        if token.type == "inline" and token.children and tokens[place - 1].type != "heading_open":
            token.children = list(_with_links(token.children, glossary, seen))
    return tuple(seen.values())


def _with_links(children: Sequence[Token], glossary: Glossary, seen: dict[str, Term]) -> Iterator[Token]:
    in_link = 0
    for token in children:
        in_link += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type != "text" or in_link:
            yield token
            continue
        end = 0
        for match, term in glossary.find(token.content):
            if term.slug in seen:
                continue
            seen[term.slug] = term
            yield _text(token.content[end : match.start()])
            yield Token("link_open", "a", 1, attrs={"class": "istilah", "href": f"#{TERM_ANCHOR}{term.slug}"})
            yield _text(match[0])
            yield Token("link_close", "a", -1)
            end = match.end()
        yield _text(token.content[end:]) if end else token


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def render_inline(text: str, cite: Cite) -> str:
    """Render one line without a paragraph around it."""
    return _clean(MARKDOWN.renderInline(text, {"cite": cite}))


def passages(text: str) -> Iterator[Passage]:
    """Return the source of every run of text outside blocks of code: paragraphs, headings, cells."""
    for token in MARKDOWN.parse(text, {"cite": _plain}):
        if token.type == "inline":
            yield Passage(
                token.map[0] if token.map else 0, token.content, _images(token), _literal(token), _links(token)
            )


def _literal(token: Token) -> str:
    parts: list[str] = []
    in_link = 0
    for child in token.children or ():
        in_link += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        elif child.type == "text" and not in_link:
            parts.append(child.content)
    return "".join(parts)


def _links(token: Token) -> tuple[str, ...]:
    return tuple(str(child.attrGet("href") or "") for child in token.children or () if child.type == "link_open")


def _images(token: Token) -> tuple[Image, ...]:
    children = [child for child in token.children or () if child.type != "text" or child.content.strip()]
    return tuple(
        Image(child.content.strip(), str(child.attrGet("src") or ""), alone=len(children) == 1)
        for child in children
        if child.type == "image"
    )


def callouts(text: str) -> Iterator[Callout]:
    tokens = MARKDOWN.parse(text, {"cite": _plain})
    for place, token in enumerate(tokens):
        if token.type == "blockquote_open" and (kinds := _kinds(tokens, place)):
            yield Callout(token.map[0] if token.map else 0, kinds)


def citations(text: str) -> Iterator[Citation]:
    for match in CITATION.finditer(text):
        yield Citation(match[1], match[2] or "")


def _clean(html: str) -> str:
    return nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"https", "mailto"}).strip()


def without_outward_links(html: str) -> str:
    """Return a rendered page whose links to other pages are words; those to the meanings of terms stay."""
    return OUTWARD.sub(r"\1", html)


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
    citation: Citation = tokens[index].meta["citation"]
    label: CitationLabel = env["cite"](citation)
    text = escape(label.text)
    if label.link.startswith("https://"):
        text = f'<a href="{escape(label.link)}">{text}</a>'
    # A paragraph that cites a norm again and again says its note once.
    noted = any(token.type == "citation" and token.meta["citation"].norm == citation.norm for token in tokens[:index])
    note = f", {escape(label.note)}" if label.note and not noted else ""
    return f'<cite class="dasar">({text}{note})</cite>'


def _render_image(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """Draw a picture, or write its description where there is none."""
    token = tokens[index]
    name = PICTURE.fullmatch(str(token.attrGet("src") or ""))
    picture = env.get("pictures", {}).get(name[1]) if name else None
    if picture is None:
        return escape(token.content)
    env["shown"][picture.hash] = picture
    return (
        f'<img src="{picture.address}" alt="{escape(token.content)}" width="{picture.width}" height="{picture.height}"'
        ' loading="lazy">'
    )


def _render_break(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return "</p>\n<p>"


def _render_table(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """Put a table into a box that scrolls, by keyboard too, since a wide one does not fit on a phone."""
    if tokens[index].nesting > 0:
        return '<div class="table-region" role="group" aria-label="Tabel" tabindex="0"><table>\n'
    return "</table></div>\n"


def _make_markdown() -> MarkdownIt:
    """Make a parser without raw HTML, indented code, underlined headings and reference links, all often accidents."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.disable(["lheading", "code", "reference", "html_block", "html_inline"])
    markdown.inline.ruler.before("link", "citation", _citation_rule)
    markdown.add_render_rule("citation", _render_citation)
    markdown.add_render_rule("image", _render_image)
    markdown.add_render_rule("break", _render_break)
    markdown.add_render_rule("table_open", _render_table)
    markdown.add_render_rule("table_close", _render_table)
    return markdown


MARKDOWN = _make_markdown()
