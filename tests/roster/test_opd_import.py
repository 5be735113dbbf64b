"""The tree of OPD from a table."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.organisation.models import Opd
from netral.roster.opd_import import (
    OPD_COLUMNS,
    OpdHasErrors,
    OpdPlan,
    OpdResult,
    UnitsInCircle,
    apply_opd,
    find_empty,
    plan_opd,
    read_opd_file,
)
from netral.roster.problems import Reason
from netral.roster.tables import gather, read_tables
from tests.factories import NOW, make_opd, the_instansi
from tests.roster.importing import plan_rows
from tests.roster.roster_generator import make_nip, write_csv

HEADINGS = ("kode", "nama", "jenis", "induk")
DINKES = ("dinkes", "Dinas Kesehatan", "opd", "")
HULU = ("pkm-hulu", "UPTD Puskesmas Hulu", "uptd", "dinkes")


def plan(session: Session, *rows: Sequence[str]) -> OpdPlan:
    return read_opd_file(session, write_csv([HEADINGS, *rows]), "opd.csv", instansi_id=the_instansi(session).id)


def apply(session: Session, *rows: Sequence[str]) -> OpdResult:
    result = apply_opd(session, plan(session, *rows), instansi_id=the_instansi(session).id, now=NOW, by=None)
    session.commit()
    return result


def paths(session: Session) -> dict[str, list[str]]:
    """Return kode -> kodes from the root down, as the stored path has them."""
    kodes = {opd.id: opd.kode for opd in session.scalars(select(Opd))}
    return {
        opd.kode: [kodes[int(unit)] for unit in opd.path.split("/") if unit] for opd in session.scalars(select(Opd))
    }


def test_a_tree_comes_in_whatever_the_order_of_its_rows(session: Session) -> None:
    result = apply(session, ("pustu", "Pustu Muara", "lainnya", "pkm-hulu"), HULU, DINKES)

    assert result == OpdResult(added=3, updated=0, unchanged=0)
    assert paths(session)["pustu"] == ["dinkes", "pkm-hulu", "pustu"]


def test_importing_again_changes_nothing(session: Session) -> None:
    apply(session, DINKES, HULU)

    assert apply(session, DINKES, HULU) == OpdResult(added=0, updated=0, unchanged=2)


def test_a_unit_that_moves_takes_along_what_is_below_it(session: Session) -> None:
    apply(session, DINKES, HULU, ("pustu", "Pustu Muara", "lainnya", "pkm-hulu"), ("dinsos", "Dinas Sosial", "opd", ""))

    apply(session, ("pkm-hulu", "UPTD Puskesmas Hulu", "uptd", "dinsos"))

    assert paths(session)["pustu"] == ["dinsos", "pkm-hulu", "pustu"]
    assert paths(session)["dinkes"] == ["dinkes"]


def test_a_kind_that_is_not_given_is_read_from_the_name(session: Session) -> None:
    rows = [("a", "Kecamatan Muara", "", ""), ("b", "Kelurahan Muara", "", "a"), ("c", "SDN 001 Hulu", "", "a")]

    assert [row.jenis for row in plan(session, *rows).rows] == ["kecamatan", "kelurahan", "sekolah"]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (("dinas kesehatan", "Dinas", "opd", ""), "kode", Reason.KODE_INVALID),
        (("x" * 33, "Dinas", "opd", ""), "kode", Reason.KODE_INVALID),
        (("dinkes", "", "opd", ""), "nama", Reason.NAME_MISSING),
        (("dinkes", "Dinas", "kantor pusat", ""), "jenis", Reason.JENIS_UNKNOWN),
        (("dinkes", "Dinas", "opd", "tidak-ada"), "induk", Reason.PARENT_UNKNOWN),
        (("dinkes", "Dinas", "opd", "dinkes"), "induk", Reason.PARENT_CIRCULAR),
    ],
)
def test_problems_are_named_by_row_and_column(row: Sequence[str], column: str, reason: Reason) -> None:
    tables = read_tables(write_csv([HEADINGS, row]), "opd.csv", OPD_COLUMNS)

    (problem,) = plan_opd(gather(tables, find_empty), known=()).errors

    assert (problem.row, problem.column, problem.reason) == (2, column, reason)


def test_a_kode_that_stands_twice_spoils_both_rows_and_nothing_is_written(session: Session) -> None:
    with pytest.raises(OpdHasErrors):
        apply(session, DINKES, ("dinkes", "Dinas Lain", "opd", ""))

    assert paths(session) == {}


def test_a_circle_through_units_that_were_there_is_refused(session: Session) -> None:
    apply(session, DINKES, HULU)

    with pytest.raises(UnitsInCircle):
        apply(session, ("dinkes", "Dinas Kesehatan", "opd", "pkm-hulu"))


def test_a_kode_is_read_however_it_is_copied(session: Session) -> None:
    apply(session, ("pkm\u2013hulu\u200b", "Puskesmas Hulu", "uptd", ""), ("pustu", "Pustu", "uptd", "ｐｋｍ-hulu"))

    assert paths(session)["pustu"] == ["pkm-hulu", "pustu"]


def test_a_unit_that_a_certificate_cannot_show_is_refused(session: Session) -> None:
    data = write_csv([HEADINGS, ("dinkes", "ꦝꦶꦤꦱ꧀", "opd", "")])
    planned = read_opd_file(
        session, data, "opd.csv", instansi_id=the_instansi(session).id, unprintable=lambda name: set(name) & {"ꦝ"}
    )

    assert [(problem.reason, problem.data) for problem in planned.errors] == [(Reason.NAME_UNPRINTABLE, {"signs": "ꦝ"})]


UNOR = (("ID", "NAMA_UNOR", "ID_ATASAN"), ("A1", "Pemerintah Kab. Contoh", ""))
DINAS, SEKSI = ("A2", "Dinas Kesehatan", "A1"), ("A3", "Seksi Pelayanan", "A2")


def import_unor(session: Session, *rows: tuple[str, ...]) -> OpdResult:
    instansi_id = the_instansi(session).id
    planned = read_opd_file(session, write_csv([*UNOR, *rows]), "unor.csv", instansi_id=instansi_id)
    result = apply_opd(session, planned, instansi_id=instansi_id, now=NOW, by=None)
    session.commit()
    return result


def units(session: Session) -> dict[str, tuple[str, str, str | None]]:
    """Return kode -> name, SIASN's id and name of the parent."""
    found = {opd.id: opd for opd in session.scalars(select(Opd))}
    return {
        opd.kode: (opd.nama, opd.unor_id, found[opd.parent_id].nama if opd.parent_id else None)
        for opd in found.values()
    }


