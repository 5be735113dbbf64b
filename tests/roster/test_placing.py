"""The places of people in the tree of units: the instansi is no perangkat daerah, and no unit is made twice."""

import pytest
from sqlalchemy.orm import Session

from netral.organisation.models import Opd
from netral.organisation.units import NEW_UNIT
from netral.roster.planning import RosterPlan
from netral.roster.problems import Reason
from tests.factories import make_opd
from tests.roster.importing import apply, plan, plan_rows, tree
from tests.roster.roster_generator import make_person

UNIT_ALONE = ("NIP", "NAMA", "JENIS ASN", "UNIT KERJA")
SITI = make_person(1)


def reasons(planned: RosterPlan) -> list[Reason]:
    return [problem.reason for problem in planned.errors]


@pytest.mark.parametrize("opd", ["Pemerintah Kab. Contoh", "Pemkab Contoh", "PEMERINTAH DAERAH KABUPATEN CONTOH"])
def test_a_list_without_perangkat_daerah_is_refused_and_makes_no_root(session: Session, opd: str) -> None:
    people = [make_person(1, opd=opd, unit="Seksi Pelayanan Medik"), make_person(2, opd=opd, unit=opd)]

    planned = plan(session, people, create_units=True)

    assert reasons(planned) == [Reason.OPD_IS_INSTANSI] * 2
    assert {problem.data["instansi"] for problem in planned.errors} == {opd}
    assert planned.units == ()


def test_a_perangkat_daerah_below_the_instansi_is_made_as_a_root(session: Session) -> None:
    apply(session, [make_person(1, opd="Pemkab Contoh", unit="Dinas Kesehatan")])

    assert tree(session) == {"Dinas Kesehatan": None}


def test_a_known_unit_is_found_below_the_name_of_the_instansi(session: Session) -> None:
    seksi = make_opd(session, nama="Seksi Pelayanan", parent=make_opd(session, nama="Dinas Kesehatan"))

    planned = plan(session, [make_person(1, opd="Pemerintah Kab. Contoh", unit="Seksi Pelayanan")])

    assert [one.opd_id for one in planned.added] == [seksi.id]


def test_a_unit_that_names_no_perangkat_daerah_is_never_made_a_root(session: Session) -> None:
    rows = [
        (SITI.nip, "Siti Aminah", "PNS", "Seksi Angkutan"),
        (make_person(2).nip, "Budi Santoso", "PNS", "Dinas Perhubungan"),
    ]

    planned = plan_rows(session, UNIT_ALONE, *rows, create_units=True)

    assert reasons(planned) == [Reason.OPD_MISSING]
    assert [unit.nama for unit in planned.units] == ["Dinas Perhubungan"]


@pytest.fixture
def known(session: Session) -> dict[str, Opd]:
    dinas = make_opd(session, nama="Dinas Kesehatan", kode="dinkes-1")
    pendidikan = make_opd(session, nama="Dinas Pendidikan")
    return {
        "dinas": dinas,
        "kecamatan": make_opd(session, nama="Kecamatan Muara Lestari"),
        "school": make_opd(session, nama="SDN 001 Sungai Jernih", parent=pendidikan),
        "puskesmas": make_opd(session, nama="UPTD Puskesmas Hulu", parent=dinas),
        "sekretariat": make_opd(session, nama="Sekretariat", parent=dinas),
    }


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("DINKES", "dinas"),
        ("KEC. MUARA LESTARI", "kecamatan"),
        ("SD Negeri 001 Sungai Jernih", "school"),
        ("Puskesmas Hulu", "puskesmas"),
    ],
)
def test_a_single_column_of_units_suggests_every_unit_of_the_tree(
    session: Session, known: dict[str, Opd], typed: str, unit: str
) -> None:
    (problem,) = plan_rows(session, UNIT_ALONE, (SITI.nip, "Siti Aminah", "PNS", typed)).errors

    assert problem.data["suggestions"][0]["kode"] == known[unit].kode


@pytest.mark.parametrize("typed", ["DINKES", "KEC. MUARA LESTARI", "Puskesmas Hulu", "Dinas Kesehatn"])
def test_a_root_that_resembles_a_known_unit_is_not_made(session: Session, known: dict[str, Opd], typed: str) -> None:
    planned = plan(session, [make_person(1, opd=typed, unit="")], create_units=True)

    assert (reasons(planned), planned.units) == ([Reason.UNIT_ALIKE], ())


def test_a_unit_below_that_resembles_a_known_one_is_not_made(session: Session, known: dict[str, Opd]) -> None:
    people = [make_person(1, unit="PKM Hulu"), make_person(2, unit="UPTD Puskesmas Hilir")]

    planned = plan(session, people, create_units=True)

    (problem,) = planned.errors
    assert problem.data["alike"] == "UPTD Puskesmas Hulu, Dinas Kesehatan"
    assert [unit.nama for unit in planned.units] == ["UPTD Puskesmas Hilir"]


def test_two_spellings_of_a_new_unit_in_one_file_are_asked_about(session: Session) -> None:
    people = [make_person(1, opd="Dinas Sosial", unit=""), make_person(2, opd="DINSOS", unit="")]

    planned = plan(session, people, create_units=True)

    assert (reasons(planned), [unit.nama for unit in planned.units]) == ([Reason.UNIT_ALIKE], ["Dinas Sosial"])
    assert planned.errors[0].data["suggestions"] == []


@pytest.mark.parametrize("typed", ["Dinas Kesehatan Kabupaten Contoh", "Dinas Kesehatan Pemkab Contoh"])
def test_a_unit_named_with_its_instansi_is_that_unit(session: Session, known: dict[str, Opd], typed: str) -> None:
    planned = plan(session, [make_person(1, opd=typed, unit="")], create_units=True)

    assert ([one.opd_id for one in planned.added], planned.units) == ([known["dinas"].id], ())


def test_every_office_may_have_a_sekretariat(session: Session, known: dict[str, Opd]) -> None:
    people = [make_person(1, opd="Sekretariat Daerah", unit=""), make_person(2, opd="Badan Baru", unit="Sekretariat")]

    planned = plan(session, people, create_units=True)

    assert planned.errors == ()
    assert [unit.nama for unit in planned.units] == ["Sekretariat Daerah", "Badan Baru", "Sekretariat"]


def test_an_officer_who_insists_gets_a_new_unit(session: Session, known: dict[str, Opd]) -> None:
    planned = plan(session, [make_person(1, opd="DINKES", unit="")], aliases={"dinkes": NEW_UNIT})

    assert ([unit.nama for unit in planned.units], planned.errors) == (["DINKES"], ())
