"""The content: the newest edition, what the files would change, publishing, and a preview of modules: /konten."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.content.comparing import Difference, compare, compare_feeds, compare_modules, shipped_items
from netral.content.contents import Library, Page
from netral.content.edition import FrozenEdition, freeze
from netral.content.findings import Severity
from netral.content.library import read_library
from netral.errors import NotFound
from netral.extensions import reading_session
from netral.learning.editions import reading as editions
from netral.learning.editions.publishing import dump_term
from netral.learning.editions.reading import EditionLine, TermView
from netral.learning.periods.reading import count_uses
from netral.pledges.publishing import publish
from netral.quiz.questions import Question, Review, lay_out
from netral.settings import ROOT
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.queries import read_number

bp = Blueprint("content", __name__)

# An early day, on which none of the product's own content is overdue: it is compared, not checked.
ANY_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Draft:
    """The files as they are now, and the newest edition. `frozen` is None while a file has a galat."""

    library: Library
    frozen: FrozenEdition | None
    editions: tuple[EditionLine, ...]
    questions: Difference
    modules: Difference
    feeds: Difference

    @property
    def newest(self) -> EditionLine | None:
        return self.editions[0] if self.editions else None

    @property
    def publishable(self) -> bool:
        return self.frozen is not None and (self.newest is None or self.newest.hash != self.frozen.hash)

    @property
    def errors(self) -> int:
        return sum(finding.severity is Severity.GALAT for finding in self.library.findings)


NOTHING = Difference((), (), ())


def read_draft() -> Draft:
    """Read and close the database, then read the files: in a POST no lock is held meanwhile."""
    with reading_session() as reading:
        known = editions.list_editions(reading)
        number = known[0].number if known else 0
        hashes = editions.list_hashes(reading, number=number)
        pages = editions.list_pages(reading, number=number)
        feeds = editions.list_feed_versions(reading, number=number)
    library = read_library(current.settings().content_dir, today=current.today())
    if library.has_errors:
        return Draft(library, None, known, NOTHING, NOTHING, NOTHING)
    frozen = freeze(library)
    differences = compare(frozen, hashes), compare_modules(frozen, pages), compare_feeds(frozen, feeds)
    return Draft(library, frozen, known, *differences)


@lru_cache(maxsize=1)
def read_shipped() -> FrozenEdition | None:
    """Return the content that comes with the product; read once for each process."""
    library = read_library(ROOT / "content", today=ANY_DAY)
    return None if library.has_errors else freeze(library)


def count_shipped_in_use(newest: EditionLine | None) -> int:
    """Count the exam questions of the newest edition that everybody can read; 0 where no exam depends on them."""
    shipped = read_shipped()
    if newest is None or shipped is None or current.settings().demo:
        return 0
    public = {question.content_hash for question in shipped.questions if question.module is None}
    with reading_session() as reading:
        return sum(line.content_hash in public for line in editions.list_questions(reading, number=newest.number))


def count_shipped(frozen: FrozenEdition | None) -> int:
    shipped = read_shipped()
    return len(shipped_items(frozen, shipped)) if frozen and shipped and not current.settings().demo else 0


@bp.get("/konten")
@requires(Permission.VIEW_CONTENT)
def overview() -> ResponseReturnValue:
    draft = read_draft()
    with reading_session() as reading:
        uses = count_uses(reading)
    return render_template(
        "konten/ringkasan.html",
        draft=draft,
        uses=uses,
        shipped=count_shipped_in_use(draft.newest),
        may_publish=current.actor().may(Permission.PUBLISH_CONTENT),
    )


@bp.route("/konten/terbitkan", methods=["GET", "POST"])
@requires(Permission.PUBLISH_CONTENT)
def publish_edition() -> ResponseReturnValue:
    """Publish exactly the content that was shown; if files changed meanwhile, they are shown first."""
    draft = read_draft()
    if request.method == "GET" or draft.frozen is None:
        return show_publishing(draft)
    if request.form.get("sidik") != draft.frozen.hash:
        return show_publishing(draft, changed_meanwhile=True)
    session = current.session()
    published = publish(session, current.act().within(None), draft.frozen)
    session.commit()
    if published.new:
        flash(f"Edisi {published.number} terbit.", "success")
    else:
        flash(f"Isi tidak berubah sejak edisi {published.number}, jadi tidak ada edisi baru.")
    return redirect("/konten", 303)


def show_publishing(draft: Draft, *, changed_meanwhile: bool = False) -> ResponseReturnValue:
    page = render_template(
        "konten/terbitkan.html",
        draft=draft,
        changed_meanwhile=changed_meanwhile,
        shipped=count_shipped(draft.frozen),
        next_number=(draft.newest.number if draft.newest else 0) + 1,
    )
    if changed_meanwhile:
        return page, 409
    return page, 422 if request.method == "POST" else 200


@dataclass(frozen=True, slots=True)
class Previewed:
    """A module as it will be, or was, published."""

    judul: str
    pages: list["PreviewedPage"]
    objectives: tuple[str, ...]
    terms: tuple[TermView, ...]


@dataclass(frozen=True, slots=True)
class PreviewedPage:
    """A page with the practice questions on it, keys included."""

    number: int
    title: str
    html: str
    practice: tuple[tuple[Question, Review], ...]


@bp.get("/konten/modul/<slug>")
@requires(Permission.VIEW_CONTENT)
def preview(slug: str) -> ResponseReturnValue:
    """Show a module as the files have it now, or with `?edisi=` as it was published."""
    number = read_number(request.args.get("edisi", ""))
    module = read_written(slug) if number is None else read_published(number, slug)
    return render_template("konten/pratinjau.html", module=module, number=number)


def read_published(edition: int, slug: str) -> Previewed:
    """Return a module of an edition. Raises NotFound."""
    with reading_session() as reading:
        about = editions.read_about(reading, number=edition, slug=slug)
        pages = editions.list_pages(reading, number=edition).get(slug, ())
        practice = [line for line in editions.list_questions(reading, number=edition) if line.module == slug]
    questions = [(line.page, line.question) for line in practice]
    shown = [as_previewed(number, title, html, questions) for number, (title, html) in enumerate(pages, 1)]
    return Previewed(about.judul, shown, about.objectives, about.terms)


def read_written(slug: str) -> Previewed:
    """Return a module of the files. Raises NotFound."""
    library = read_library(current.settings().content_dir, today=current.today())
    module = next((module for module in library.modules if module.head.id == slug), None)
    if module is None:
        raise NotFound("modul", slug)
    questions = [(each.page, each.question) for each in module.practice]
    shown = [as_previewed(page.number, page.title, embed_pictures(page), questions) for page in module.pages]
    terms = {term.slug: dump_term(term) for page in module.pages for term in page.terms}
    return Previewed(module.head.title, shown, module.head.objectives, editions.view_terms(terms.values()))


def embed_pictures(page: Page) -> str:
    """Return the HTML of a page with its drawings in it, since no edition may have them yet."""
    html = page.html
    for picture in page.pictures:
        packed = b64encode(picture.svg.encode()).decode()
        html = html.replace(f'src="{picture.address}"', f'src="data:image/svg+xml;base64,{packed}"')
    return html


def as_previewed(number: int, title: str, html: str, questions: Sequence[tuple[int | None, Question]]) -> PreviewedPage:
    practice = ((question, lay_out(question).review({})) for page, question in questions if page == number)
    return PreviewedPage(number, title, html, tuple(practice))
