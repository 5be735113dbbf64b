"""Publishing: immutable, once for equal content, and without effect on attempts."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.content.cards import CardKind
from netral.content.edition import freeze
from netral.content.library import read_library
from netral.learning.editions.cards import list_cards
from netral.learning.editions.models import (
    CardVersion,
    Drawing,
    Edition,
    EditionQuestion,
    ModulePage,
    ModuleVersion,
    QuestionVersion,
)
from netral.learning.editions.reading import list_terms
from netral.learning.exams.results import read_result
from netral.pledges.models import PledgeVersion
from netral.pledges.publishing import publish
from netral.quiz.kinds import from_json
from tests.factories import NOW
from tests.learning.make import make_bank, make_exam, make_frozen, make_ikrar, make_module, pass_exam, publish_small

CONTENT = Path(__file__).resolve().parents[2] / "content"


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_same_content_is_the_same_edition(session: Session) -> None:
    first = publish_small(session)
    again = publish_small(session)
    session.commit()

    assert (first.new, again.new) == (True, False)
    assert (again.edition_id, again.number, again.hash) == (first.edition_id, first.number, first.hash)
    assert session.scalar(select(func.count()).where(AuditEvent.action == "edition.published")) == 1


def test_an_edition_keeps_everything_that_pages_show(session: Session) -> None:
    publish_small(session)

    edition = session.scalars(select(Edition)).one()
    assert edition.norms["SKB-9-2022"]["rules"]["lamp.II-A4"]["pages"] == [["media-sosial", 1]]
    assert edition.blueprint["kuota"] == {"kampanye": 2, "partai": 1, "umum": 1}
    assert (count(session, ModuleVersion), count(session, ModulePage)) == (1, 2)
    assert {from_json(body) for body in session.scalars(select(QuestionVersion.body))} >= set(make_bank())


def test_an_edition_keeps_its_terms_and_cards_and_shares_its_drawings(session: Session) -> None:
    publish_small(session)
    second = publish_small(session, modules=(make_module(pages=3),))

    assert [term.name for term in list_terms(session, edition_id=second.edition_id)] == ["ASN", "bakal calon"]
    kinds = [(card.slug, card.kind) for card in list_cards(session, edition_id=second.edition_id)]
    assert kinds == [("pasangan", CardKind.POSISI), ("loket", CardKind.PERAN), ("sanksi", CardKind.LEMBAR)]
    assert count(session, CardVersion) == 6
    assert session.scalars(select(Drawing.svg)).all() == ["<svg/>"]


def test_a_question_that_did_not_change_keeps_its_version(session: Session) -> None:
    publish_small(session)
    before = count(session, QuestionVersion)
    bank = make_bank()

    second = publish_small(session, bank=(replace(bank[0], stem="Kalimat baru"), *bank[1:]))

    assert second.number == 2
    assert count(session, QuestionVersion) == before + 1
    assert count(session, EditionQuestion) == 2 * before


def test_an_ikrar_that_did_not_change_keeps_its_version(session: Session) -> None:
    publish_small(session)
    publish_small(session, modules=(make_module(pages=3),))
    assert count(session, PledgeVersion) == 1

    publish_small(session, ikrar=make_ikrar("Naskah baru."))
    assert count(session, PledgeVersion) == 2


def test_a_new_edition_changes_nothing_already_taken(session: Session) -> None:
    exam = make_exam(session)
    pass_exam(session, exam)
    before = read_result(session, number=1, now=NOW, **exam.who)
    session.rollback()

    changed = tuple(replace(question, stem="Kalimat baru") for question in make_bank())
    publish_small(session, bank=changed)
    session.commit()

    assert read_result(session, number=1, now=NOW, **exam.who) == before


def test_the_database_refuses_to_change_what_is_published(session: Session) -> None:
    publish_small(session)
    session.commit()

    for table in (Edition, ModuleVersion, ModulePage, QuestionVersion, EditionQuestion, PledgeVersion, CardVersion):
        with pytest.raises(DatabaseError, match="is immutable"):
            session.execute(update(table).values(id=table.id + 1))
        session.rollback()
    with pytest.raises(DatabaseError, match="is immutable"):
        session.execute(update(Drawing).values(svg=""))


def test_the_content_of_the_repository_can_be_published(session: Session) -> None:
    library = read_library(CONTENT, today=date(2029, 5, 1))
    if library.has_errors:
        library = replace(library, findings=())

    published = publish(session, Act(None, NOW), freeze(library))

    assert published.new
    assert count(session, ModuleVersion) == len(library.modules)
    assert make_frozen().hash != published.hash
