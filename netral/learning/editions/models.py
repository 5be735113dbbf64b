"""Tables of the teaching content: an edition, its modules and pages, its questions."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, TableClause, Text, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from netral.database.tables import Base


class Edition(Base):
    """All content as it was published at one time. Immutable, like the rows below it (enforced by triggers)."""

    __tablename__ = "edition"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    norms: Mapped[dict[str, Any]] = mapped_column(doc="the registry: norm id -> its frozen fields and rules")
    blueprint: Mapped[dict[str, Any]] = mapped_column(doc="defaults of content/ujian.yaml")
    terms: Mapped[list[Any] | None] = mapped_column(doc="the glossary; None in editions from before there was one")
    pledge_version_id: Mapped[int] = mapped_column(ForeignKey("pledge_version.id"))
    feeds: Mapped[list[Any] | None] = mapped_column(
        JSON(none_as_null=True), doc="feeds to practise on, which `netral.quiz.feeds` reads; none in older editions"
    )


class ModuleVersion(Base):
    __tablename__ = "module_version"
    __table_args__ = (UniqueConstraint("edition_id", "slug"), UniqueConstraint("edition_id", "position"))

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    slug: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    judul: Mapped[str] = mapped_column(String(200))
    ringkas: Mapped[str] = mapped_column(default="")
    versi: Mapped[int]
    indicators: Mapped[list[Any]]
    minutes: Mapped[int]
    page_count: Mapped[int]
    objectives: Mapped[list[Any] | None] = mapped_column(doc="None in editions from before there were any")
    terms: Mapped[list[Any] | None] = mapped_column(doc="those terms of the glossary that its pages explain")


class ModulePage(Base):
    """One page, its HTML rendered and cleaned at publishing."""

    __tablename__ = "module_page"
    __table_args__ = (UniqueConstraint("module_version_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    html: Mapped[str]
    minutes: Mapped[int]


class CardVersion(Base):
    """A card. `sections`: title and HTML of each; the first has no title and may be empty."""

    __tablename__ = "card_version"
    __table_args__ = (UniqueConstraint("edition_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    slug: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    judul: Mapped[str] = mapped_column(String(200))
    ringkas: Mapped[str] = mapped_column(default="")
    versi: Mapped[int]
    sections: Mapped[list[Any]]


class Passage(Base):
    """A page, card or term as it is searched: `text` is what may be shown of it, `words` all its words and roots."""

    __tablename__ = "passage"
    __table_args__ = (UniqueConstraint("edition_id", "kind", "slug", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    kind: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(64))
    number: Mapped[int] = mapped_column(doc="of a page, else 0")
    title: Mapped[str]
    part_of: Mapped[str] = mapped_column(doc="the title of a page's module, the kind of a card")
    text: Mapped[str]
    words: Mapped[str]


# SQLite's full-text index over the column of that name (FTS5, by the id of the passage); no table of its own to a
# model. PostgreSQL needs none: an edition has some hundred passages, and it looks through them in milliseconds.
PASSAGE_INDEX = TableClause("passage_index", column("rowid"), column("words"))


class Drawing(Base):
    """A picture of pages, named by the hash of its content; editions that show the same one share it."""

    __tablename__ = "drawing"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    svg: Mapped[str]


class QuestionVersion(Base):
    """A question exactly as people answered it; `netral.quiz` reads its `body`."""

    __tablename__ = "question_version"
    __table_args__ = (UniqueConstraint("question_id", "content_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(String(80))
    content_hash: Mapped[str] = mapped_column(String(64))
    key_hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    indicator: Mapped[str] = mapped_column(String(20))
    body: Mapped[dict[str, Any]]


# Read as text, which `netral.quiz.kinds.from_text` parses once for all requests.
BODY = QuestionVersion.__table__.c.body.cast(Text).label("body")


class EditionQuestion(Base):
    """The place where an edition uses a question: in the bank (no module) or as practice on a page of a module."""

    __tablename__ = "edition_question"
    __table_args__ = (
        UniqueConstraint("edition_id", "question_version_id"),
        Index(None, "edition_id", "module_slug", "page"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    module_slug: Mapped[str | None] = mapped_column(String(60))
    page: Mapped[int | None]
    position: Mapped[int]


class QuestionWithdrawal(Base):
    """A version of an exam question that turned out wrong: nobody draws it, and it earns everybody the whole point."""

    __tablename__ = "question_withdrawal"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), unique=True)
    withdrawn_at: Mapped[datetime]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str]
    settled_at: Mapped[datetime | None] = mapped_column(doc="since then no closed attempt waits to be graded anew")
