"""Finding people: by words of a name without its signs, by digits of a NIP, by a participant number."""

from collections.abc import Iterable

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from netral.folding import search_key
from netral.organisation.models import Asn
from netral.organisation.searching import finds, tells_number
from netral.organisation.writing import change_people, write_people
from netral.roster.applying import apply_roster
from netral.roster.undoing import undo_roster
from netral.settings import ROOT
from tests.databases import ON_POSTGRESQL, count_rows_scanned, note_sizes
from tests.factories import NOW, make_asn, the_instansi
from tests.roster.importing import LATER, UPLOAD, apply, make_place, plan
from tests.roster.roster_generator import make_person

NIP = "198501012010012000"


@pytest.fixture
def people(session: Session) -> None:
    make_asn(session, nama="Ahmad Ma’ruf Syafi’i, S.Ag.", nip=NIP)
    make_asn(session, nama="Siti Nur'aini Ma'ruf", nip="199002022015022000")
    make_asn(session, nama="Eva Andrée")
    make_asn(session, nama="Joko Widodo", jenis="PPNPN", number="non-0019")
    session.commit()


def found(session: Session, text: str) -> list[str]:
    return [nama.split()[0] for nama in session.scalars(select(Asn.nama).where(finds(text)).order_by(Asn.id))]


def misfiled(session: Session) -> Iterable[str]:
    """Return the names whose search key is not the one that their name gives."""
    rows = session.execute(select(Asn.nama, Asn.nama_cari).execution_options(populate_existing=True)).all()
    assert rows
    return [nama for nama, key in rows if key != search_key(nama)]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("text", "names"),
    [
        *((text, ["Ahmad", "Siti"]) for text in ("Ma'ruf", "Ma’ruf", "maruf", "MA`RUF", "ma\u200bruf")),
        ("syafi'i ahmad", ["Ahmad"]),
        ("s.ag", ["Ahmad"]),
        ("andree", ["Eva"]),
        ("ANDRÉE", ["Eva"]),
        (NIP, ["Ahmad"]),
        ("NIP. 19850101 201001 2 000", ["Ahmad"]),
        ("19850101/2010", ["Ahmad"]),
        ("2015022000", ["Siti"]),
        ("NON-0019", ["Joko"]),
        ("NON–0019", ["Joko"]),
        ("0019", ["Joko"]),
        ("19850", []),
        ("Siti 199002022015022000", ["Siti"]),
        ("%", []),
        ("_", []),
        ("...", []),
        ("", ["Ahmad", "Siti", "Eva", "Joko"]),
    ],
)
def test_people_are_found_as_officers_type(session: Session, text: str, names: list[str]) -> None:
    assert found(session, text) == names


@pytest.mark.parametrize(
    ("text", "number"), [(NIP, True), ("NIP 1985 01", True), ("Ma'ruf", False), ("NON-0019", False)]
)
def test_a_text_that_holds_a_number_is_known(text: str, *, number: bool) -> None:
    assert tells_number(text) is number


def test_a_name_is_searched_by_its_key_whoever_writes_it(session: Session) -> None:
    make_place(session)
    instansi_id = the_instansi(session).id
    apply(session, [make_person(1, nama="Nu’man"), make_person(2, nama="Eva")])
    assert misfiled(session) == []

    planned = plan(session, [make_person(1, nama="Nu’man Syafi’i"), make_person(2, nama="Évi")])
    result = apply_roster(session, planned, upload=UPLOAD, now=LATER, by=None)
    assert found(session, "syafii") == ["Nu’man"]
    assert misfiled(session) == []

    import_id = result.import_id
    assert import_id is not None
    undo_roster(session, instansi_id=instansi_id, import_id=import_id, now=LATER, by=None)
    assert found(session, "syafii") == []
    assert misfiled(session) == []


def test_inserts_of_every_kind_file_the_name(session: Session) -> None:
    like = make_asn(session, nama="Ma'ruf")
    row = {"instansi_id": like.instansi_id, "opd_id": like.opd_id, "jenis": "PNS", "created_at": NOW, "updated_at": NOW}
    session.execute(insert(Asn), [row | {"nama": "Nu'man"}, row | {"nama": "Évi"}])
    session.execute(insert(Asn).values(row | {"nama": "Syafi'i"}))
    change_people(session, [(like.id, {"nama": "Ma’ruf Amin"})], now=NOW)

    assert misfiled(session) == []
    assert found(session, "marufamin") == []
    assert found(session, "maruf amin") == ["Ma’ruf"]


@ON_POSTGRESQL
def test_each_new_person_is_placed_without_reading_the_places_of_all_others(engine: Engine, session: Session) -> None:
    like = make_asn(session)
    session.commit()
    note_sizes(engine, "asn", "assignment")
    common = {"jenis": "PNS", "opd_id": like.opd_id}
    people = [{"nama": "Siti Aminah", "number": f"P-{number}"} | common for number in range(50)]

    write_people(session, like.instansi_id, people, now=NOW)

    assert count_rows_scanned(session, "assignment") == 0


def test_nothing_but_the_one_writer_updates_people() -> None:
    """Only `change_people` updates people, since it writes a name together with its search key."""
    texts = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in (ROOT / "netral").rglob("*.py")
    }

    assert [name for name, text in texts.items() if "update(Asn" in text] == ["netral/organisation/writing.py"]
