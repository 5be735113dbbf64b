"""Only the used part of an upload is kept, and only for a day; a NIK is never kept."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from netral.organisation.models import RosterImport
from netral.roster.applying import apply_roster
from netral.roster.planning import plan_roster
from netral.roster.previews import Answers, forget_old, get_preview, keep_preview, replan, reread
from netral.roster.reading import RosterReading, read_roster_file
from tests.factories import NOW, the_instansi
from tests.roster.importing import LATER, TODAY, UPLOAD, apply, read
from tests.roster.roster_generator import HEADINGS, SheetLayout, make_person, write_sheets, write_workbook

SITI = make_person(1, nama="Siti Aminah")
BUDI = make_person(2, nama="Budi Santoso")
TOMORROW = NOW + timedelta(hours=24)
NIK = "9999010101990001"
SENSITIVE = ("NIK", "AGAMA", "NOMOR HP", "ALAMAT")
VALUES = (NIK, "Agama Rahasia", "080000000000", "Jalan Rahasia 1")


def keep(session: Session, reading: RosterReading) -> int:
    instansi_id = the_instansi(session).id
    planned = plan_roster(session, instansi_id=instansi_id, reading=reading, create_units=True)
    kept = keep_preview(
        session, plan=planned, reading=reading, upload=UPLOAD, now=NOW, by=None, answers=Answers(create_units=True)
    )
    session.commit()
    return kept


def keep_rows(session: Session, rows: list[Any]) -> RosterImport:
    """Upload these rows and return the row of the database that keeps them."""
    reading = read_roster_file(write_workbook(rows), "pegawai.xlsx", today=TODAY)
    return session.get_one(RosterImport, keep(session, reading))


def confirm(session: Session, import_id: int) -> None:
    instansi_id = the_instansi(session).id
    reading = reread(session, instansi_id=instansi_id, import_id=import_id, today=TODAY, now=LATER)
    kept, planned = replan(session, instansi_id=instansi_id, import_id=import_id, reading=reading, now=LATER)
    apply_roster(session, planned, upload=kept.upload, now=LATER, by=None, skip_errors=True)
    session.commit()


def stored(row: RosterImport) -> str:
    return json.dumps([row.rows, row.problems, row.summary], ensure_ascii=False)


def test_only_cells_of_used_columns_are_kept_also_of_faulty_rows(session: Session) -> None:
    faulty = make_person(2, nama="Budi Santoso", jenis="?")
    rows = [(*HEADINGS, *SENSITIVE), (*SITI.cells(1), *VALUES), (*faulty.cells(2), *VALUES), ("JUMLAH", *VALUES)]

    kept = keep_rows(session, rows)

    assert "Siti Aminah" in stored(kept)
    assert [problem["row"] for problem in kept.problems] == [3]
    assert [value for value in VALUES if value in stored(kept)] == []


@pytest.mark.parametrize("field", ["nip", "nama", "jabatan", "unit", "email", "golongan"])
def test_a_nik_in_a_used_column_is_an_error_that_does_not_repeat_it(session: Session, field: str) -> None:
    person = make_person(2, **{field: NIK})

    kept = keep_rows(session, [HEADINGS, SITI.cells(1), person.cells(2)])

    assert {problem["row"] for problem in kept.problems} == {3}
    assert ("nik_given", "16 angka") in {(problem["reason"], problem["value"]) for problem in kept.problems}
    assert NIK not in stored(kept)


def test_a_nik_in_place_of_a_participant_number_is_refused(session: Session) -> None:
    rows = [("NO PESERTA", "NAMA", "STATUS", "OPD"), (NIK, "Siti", "PPNPN", "Dinas"), ("017", "Budi", "PPNPN", "Dinas")]

    kept = keep_rows(session, rows)

    assert [(problem["column"], problem["reason"]) for problem in kept.problems] == [("NO PESERTA", "nik_given")]
    assert NIK not in stored(kept)


def test_a_kept_upload_is_read_like_its_file(session: Session) -> None:
    layouts = [
        SheetLayout(name, [HEADINGS, make_person(number).cells(1), ("JUMLAH",)]) for number, name in enumerate("AB")
    ]
    reading = read_roster_file(write_sheets(*layouts), "pegawai.xlsx", today=TODAY)
    kept = keep(session, reading)

    again = reread(session, instansi_id=the_instansi(session).id, import_id=kept, today=TODAY, now=NOW)

    assert again == reading


def test_the_sweep_forgets_previews_of_more_than_a_day(session: Session) -> None:
    import_id = keep(session, read([SITI]))

    assert forget_old(session, now=TOMORROW - timedelta(seconds=1)) == 0
    assert forget_old(session, now=TOMORROW) == 1
    session.commit()

    row = session.get_one(RosterImport, import_id)
    session.refresh(row)
    assert (row.state, row.rows, row.problems, row.summary) == ("dibatalkan", [], [], {})


def test_faulty_rows_of_an_applied_import_are_kept_for_a_day_and_names_not_at_all(session: Session) -> None:
    instansi_id = the_instansi(session).id
    apply(session, [BUDI])
    import_id = keep(session, read([SITI, make_person(3, nip="1985", nama="Citra Dewi")]))
    confirm(session, import_id)
    row = session.get_one(RosterImport, import_id)
    assert "Budi Santoso" not in json.dumps(row.summary)

    for moment, faulty in ((LATER, 1), (LATER + timedelta(hours=24), 0)):
        kept = get_preview(session, instansi_id=instansi_id, import_id=import_id, now=moment)
        assert (len(kept.problems), len(kept.cells)) == (faulty, faulty)
    assert [forget_old(session, now=LATER + timedelta(hours=24)) for _ in range(2)] == [1, 0]
    session.commit()
    session.refresh(row)
    assert row.problems == []