def test_the_tree_of_siasn_is_built_from_its_ids(session: Session) -> None:
    assert import_unor(session, SEKSI, DINAS).added == 2

    assert units(session) == {
        "dinas-kesehatan": ("Dinas Kesehatan", "A2", None),
        "seksi-pelayanan": ("Seksi Pelayanan", "A3", "Dinas Kesehatan"),
    }


def test_a_known_unit_gets_its_id_and_keeps_its_kode(session: Session) -> None:
    make_opd(session, nama="Dinas Kesehatan", kode="DINKES")
    session.commit()

    import_unor(session, DINAS, SEKSI)
    again = import_unor(session, ("A2", "Dinas Kesehatan dan KB", "A1"), SEKSI)

    assert units(session)["DINKES"] == ("Dinas Kesehatan dan KB", "A2", None)
    assert (again.added, again.updated, again.unchanged) == (0, 1, 1)


def test_units_of_siasn_in_a_circle_are_refused(session: Session) -> None:
    with pytest.raises(OpdHasErrors):
        import_unor(session, ("A2", "Dinas Kesehatan", "A3"), ("A3", "Seksi Pelayanan", "A2"))


def test_people_are_placed_by_the_id_of_their_unit_whatever_its_name(session: Session) -> None:
    import_unor(session, DINAS, SEKSI)
    seksi = session.scalars(select(Opd.id).where(Opd.unor_id == "A3")).one()
    row = ("PNS1", make_nip(1), "Siti Aminah", "III/a", "Seksi Yankes", "A3XX", "Dinas Kesehatan")
    session.get_one(Opd, seksi).unor_id = "A3XX"
    session.commit()

    planned = plan_rows(session, ("PNS ID", "NIP", "NAMA", "GOL", "UNOR NAMA", "UNOR ID", "UNOR INDUK NAMA"), row)

    assert [(one.row.siasn_id, one.opd_id) for one in planned.added] == [("PNS1", seksi)]
