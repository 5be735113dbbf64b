"""Planning and applying a roster on both databases."""

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from netral.audit.models import AuditEvent
from netral.organisation.models import Asn, Opd, RosterChange, RosterImport
from netral.organisation.stays import A_DAY
from netral.roster.applying import RosterHasErrors, apply_roster
from netral.roster.problems import Reason
from tests.databases import ON_POSTGRESQL, count_rows_scanned, note_sizes
from tests.factories import make_asn, make_instansi, make_opd
from tests.roster.importing import LATER, UPLOAD, apply, plan, roster, tree
from tests.roster.roster_generator import FIRST_ROW, make_people, make_person

SITI = make_person(1, nama="Siti Aminah")
BUDI = make_person(2, nama="Budi Santoso", unit="Bidang Program")
CITRA = make_person(3, nama="Citra Lestari", opd="Dinas Sosial")


def test_planning_writes_nothing(session: Session) -> None:
    planned = plan(session, [SITI, BUDI], create_units=True)
    session.commit()

    assert planned.counts == {"added": 2, "updated": 0, "unchanged": 0, "moved": 0, "missing": 0}
    assert session.scalar(select(func.count()).select_from(Asn)) == 0
    assert session.scalar(select(func.count()).select_from(Opd)) == 0


def test_people_and_their_units_come_in(session: Session) -> None:
    result = apply(session, [SITI, BUDI, CITRA])

    assert len(result.added) == 3
    assert roster(session)[BUDI.nip] == {
        "nama": "Budi Santoso",
        "jenis": "PNS",
        "jabatan": "Pelaksana",
        "golongan": "III/a",
        "email": "",
        "unit": "Bidang Program",
        "active": True,
    }
    assert tree(session)["Bidang Program"] == "Dinas Kesehatan"


def test_the_same_unit_name_under_two_offices_is_two_units(session: Session) -> None:
    apply(session, [SITI, CITRA])

    secretariats = session.scalars(select(Opd).where(Opd.nama == "Sekretariat")).all()
    assert len({opd.parent_id for opd in secretariats}) == 2
    assert len({opd.kode for opd in secretariats}) == 2
    assert all(opd.path.startswith(f"{opd.parent_id}/") and opd.path.endswith(f"{opd.id}/") for opd in secretariats)


def test_applying_again_changes_nothing_at_all(session: Session) -> None:
    apply(session, [SITI, BUDI])
    before = counts(session)

    result = apply(session, [SITI, BUDI], now=LATER)

    assert result.import_id is None
    assert counts(session) == before


def test_a_change_and_a_move_are_told_apart(session: Session) -> None:
    apply(session, [SITI, BUDI, CITRA])

    people = [
        make_person(1, nama="Siti Aminah, S.E."),
        make_person(2, nama="Budi Santoso", unit="Sekretariat", jabatan="Analis"),
        CITRA,
    ]
    assert plan(session, people).counts == {"added": 0, "updated": 1, "unchanged": 1, "moved": 1, "missing": 0}
    result = apply(session, people)

    assert (len(result.updated), len(result.moved), len(result.renamed)) == (1, 1, 1)
    assert roster(session)[SITI.nip]["nama"] == "Siti Aminah, S.E."
    assert roster(session)[BUDI.nip]["unit"] == "Sekretariat"
    assert roster(session)[BUDI.nip]["jabatan"] == "Analis"


def test_missing_people_stay_unless_deactivation_is_asked_for(session: Session) -> None:
    apply(session, [SITI, BUDI])

    assert plan(session, [SITI]).counts["missing"] == 1
    apply(session, [SITI])
    assert roster(session)[BUDI.nip]["active"]

    result = apply(session, [SITI], deactivate_missing=True, confirmed=1)
    assert len(result.left) == 1
    assert not roster(session)[BUDI.nip]["active"]
    assert roster(session)[SITI.nip]["active"]


def test_a_returning_person_is_active_again(session: Session) -> None:
    apply(session, [SITI, BUDI])
    apply(session, [SITI], deactivate_missing=True, confirmed=1)

    result = apply(session, [SITI, BUDI])

    assert result.returned == result.updated
    assert roster(session)[BUDI.nip]["active"]


def test_a_bad_row_refuses_the_whole_file(session: Session) -> None:
    bad = make_person(4, nip="1985")

    with pytest.raises(RosterHasErrors):
        apply(session, [SITI, bad])
    session.rollback()
    assert roster(session) == {}

    apply(session, [SITI, bad], skip_errors=True)
    assert list(roster(session)) == [SITI.nip]


def test_a_person_in_a_bad_row_is_not_missing(session: Session) -> None:
    apply(session, [SITI, BUDI, CITRA])

    people = [SITI, make_person(2, jenis="?"), make_person(3, nip="1,98E+17", nama="CITRA LESTARI")]

    assert plan(session, people).counts["missing"] == 0


def test_an_unknown_unit_is_an_error_with_suggestions_under_its_own_office(session: Session) -> None:
    apply(
        session, [SITI, make_person(5, unit="Bidang Pelayanan"), make_person(6, unit="Bidang Program", opd="Badan X")]
    )

    (problem,) = plan(session, [make_person(7, unit="Bid. Pelayanan")]).errors

    assert (problem.row, problem.column, problem.value) == (FIRST_ROW, "UNIT KERJA", "Bid. Pelayanan")
    assert problem.reason is Reason.UNIT_UNKNOWN
    assert problem.data["opd"] == "Dinas Kesehatan"
    assert problem.data["suggestions"][0]["nama"] == "Bidang Pelayanan"
    assert "Bidang Program" not in [one["nama"] for one in problem.data["suggestions"]]


