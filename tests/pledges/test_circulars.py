"""Circulars: whom they address, what is asked, what counts, and what a new version changes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.organisation.models import Asn, Opd
from netral.pledges.circulars.audience import count_audience
from netral.pledges.circulars.issuing import (
    CircularKind,
    FileMissing,
    NoDraft,
    PassageMissing,
    QuestionsMissing,
    change,
    create,
    find_draft,
    publish,
    set_file,
    withdraw,
)
from netral.pledges.circulars.models import CheckAnswer, CircularReading, CircularVersion
from netral.pledges.circulars.paragraphs import Change, compare, join, split
from netral.pledges.circulars.questions import load
from netral.pledges.circulars.reading import (
    AnswersMissing,
    CircularChanged,
    CircularClosed,
    Progress,
    answer,
    find_own,
    list_tasks,
    open_circular,
)
from netral.versions import Outdated
from tests.factories import NOW, make_asn, make_instansi, make_opd
from tests.learning.conftest import Race
from tests.learning.workers import COUNT
from tests.pledges.acting import acknowledge_one
from tests.pledges.circulars import CHANGED, QUESTIONS, RIGHT, TEXT, make_draft, publish_again, publish_circular, reply


@pytest.fixture
def siti(session: Session) -> Asn:
    return make_asn(session)


@pytest.fixture
def circular(session: Session, siti: Asn) -> CircularVersion:
    return publish_circular(session, siti.instansi_id)


def progress(session: Session, asn: Asn) -> list[Progress]:
    return [each.progress for each in list_tasks(session, asn_id=asn.id)]


def readings(session: Session, asn: Asn) -> list[CircularReading]:
    session.expire_all()
    return list(session.scalars(select(CircularReading).where(CircularReading.asn_id == asn.id).order_by("id")))


WORDS = st.lists(st.sampled_from(["asn", "netral", "tidak", "boleh", "kampanye", "a.", "b.\n"]), min_size=1, max_size=8)
PARAGRAPHS = st.lists(WORDS.map(lambda words: " ".join(words).strip()), max_size=6).map(tuple)


@given(PARAGRAPHS, PARAGRAPHS)
def test_the_old_text_with_its_differences_is_the_new_text(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    found = compare(old, new)

    assert tuple(each.old for each in found if each.old is not None) == old
    assert tuple(each.new for each in found if each.new is not None) == new
    for each in found:
        if each.change is Change.CHANGED:
            kept = [piece for piece in each.pieces if piece.change is not Change.REMOVED]
            before = [piece for piece in each.pieces if piece.change is not Change.INSERTED]
            assert "".join(piece.text for piece in kept) == each.new
            assert "".join(piece.text for piece in before) == each.old


@given(PARAGRAPHS)
def test_a_text_is_split_into_its_paragraphs(paragraphs: tuple[str, ...]) -> None:
    assert split(join(paragraphs)) == paragraphs


def test_a_paragraph_in_other_words_is_changed_and_another_one_is_new() -> None:
    found = compare(TEXT, (*CHANGED, "Masa kampanye berakhir pada bulan depan."))

    assert [each.change for each in found] == [Change.SAME, Change.SAME, Change.CHANGED, Change.INSERTED]
    assert [piece.text.strip() for piece in found[2].pieces if piece.change is Change.INSERTED] == [
        "Inspektorat atau BKPSDM."
    ]


def test_a_question_follows_its_paragraph_unless_another_one_is_given(session: Session) -> None:
    instansi_id = make_opd(session).instansi_id
    act = Act(None, NOW, instansi_id)
    circular_id = create(session, act, kind=CircularKind.EDARAN, draft=make_draft())

    longer = ("Edaran ini contoh.", *TEXT)
    change(session, act, circular_id=circular_id, draft=make_draft(paragraphs=longer))
    assert paragraphs_asked(session, circular_id) == [3, 4]
    about = (replace(QUESTIONS[0], paragraph=1), replace(QUESTIONS[1], paragraph=4))
    change(session, act, circular_id=circular_id, draft=make_draft(paragraphs=TEXT, questions=about))
    assert paragraphs_asked(session, circular_id) == [1, 3]


def paragraphs_asked(session: Session, circular_id: int) -> list[int]:
    draft = find_draft(session, circular_id)
    assert draft
    return [each.paragraph for each in load(draft.questions)]


def test_a_circular_addresses_subtrees_and_kinds(session: Session) -> None:
    dinas = make_opd(session)
    puskesmas = make_opd(session, parent=dinas, nama="Puskesmas Hulu")
    elsewhere = make_opd(session, nama="Satpol PP")
    siti, budi = make_asn(session, opd=puskesmas), make_asn(session, opd=puskesmas, jenis="PPNPN")
    citra, left = make_asn(session, opd=elsewhere), make_asn(session, opd=dinas, active=False)

    version = publish_circular(session, dinas.instansi_id, units=(dinas.id,), kinds=("PNS", "PPPK"))

    assert [len(progress(session, each)) for each in (siti, budi, citra, left)] == [1, 0, 0, 0]
    assert version.audience == count_audience(session, version) == 1


def test_nobody_of_another_instansi_finds_it(session: Session, circular: CircularVersion) -> None:
    other = make_asn(session, opd=make_opd(session, instansi=make_instansi(session, kode="lain")))

    assert list_tasks(session, asn_id=other.id) == ()


def test_reading_goes_from_opened_to_acknowledged(session: Session, siti: Asn, circular: CircularVersion) -> None:
    assert progress(session, siti) == [Progress.NEW]
    open_circular(session, Act(None, NOW), asn_id=siti.id, circular_id=circular.circular_id)
    assert progress(session, siti) == [Progress.OPENED]

    assert reply(session, siti, circular.circular_id).new

    assert progress(session, siti) == [Progress.DONE]
    assert readings(session, siti)[0].acked_at == NOW


def test_a_wrong_answer_is_answered_again_and_the_first_one_counts(
    session: Session, siti: Asn, circular: CircularVersion
) -> None:
    assert reply(session, siti, circular.circular_id, {0: 0, 1: 1}).wrong == (0,)
    assert find_own(session, asn_id=siti.id, circular_id=circular.circular_id).unanswered == (0,)
    assert reply(session, siti, circular.circular_id, {0: 1}).new

    session.expire_all()
    kept = session.scalars(select(CheckAnswer).order_by(CheckAnswer.question)).all()
    assert [(each.first_choice, each.first_right, each.choice, each.right) for each in kept] == [
        (0, False, 1, True),
        (1, True, 1, True),
    ]


def test_an_incomplete_form_writes_nothing(session: Session, siti: Asn, circular: CircularVersion) -> None:
    for choices in ({}, {0: 1}, {0: 1, 1: 3}):
        with pytest.raises(AnswersMissing):
            reply(session, siti, circular.circular_id, choices)
        session.rollback()

    assert readings(session, siti) == []


def test_of_four_acknowledgements_at_once_one_is_kept(
    session: Session, siti: Asn, circular: CircularVersion, race: Race
) -> None:
    arguments = {"asn_id": siti.id, "circular_id": circular.circular_id, "shown": circular.id}

    new = race([(acknowledge_one, arguments)] * COUNT)

    assert sorted(new) == [False] * (COUNT - 1) + [True]
    assert len(readings(session, siti)) == 1
    events = session.scalars(select(AuditEvent.action).where(AuditEvent.action == "circular.acknowledged")).all()
    assert len(events) == 1


def test_a_new_version_asks_about_what_changed_and_the_old_acknowledgement_stays(
    session: Session, siti: Asn, circular: CircularVersion
) -> None:
    reply(session, siti, circular.circular_id)
    budi = make_asn(session, nama="Budi Santoso")
    newer = publish_again(session, circular)

    own = find_own(session, asn_id=siti.id, circular_id=circular.circular_id)
    assert (own.version.id, own.earlier.number if own.earlier else None, own.asked) == (newer.id, 1, (1,))
    assert find_own(session, asn_id=budi.id, circular_id=circular.circular_id).asked == (0, 1)
    assert [each.renewed for each in list_tasks(session, asn_id=siti.id)] == [True]

    assert reply(session, siti, circular.circular_id, {1: 1}).new
    assert [(each.version_id, each.since_version_id) for each in readings(session, siti)] == [
        (circular.id, None),
        (newer.id, circular.id),
    ]


def test_a_page_of_the_former_version_acknowledges_nothing(
    session: Session, siti: Asn, circular: CircularVersion
) -> None:
    publish_again(session, circular)

    with pytest.raises(CircularChanged):
        answer(
            session,
            Act(None, NOW),
            asn_id=siti.id,
            circular_id=circular.circular_id,
            shown=circular.id,
            choices=RIGHT,
        )


def test_a_withdrawn_circular_is_no_task_and_stays_readable_for_its_readers(
    session: Session, siti: Asn, circular: CircularVersion
) -> None:
    reply(session, siti, circular.circular_id)
    act = Act(None, NOW, siti.instansi_id)

    assert withdraw(session, act, circular_id=circular.circular_id, reason="Diganti aturan baru")
    assert not withdraw(session, act, circular_id=circular.circular_id, reason="Lagi")
    session.commit()

    assert progress(session, siti) == []
    assert find_own(session, asn_id=siti.id, circular_id=circular.circular_id).done
    with pytest.raises(CircularClosed):
        reply(session, siti, circular.circular_id)


def test_a_published_version_never_changes(session: Session, circular: CircularVersion) -> None:
    changes = (update(CircularVersion).values(title="Lain"), update(CircularVersion).values(published_at=None))
    for statement in changes:
        with pytest.raises(DatabaseError, match="immutable"):
            session.execute(statement)
        session.rollback()


def test_a_circular_is_published_with_its_file_and_two_questions_once(session: Session, siti: Asn) -> None:
    act = Act(None, NOW, siti.instansi_id)
    circular_id = create(session, act, kind=CircularKind.EDARAN, draft=make_draft(questions=()))
    assert create(session, act, kind=CircularKind.EDARAN, draft=make_draft(questions=())) == circular_id
    with pytest.raises(FileMissing):
        publish(session, act, circular_id=circular_id)
    set_file(session, act, circular_id=circular_id, hashed="ab" * 32, pages=1, size=10)
    with pytest.raises(QuestionsMissing):
        publish(session, act, circular_id=circular_id)
    with pytest.raises(Outdated):
        publish(session, act, circular_id=circular_id, version="lama")
    with pytest.raises(PassageMissing):
        create(session, act, kind=CircularKind.EDARAN, draft=make_draft(paragraphs=TEXT[:2]))


def test_publishing_twice_is_a_fact(session: Session, circular: CircularVersion) -> None:
    with pytest.raises(NoDraft):
        publish(session, Act(None, NOW, circular.instansi_id), circular_id=circular.circular_id)


def test_who_moves_away_is_not_asked_any_more(session: Session, siti: Asn) -> None:
    dinas, elsewhere = session.get_one(Opd, siti.opd_id), make_opd(session, nama="Satpol PP")
    publish_circular(session, siti.instansi_id, units=(dinas.id,))

    siti.opd_id = elsewhere.id
    session.commit()

    assert progress(session, siti) == []
