"""A plan before anything is written: rows of one person, blank cells, and the number of people who leave."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.organisation.careers import Intent, Wish
from netral.organisation.models import Asn, Opd, RosterChange, RosterImport
from netral.roster.applying import DeactivationUnconfirmed, RosterResult, apply_roster
from netral.roster.changing import change_place
from netral.roster.planning import RosterPlan
from netral.roster.problems import Reason
from netral.roster.undoing import UndoResult, undo_roster
from netral.words.roster import say_problem
from tests.factories import NOW, make_asn, make_opd, the_instansi
from tests.roster.importing import LATER, UPLOAD, apply, plan, plan_rows, roster
from tests.roster.roster_generator import make_people, make_person

HEADINGS = ("NIP", "NIP LAMA", "NAMA", "JENIS ASN", "PERANGKAT DAERAH")
OLD, NEW, OTHER = "198102022006022000", "198102022026122000", "198506152010011000"
RINA = (OLD, "", "Rina Wati", "PPPK", "Dinas Kesehatan")
RINA_AS_PNS = (NEW, OLD, "Rina Wati", "PNS", "Dinas Kesehatan")


def apply_rows(session: Session, *rows: Sequence[str], hours: int = 0) -> RosterResult:
    planned = plan_rows(session, HEADINGS, *rows, create_units=True)
    result = apply_roster(session, planned, upload=UPLOAD, now=NOW + timedelta(hours=hours), by=None)
    session.commit()
    return result


def undo(session: Session, import_id: int) -> UndoResult:
    two_hours_later = NOW + timedelta(hours=2)
    instansi_id = the_instansi(session).id
    undone = undo_roster(session, instansi_id=instansi_id, import_id=import_id, now=two_hours_later, by=None)
    session.commit()
    return undone


def reasons(planned: RosterPlan) -> list[Reason]:
    return [problem.reason for problem in planned.errors]


def test_nip_lama_of_a_known_person_changes_the_nip_and_makes_nobody(session: Session) -> None:
    rina = apply_rows(session, RINA).added[0]

    result = apply_rows(session, RINA_AS_PNS, hours=1)

    assert (result.added, result.updated) == ((), (rina,))
    assert [(one.asn_id, one.before, one.after) for one in result.renumbered] == [(rina, OLD, NEW)]
    assert list(roster(session)) == [NEW]
    assert roster(session)[NEW]["jenis"] == "PNS"


def test_the_file_with_nip_lama_again_changes_nothing(session: Session) -> None:
    apply_rows(session, RINA)
    apply_rows(session, RINA_AS_PNS, hours=1)

    planned = plan_rows(session, HEADINGS, RINA_AS_PNS)

    assert planned.counts == {"added": 0, "updated": 0, "unchanged": 1, "moved": 0, "missing": 0}


@pytest.mark.parametrize("nip_lama", ["131000000", "-", NEW, "19810202", OTHER])
def test_a_nip_lama_that_nobody_has_is_of_no_account(session: Session, nip_lama: str) -> None:
    planned = plan_rows(session, HEADINGS, (NEW, nip_lama, *RINA[2:]), create_units=True)

    assert (planned.counts["added"], planned.errors) == (1, ())


def test_a_damaged_nip_lama_is_told(session: Session) -> None:
    (warning,) = plan_rows(session, HEADINGS, (NEW, "1,98102E+17", *RINA[2:]), create_units=True).warnings

    assert (warning.column, warning.reason) == ("NIP LAMA", Reason.NIP_DAMAGED)


def test_two_known_people_in_one_row_are_an_error_and_nobody_is_missing(session: Session) -> None:
    apply_rows(session, RINA, (NEW, "", "Rina W.", "PNS", "Dinas Kesehatan"))

    planned = plan_rows(session, HEADINGS, RINA_AS_PNS)

    (problem,) = planned.errors
    assert (problem.reason, problem.column) == (Reason.NIP_OF_TWO, "NIP LAMA")
    assert problem.data == {"nama": "Rina W.", "lama": "Rina Wati"}
    assert (planned.changes, planned.missing) == ((), ())


def test_a_nip_lama_that_another_row_still_has_is_an_error_in_both(session: Session) -> None:
    apply_rows(session, RINA)

    planned = plan_rows(session, HEADINGS, RINA_AS_PNS, RINA)

    assert reasons(planned) == [Reason.NIP_LAMA_IN_FILE, Reason.NIP_DUPLICATE]
    assert planned.errors[0].data == {"rows": [3]}
    assert planned.changes == ()


def test_a_nip_lama_of_two_rows_is_an_error_in_both(session: Session) -> None:
    apply_rows(session, RINA)

    planned = plan_rows(session, HEADINGS, RINA_AS_PNS, (OTHER, OLD, "Rini Wati", "PNS", "Dinas Kesehatan"))

    assert reasons(planned) == [Reason.NIP_LAMA_DUPLICATE] * 2
    assert [(problem.column, problem.data) for problem in planned.errors] == [("NIP LAMA", {"rows": [2, 3]})] * 2
    assert (planned.changes, planned.added, planned.missing) == ((), (), ())


def test_a_person_whose_new_row_is_faulty_is_not_missing(session: Session) -> None:
    apply_rows(session, RINA)

    planned = plan_rows(session, HEADINGS, (NEW, OLD, "", "PNS", "Dinas Kesehatan"))

    assert (reasons(planned), planned.missing) == ([Reason.NAME_MISSING], ())


def test_undoing_gives_the_old_nip_back_and_then_keeps_it_nowhere_else(session: Session) -> None:
    apply_rows(session, RINA)
    before = roster(session)
    result = apply_rows(session, RINA_AS_PNS, hours=1)
    import_id = result.import_id or 0
    kept = session.scalars(select(RosterChange).where(RosterChange.import_id == import_id)).one()
    assert OLD not in str((kept.before, kept.after))

    undone = undo(session, import_id)

    assert roster(session) == before
    assert [(one.before, one.after) for one in undone.renumbered] == [(NEW, OLD)]
    assert OLD not in str(session.get_one(RosterImport, import_id).summary)


def test_an_old_nip_that_somebody_else_has_now_is_not_given_back(session: Session) -> None:
    rina = apply_rows(session, RINA).added[0]
    import_id = apply_rows(session, RINA_AS_PNS, hours=1).import_id or 0
    make_asn(session, opd=session.get_one(Opd, session.get_one(Asn, rina).opd_id), nama="Citra Dewi", nip=OLD)

    undone = undo(session, import_id)

    assert [one.asn_id for one in undone.plan.left_alone] == [rina]
    assert session.get_one(Asn, rina).nip == NEW


def test_the_next_import_forgets_the_nip_of_before(session: Session) -> None:
    apply_rows(session, RINA)
    first = apply_rows(session, RINA_AS_PNS, hours=1).import_id or 0
    assert OLD in str(session.get_one(RosterImport, first).summary)

    apply_rows(session, (NEW, OLD, "Rina Wati, S.E.", "PNS", "Dinas Kesehatan"), hours=2)

    assert not any(OLD in str(each.summary) for each in session.scalars(select(RosterImport)))


@pytest.mark.parametrize("nama", ["Rina Wati", "RINA WATI, S.Pd.", "Dr. Rina Wati"])
def test_a_new_nip_with_name_and_birth_date_of_a_missing_person_is_a_question(session: Session, nama: str) -> None:
    apply_rows(session, RINA)

    planned = plan_rows(session, HEADINGS, (NEW, "", nama, "PNS", "Dinas Kesehatan"))

    (question,) = planned.questions
    assert (question.row, question.column, question.value) == (2, "NIP", "…26122000")
    known = {"nama": "Rina Wati", "unit": "Dinas Kesehatan", "nip": "…06022000"}
    assert question.data == known | {"person": session.scalars(select(Asn.id)).one(), "written": nama}
    assert (planned.counts["added"], planned.counts["missing"]) == (0, 0)


@pytest.mark.parametrize(("nip", "nama"), [(OTHER, "Rina Wati"), (NEW, "Rina Sari")])
def test_another_birth_date_or_another_name_is_no_question(session: Session, nip: str, nama: str) -> None:
    apply_rows(session, RINA)

    assert plan_rows(session, HEADINGS, (nip, "", nama, "PNS", "Dinas Kesehatan")).questions == ()


NUMBERED = ("NIP", "NO PESERTA", "NAMA", "JENIS ASN", "PERANGKAT DAERAH")


def apply_numbered(session: Session, *rows: tuple[str, ...]) -> None:
    planned = plan_rows(session, NUMBERED, *rows, create_units=True)
    apply_roster(session, planned, upload=UPLOAD, now=NOW, by=None)
    session.commit()


def test_a_ppnpn_who_is_appointed_stays_one_person_by_their_number(session: Session) -> None:
    apply_numbered(session, ("", "P-7", "Rina Wati", "PPNPN", "Dinas Kesehatan"))

    planned = plan_rows(session, NUMBERED, (NEW, "P-7", "Rina Wati, S.E.", "PPPK", "Dinas Kesehatan"))

    (change,) = planned.changes
    assert (change.before["nip"], change.after["nip"], change.after["jenis"]) == (None, NEW, "PPPK")
    assert planned.counts | {"updated": 0} == dict.fromkeys(planned.counts, 0)


@pytest.mark.parametrize(
    ("opd", "asked"), [("Dinas Kesehatan", [Reason.PPNPN_PERHAPS_APPOINTED]), ("Dinas Perhubungan", [])]
)
def test_a_ppnpn_of_that_name_who_may_have_been_appointed_is_a_question(
    session: Session, opd: str, asked: list[Reason]
) -> None:
    apply_numbered(session, ("", "P-7", "Rina Wati", "PPNPN", "Dinas Kesehatan"))

    planned = plan_rows(session, NUMBERED, (NEW, "", "Rina Wati", "PPPK", opd), create_units=True)

    assert [question.reason for question in planned.questions] == asked
    assert planned.counts["added"] == planned.counts["missing"] == (0 if asked else 1)


def test_a_nip_and_a_number_of_two_people_are_refused(session: Session) -> None:
    apply_numbered(
        session,
        ("", "P-7", "Rina Wati", "PPNPN", "Dinas Kesehatan"),
        (NEW, "", "Rina Wati", "PPPK", "Dinas Kesehatan"),
    )

    planned = plan_rows(session, NUMBERED, (NEW, "P-7", "Rina Wati", "PPPK", "Dinas Kesehatan"))

    assert [problem.reason for problem in planned.errors] == [Reason.NUMBER_OF_TWO]
    assert planned.missing == ()


def test_a_blank_cell_keeps_what_is_known_and_is_counted(session: Session) -> None:
    apply(session, [make_person(1, email="siti@contohkab.example"), make_person(2)])
    before = roster(session)

    blank = [make_person(number, jabatan="", golongan="", email="") for number in (1, 2)]
    planned = plan(session, blank)

    assert planned.counts["unchanged"] == 2
    assert planned.kept == {"jabatan": 2, "golongan": 2, "email": 1}
    apply(session, [make_person(1, jabatan="", email="", golongan="IV/a"), make_person(2)], now=LATER)
    nip = make_person(1).nip
    assert roster(session)[nip] == {**before[nip], "golongan": "IV/a"}


def missing_of(session: Session, known: int, gone: int) -> RosterPlan:
    people = make_people(known)
    apply(session, people)
    return plan(session, people[gone:])


@pytest.mark.parametrize(("known", "gone", "must"), [(20, 1, False), (19, 1, True), (40, 3, True)])
def test_more_than_five_percent_of_the_active_must_be_confirmed(
    session: Session, known: int, gone: int, *, must: bool
) -> None:
    assert missing_of(session, known, gone).must_be_confirmed is must


@pytest.mark.parametrize("typed", [None, 2, 4])
def test_missing_people_are_not_deactivated_without_their_number(session: Session, typed: int | None) -> None:
    planned = missing_of(session, 20, 3)

    with pytest.raises(DeactivationUnconfirmed) as refused:
        apply_roster(session, planned, upload=UPLOAD, now=LATER, by=None, deactivate_missing=True, confirmed=typed)

    assert refused.value.args == (3,)
    session.rollback()
    assert all(person["active"] for person in roster(session).values())


def test_missing_people_are_deactivated_with_their_number(session: Session) -> None:
    planned = missing_of(session, 20, 3)

    result = apply_roster(session, planned, upload=UPLOAD, now=LATER, by=None, deactivate_missing=True, confirmed=3)

    assert len(result.left) == 3
    assert sum(not person["active"] for person in roster(session).values()) == 3


def test_a_wrong_number_is_refused_even_for_few_missing_people(session: Session) -> None:
    planned = missing_of(session, 20, 1)

    with pytest.raises(DeactivationUnconfirmed):
        apply_roster(session, planned, upload=UPLOAD, now=LATER, by=None, deactivate_missing=True, confirmed=2)


def test_a_plan_names_the_people_it_would_change_only_once(session: Session) -> None:
    dinas = make_opd(session, nama="Dinas Kesehatan")
    make_asn(session, opd=dinas, nip=OLD, nama="Rina Wati", jenis="PPPK")

    planned = plan_rows(session, HEADINGS, RINA_AS_PNS)

    assert planned.counts == {"added": 0, "updated": 1, "unchanged": 0, "moved": 0, "missing": 0}
    assert session.scalars(select(Asn.nip)).all() == [OLD]


def test_a_file_brings_nobody_back_whose_retirement_was_entered(session: Session) -> None:
    rina = apply_rows(session, RINA).added[0]
    leaving = Wish(intent=Intent.LEAVE, day=NOW.date(), kind="pensiun", reason="Batas usia pensiun")
    change_place(session, Act(None, NOW, the_instansi(session).id), asn_id=rina, wish=leaving)

    planned = plan_rows(session, HEADINGS, RINA)

    assert (planned.changes, reasons(planned)) == ((), [Reason.LEFT_BY_OFFICER])
    assert "keluar sejak 2 Mei 2029" in say_problem(planned.errors[0])