@pytest.mark.parametrize("typed", ["Dinkes", "Dinas Kesehatn", "DINAS  KESEHATAN KAB."])
def test_an_unknown_office_is_an_error_with_suggestions(session: Session, typed: str) -> None:
    apply(session, [SITI, CITRA])

    (problem,) = plan(session, [make_person(7, opd=typed)]).errors

    assert (problem.column, problem.reason) == ("PERANGKAT DAERAH", Reason.OPD_UNKNOWN)
    assert problem.data["suggestions"][0]["nama"] == "Dinas Kesehatan"


def test_case_blanks_and_punctuation_of_a_unit_do_not_matter(session: Session) -> None:
    apply(session, [SITI])

    assert (
        plan(session, [make_person(1, nama="Siti Aminah", unit="SEKRETARIAT", opd="DINAS  KESEHATAN.")]).unchanged == 1
    )


def test_a_choice_for_an_unknown_unit_is_obeyed(session: Session) -> None:
    apply(session, [SITI])
    opd_id = session.scalars(select(Opd.id).where(Opd.nama == "Dinas Kesehatan")).one()

    planned = plan(session, [make_person(7, opd="Dinkes", unit="Sekretariat")], aliases={"dinkes": opd_id})

    assert not planned.errors
    assert planned.added[0].opd_id == session.scalars(select(Opd.id).where(Opd.nama == "Sekretariat")).one()


def test_a_unit_alone_is_found_when_it_stands_once(session: Session) -> None:
    dinas = make_opd(session, nama="Dinas Kesehatan")
    other = make_opd(session, nama="Dinas Sosial")
    puskesmas = make_opd(session, nama="UPTD Puskesmas Hulu", parent=dinas)
    make_opd(session, nama="Sekretariat", parent=dinas)
    make_opd(session, nama="Sekretariat", parent=other)

    planned = plan(
        session, [make_person(1, opd="", unit="UPTD Puskesmas Hulu"), make_person(2, opd="", unit="Sekretariat")]
    )

    assert [addition.opd_id for addition in planned.added] == [puskesmas.id]
    (problem,) = planned.errors
    assert problem.reason is Reason.UNIT_AMBIGUOUS
    assert problem.data == {"opd": ["Dinas Kesehatan", "Dinas Sosial"], "place": "sekretariat"}


def test_a_unit_deeper_in_the_tree_is_found_under_its_office(session: Session) -> None:
    dinas = make_opd(session, nama="Dinas Pendidikan")
    bidang = make_opd(session, nama="Bidang SD", parent=dinas)
    school = make_opd(session, nama="SDN 001 Hulu", parent=bidang)

    planned = plan(session, [make_person(1, opd="Dinas Pendidikan", unit="SDN 001 Hulu")])

    assert planned.added[0].opd_id == school.id


def test_the_name_of_the_instansi_itself_is_not_an_office(session: Session) -> None:
    dinas = make_opd(session, nama="Dinas Kesehatan")

    planned = plan(session, [make_person(1, opd="Pemerintah Kabupaten Contoh", unit="Dinas Kesehatan")])

    assert planned.added[0].opd_id == dinas.id


def test_people_of_another_instansi_are_never_touched(session: Session) -> None:
    apply(session, [SITI])
    other = make_opd(session, nama="Dinas Kesehatan", instansi=make_instansi(session, kode="lain", nama="Kota Lain"))
    foreign = make_asn(session, opd=other, nip=BUDI.nip)
    session.commit()

    result = apply(session, [SITI, BUDI], deactivate_missing=True)

    assert len(result.added) == 1
    session.refresh(foreign)
    assert foreign.active
    assert foreign.nama == "Siti Aminah"


def test_one_audit_event_tells_of_an_import_without_naming_anybody(session: Session) -> None:
    result = apply(session, make_people(30))

    (event,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "roster.applied"))
    assert event.object_id == str(result.import_id)
    assert event.detail["added"] == 30
    assert all(isinstance(value, int) for value in event.detail.values())


def test_no_nip_is_kept_beside_the_roster(session: Session) -> None:
    apply(session, [SITI, BUDI])

    kept = session.scalars(select(RosterImport)).one()
    assert kept.rows == []
    changes = session.scalars(select(RosterChange)).all()
    assert not any(SITI.nip in str((change.before, change.after)) for change in changes)


def counts(session: Session) -> tuple[int | None, ...]:
    tables = (Asn, Opd, RosterImport, RosterChange, AuditEvent)
    return tuple(session.scalar(select(func.count()).select_from(table)) for table in tables)


def test_many_who_leave_and_return_take_as_many_statements_as_one(session: Session, engine: Engine) -> None:
    people = make_people(41, opds=1)
    apply(session, people)
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    costs = []
    for gone in (1, 40):
        seen.clear()
        apply(session, people[gone:], now=LATER, deactivate_missing=True, confirmed=gone)
        apply(session, people, now=LATER + A_DAY)
        costs.append(len(seen))

    assert costs[0] == costs[1]


@ON_POSTGRESQL
def test_everybody_is_imported_after_a_few_without_reading_all_for_each(session: Session, engine: Engine) -> None:
    """The plan of a foreign key that was made for a few people is not kept for all the others."""
    people = make_people(1000, opds=1)
    apply(session, people[:1])
    session.close()
    note_sizes(engine, "asn", "assignment", "user_account")
    for count in range(2, 13):
        apply(session, people[:count])
    before = count_rows_scanned(session, "asn")
    planned = plan(session, people, create_units=True)

    apply_roster(session, planned, upload=UPLOAD, now=LATER, by=None)

    assert count_rows_scanned(session, "asn") - before < 20 * len(people)
