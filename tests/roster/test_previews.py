"""Between pratinjau and terapkan: kept for a day, applied once, undone until the next import."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.accounts.sessions import begin_session
from netral.errors import NotFound
from netral.learning.periods.models import Enrolment
from netral.organisation.models import Asn, Opd, RosterImport
from netral.roster.applying import apply_roster
from netral.roster.planning import plan_roster
from netral.roster.previews import (
    Answers,
    ImportUnderReview,
    Preview,
    PreviewGone,
    PreviewOutdated,
    discard_preview,
    find_preview,
    get_preview,
    keep_preview,
    list_missing,
    replan,
    reread,
    revise_preview,
)
from netral.roster.undoing import Blocker, NotUndoable, find_undoable, plan_undo, undo_roster
from tests.factories import NOW, make_instansi, make_period, make_user, the_instansi
from tests.roster.importing import LATER, TODAY, UPLOAD, apply, read, roster
from tests.roster.roster_generator import Person, make_person

SITI = make_person(1, nama="Siti Aminah")
BUDI = make_person(2, nama="Budi Santoso")
TOMORROW = NOW + timedelta(hours=24)


def preview(session: Session, *people: Person, create_units: bool = True, by: int | None = None) -> int:
    instansi_id = the_instansi(session).id
    reading = read(people)
    planned = plan_roster(session, instansi_id=instansi_id, reading=reading, create_units=create_units)
    kept = keep_preview(
        session, plan=planned, reading=reading, upload=UPLOAD, now=NOW, by=by, answers=Answers(create_units)
    )
    session.commit()
    return kept


def confirm(session: Session, import_id: int) -> None:
    instansi_id = the_instansi(session).id
    reading = reread(session, instansi_id=instansi_id, import_id=import_id, today=TODAY, now=LATER)
    kept, planned = replan(session, instansi_id=instansi_id, import_id=import_id, reading=reading, now=LATER)
    apply_roster(session, planned, upload=kept.upload, now=LATER, by=None, skip_errors=True)
    session.commit()


def revise(session: Session, import_id: int, *, aliases: dict[str, int] | None = None) -> Preview:
    instansi_id = the_instansi(session).id
    reading = reread(session, instansi_id=instansi_id, import_id=import_id, today=TODAY, now=NOW)
    answers = None if aliases is None else Answers(units=aliases)
    return revise_preview(
        session, instansi_id=instansi_id, import_id=import_id, reading=reading, answers=answers, now=NOW
    )


def undo(session: Session, import_id: int) -> list[str]:
    instansi_id = the_instansi(session).id
    result = undo_roster(session, instansi_id=instansi_id, import_id=import_id, now=LATER, by=None)
    session.commit()
    return [one.nama for one in result.plan.left_alone]


def asn_id(session: Session, person: Person) -> int:
    return session.scalars(select(Asn.id).where(Asn.nip == person.nip)).one()


def test_a_preview_shows_what_would_change_and_changes_nothing(session: Session) -> None:
    apply(session, [SITI, BUDI])

    import_id = preview(session, make_person(1, nama="Siti Aminah, S.E."), make_person(3, nip="1985"))

    kept = get_preview(session, instansi_id=the_instansi(session).id, import_id=import_id, now=NOW)
    assert kept.summary["counts"] == {"added": 0, "updated": 1, "unchanged": 0, "moved": 0, "missing": 1}
    assert kept.summary["changes"][0]["before"] == {"nama": "Siti Aminah"}
    (missing,) = list_missing(session, kept, instansi_id=the_instansi(session).id, first=0, most=20)
    assert (missing.nama, missing.unit) == ("Budi Santoso", "Sekretariat, Dinas Kesehatan")
    assert [problem.row for problem in kept.problems] == [7]
    assert roster(session)[SITI.nip]["nama"] == "Siti Aminah"


def test_the_shown_plan_is_applied_and_only_once(session: Session) -> None:
    import_id = preview(session, SITI, BUDI)

    confirm(session, import_id)

    assert set(roster(session)) == {SITI.nip, BUDI.nip}
    with pytest.raises(PreviewGone):
        confirm(session, import_id)


def test_a_preview_is_kept_for_a_day(session: Session) -> None:
    import_id = preview(session, SITI)
    instansi_id = the_instansi(session).id

    assert find_preview(session, instansi_id=instansi_id, now=TOMORROW - timedelta(seconds=1))
    assert find_preview(session, instansi_id=instansi_id, now=TOMORROW) is None
    with pytest.raises(PreviewGone):
        get_preview(session, instansi_id=instansi_id, import_id=import_id, now=TOMORROW)


def test_a_roster_that_changed_meanwhile_is_shown_anew_before_it_is_applied(session: Session) -> None:
    import_id = preview(session, SITI, BUDI)
    apply(session, [SITI])

    with pytest.raises(PreviewOutdated):
        confirm(session, import_id)
    session.rollback()
    shown = revise(session, import_id)

    assert shown.summary["counts"]["added"] == 1
    confirm(session, import_id)
    assert set(roster(session)) == {SITI.nip, BUDI.nip}


def test_an_unknown_unit_is_answered_in_the_preview(session: Session) -> None:
    apply(session, [SITI])
    import_id = preview(session, make_person(2, opd="Dinkes"), create_units=False)
    dinas = session.scalars(select(Opd.id).where(Opd.nama == "Dinas Kesehatan")).one()

    shown = revise(session, import_id, aliases={"dinkes": dinas})

    assert (shown.problems, shown.summary["counts"]["added"]) == ((), 1)
    confirm(session, import_id)
    assert roster(session)[BUDI.nip]["unit"] == "Sekretariat"


def test_only_the_officer_of_a_preview_may_replace_it(session: Session) -> None:
    dewi, rina = make_user(session, login="dewi"), make_user(session, login="rina")
    first = preview(session, SITI, by=dewi.id)

    second = preview(session, SITI, BUDI, by=dewi.id)
    with pytest.raises(ImportUnderReview) as refused:
        preview(session, SITI, by=rina.id)
    session.rollback()

    assert refused.value.args == (dewi.id, NOW)
    with pytest.raises(PreviewGone):
        get_preview(session, instansi_id=the_instansi(session).id, import_id=first, now=NOW)
    assert session.get_one(RosterImport, first).rows == []
    discard_preview(session, instansi_id=the_instansi(session).id, import_id=second)
    session.commit()
    preview(session, SITI, by=rina.id)


def test_a_preview_of_another_instansi_is_not_found(session: Session) -> None:
    import_id = preview(session, SITI)
    other = make_instansi(session, kode="lain")

    with pytest.raises(NotFound):
        get_preview(session, instansi_id=other.id, import_id=import_id, now=NOW)


def test_undoing_restores_everybodys_values(session: Session) -> None:
    apply(session, [SITI, BUDI])
    before = roster(session)
    changed = [make_person(1, nama="Lain", unit="Bidang Program"), make_person(3)]
    result = apply(session, changed, deactivate_missing=True, confirmed=1, now=LATER)

    assert undo(session, result.import_id or 0) == []

    after = roster(session)
    assert {nip: after[nip] for nip in before} == before
    assert not after[make_person(3).nip]["active"]


def test_undoing_and_importing_again_arrives_at_the_same_roster(session: Session) -> None:
    apply(session, [SITI])
    result = apply(session, [SITI, BUDI], now=LATER)
    wanted = roster(session)
    undo(session, result.import_id or 0)

    apply(session, [SITI, BUDI], now=LATER + timedelta(hours=1))

    assert roster(session) == wanted


def test_undoing_names_and_leaves_people_who_have_acted_since(session: Session) -> None:
    make_period(session)
    result = apply(session, [SITI, BUDI])
    siti = Enrolment.asn_id == asn_id(session, SITI)
    session.execute(update(Enrolment).where(siti).values(started_at=LATER))
    session.commit()

    left = undo(session, result.import_id or 0)

    assert left == ["Siti Aminah"]
    assert roster(session)[SITI.nip]["active"]
    assert not roster(session)[BUDI.nip]["active"]


def test_undoing_leaves_people_changed_by_hand_since(session: Session) -> None:
    result = apply(session, [SITI, BUDI])
    session.get_one(Asn, asn_id(session, SITI)).active = False
    session.commit()

    plan = plan_undo(session, instansi_id=the_instansi(session).id, import_id=result.import_id or 0, now=LATER)

    assert [asn for asn, _ in plan.restoring] == [asn_id(session, BUDI)]
    assert [one.nama for one in plan.left_alone] == ["Siti Aminah"]


def test_undoing_says_why_it_leaves_a_person(session: Session) -> None:
    make_period(session)
    result = apply(session, [SITI, BUDI])
    for person in (SITI, BUDI):
        user = session.scalars(select(User).where(User.asn_id == asn_id(session, person))).one()
        begin_session(session, user_id=user.id, token=person.nip, now=LATER)
    session.execute(update(Enrolment).where(Enrolment.asn_id == asn_id(session, BUDI)).values(pledged_at=LATER))
    session.commit()

    plan = plan_undo(session, instansi_id=the_instansi(session).id, import_id=result.import_id or 0, now=LATER)

    assert {one.nama: one.why for one in plan.left_alone} == {
        "Siti Aminah": (Blocker.SIGNED_IN,),
        "Budi Santoso": (Blocker.SIGNED_IN, Blocker.SIGNED),
    }


def test_signing_in_is_no_reason_to_keep_a_changed_position(session: Session) -> None:
    apply(session, [SITI])
    result = apply(session, [make_person(1, nama="Siti Aminah", jabatan="Perawat")], now=LATER)
    user = session.scalars(select(User).where(User.asn_id == asn_id(session, SITI))).one()
    begin_session(session, user_id=user.id, token=SITI.nip, now=LATER + timedelta(hours=1))
    session.commit()

    assert undo(session, result.import_id or 0) == []


def test_an_import_can_be_undone_for_seven_days(session: Session) -> None:
    result = apply(session, [SITI])
    instansi_id, week = the_instansi(session).id, timedelta(days=7)

    assert find_undoable(session, instansi_id=instansi_id, now=NOW + week - timedelta(minutes=1)) == result.import_id
    assert find_undoable(session, instansi_id=instansi_id, now=NOW + week) is None
    with pytest.raises(NotUndoable):
        undo_roster(session, instansi_id=instansi_id, import_id=result.import_id or 0, now=NOW + week, by=None)


def test_only_the_last_import_can_be_undone_and_only_once(session: Session) -> None:
    first = apply(session, [SITI])
    second = apply(session, [SITI, BUDI], now=LATER)

    with pytest.raises(NotUndoable):
        undo(session, first.import_id or 0)
    session.rollback()
    undo(session, second.import_id or 0)

    assert find_undoable(session, instansi_id=the_instansi(session).id, now=LATER) is None
    with pytest.raises(NotUndoable):
        undo(session, second.import_id or 0)


def test_an_import_that_changed_nothing_leaves_the_one_before_undoable(session: Session) -> None:
    result = apply(session, [SITI])

    apply(session, [SITI], now=LATER)

    assert find_undoable(session, instansi_id=the_instansi(session).id, now=LATER) == result.import_id
