"""Lists of people for officers, and which officer may make a code for whom."""

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from netral.accounts.access import Reach, Role
from netral.accounts.directory import (
    Among,
    NobodyToInvite,
    OfficerBeyondReach,
    choose_invited,
    get_invited,
    list_people,
    list_units,
    prefixes,
)
from netral.accounts.models import User
from netral.accounts.users import grant_role
from netral.audit.events import Act
from netral.errors import NotFound
from netral.organisation.models import Asn, Opd
from tests.factories import NOW, make_asn, make_instansi, make_opd, make_user


def reach_of(opd: Opd) -> tuple[Reach]:
    return (Reach(opd.instansi_id, opd.path),)


def whole(opd: Opd) -> tuple[Reach]:
    return (Reach(opd.instansi_id),)


def make_person(session: Session, *, opd: Opd, nama: str = "Siti Aminah") -> Asn:
    asn = make_asn(session, opd=opd, nama=nama)
    make_user(session, asn=asn)
    return asn


def give(session: Session, asn: Asn, role: Role, opd: Opd | None = None) -> None:
    user = session.query(User).filter_by(asn_id=asn.id).one()
    instansi_id = None if role is Role.PENGELOLA else asn.instansi_id
    grant_role(session, Act(None, NOW, instansi_id), user=user, role=role, opd_id=opd.id if opd else None)


def test_an_operator_sees_people_of_one_subtree_only(session: Session) -> None:
    kesehatan = make_opd(session)
    puskesmas = make_opd(session, nama="Puskesmas Hulu", parent=kesehatan)
    perhubungan = make_opd(session, nama="Dinas Perhubungan")
    for opd, nama in ((kesehatan, "Siti"), (puskesmas, "Sari"), (perhubungan, "Sena")):
        make_person(session, opd=opd, nama=nama)

    found = list_people(session, reaches=reach_of(kesehatan))

    assert [person.nama for person in found.items] == ["Sari", "Siti"]
    assert found.total == 2


def test_an_officer_without_reach_sees_nobody(session: Session) -> None:
    make_person(session, opd=make_opd(session))

    assert list_people(session, reaches=()).total == 0


def test_the_whole_instansi_ends_at_its_border(session: Session) -> None:
    here = make_opd(session)
    elsewhere = make_opd(session, instansi=make_instansi(session, kode="lain", nama="Kota Lain"))
    make_person(session, opd=here)
    make_person(session, opd=elsewhere)

    assert list_people(session, reaches=whole(here)).total == 1


def test_all_words_of_a_search_stand_in_the_name(session: Session) -> None:
    opd = make_opd(session)
    for nama in ("Siti Aminah", "Aminah Putri", "Siti Rahma", "100% Siti_Aminah"):
        make_person(session, opd=opd, nama=nama)

    assert list_people(session, reaches=whole(opd), words="AMINAH siti").total == 2
    assert [person.nama for person in list_people(session, reaches=whole(opd), words="%").items] == ["100% Siti_Aminah"]


def test_an_opd_out_of_reach_does_not_exist(session: Session) -> None:
    kesehatan, perhubungan = make_opd(session), make_opd(session, kode="hub")

    with pytest.raises(NotFound):
        list_people(session, reaches=reach_of(kesehatan), opd_kode=perhubungan.kode)


def test_a_page_has_fifty_and_a_page_too_far_is_the_last(session: Session) -> None:
    opd = make_opd(session)
    for number in range(51):
        make_asn(session, opd=opd, nama=f"Pegawai {number:02}")

    assert len(list_people(session, reaches=whole(opd)).items) == 50
    last = list_people(session, reaches=whole(opd), page=9)
    assert (last.number, last.pages, len(last.items)) == (2, 2, 1)


def test_of_a_nip_three_digits_are_told(session: Session) -> None:
    opd = make_opd(session)
    asn = make_person(session, opd=opd)

    (line,) = list_people(session, reaches=whole(opd)).items
    assert asn.nip
    assert line.nip_akhir == asn.nip[-3:]


def test_units_stand_below_what_they_belong_to(session: Session) -> None:
    zaitun = make_opd(session, nama="Zaitun")
    make_opd(session, nama="Anggrek", parent=zaitun)
    make_opd(session, nama="Melati")

    units = list_units(session, reaches=whole(zaitun))

    assert [(unit.nama, unit.depth) for unit in units] == [("Melati", 0), ("Zaitun", 0), ("Anggrek", 1)]
    assert prefixes("7/31/") == ["7/", "7/31/"]


def test_codes_of_an_opd_are_for_people_without_password_there_or_below(session: Session) -> None:
    kesehatan = make_opd(session)
    puskesmas = make_opd(session, nama="Puskesmas Hulu", parent=kesehatan)
    make_person(session, opd=puskesmas, nama="Sari")
    activated = make_person(session, opd=kesehatan, nama="Siti")
    session.query(User).filter_by(asn_id=activated.id).one().password_hash = "x"
    left = make_person(session, opd=kesehatan, nama="Sena")
    left.active = False

    invited = choose_invited(session, reaches=reach_of(kesehatan), opd_kode=kesehatan.kode)

    assert [each.unit for each in invited] == ["Puskesmas Hulu"]


def test_nobody_to_invite_is_a_fact(session: Session) -> None:
    opd = make_opd(session)

    with pytest.raises(NobodyToInvite):
        choose_invited(session, reaches=whole(opd), opd_kode=opd.kode)


def test_somebody_out_of_reach_gets_no_code(session: Session) -> None:
    kesehatan, perhubungan = make_opd(session), make_opd(session)
    sena = make_person(session, opd=perhubungan)

    with pytest.raises(NotFound):
        get_invited(session, reaches=reach_of(kesehatan), asn_id=sena.id)


@pytest.mark.parametrize("role", [Role.BKPSDM, Role.INSPEKTORAT, Role.PENGELOLA])
def test_an_operator_cannot_open_the_account_of_a_higher_officer(session: Session, role: Role) -> None:
    opd = make_opd(session)
    dewi = make_person(session, opd=opd)
    give(session, dewi, role)

    with pytest.raises(OfficerBeyondReach):
        get_invited(session, reaches=reach_of(opd), asn_id=dewi.id)
    with pytest.raises(NobodyToInvite):
        choose_invited(session, reaches=reach_of(opd), opd_kode=opd.kode)
    assert list_people(session, reaches=reach_of(opd)).items[0].beyond


def test_bkpsdm_cannot_open_the_account_of_a_pengelola(session: Session) -> None:
    opd = make_opd(session)
    keeper, operator = make_person(session, opd=opd, nama="Keeper"), make_person(session, opd=opd, nama="Operator")
    give(session, keeper, Role.PENGELOLA)
    give(session, operator, Role.OPERATOR_OPD, opd)

    with pytest.raises(OfficerBeyondReach):
        get_invited(session, reaches=whole(opd), asn_id=keeper.id)
    assert get_invited(session, reaches=whole(opd), asn_id=operator.id).unit == opd.nama


def test_an_operator_opens_the_account_of_an_operator_below(session: Session) -> None:
    kesehatan = make_opd(session)
    puskesmas = make_opd(session, parent=kesehatan)
    below, beside = make_person(session, opd=puskesmas), make_person(session, opd=puskesmas)
    give(session, below, Role.OPERATOR_OPD, puskesmas)
    give(session, beside, Role.OPERATOR_OPD, make_opd(session))

    assert get_invited(session, reaches=reach_of(kesehatan), asn_id=below.id).user_id
    with pytest.raises(OfficerBeyondReach):
        get_invited(session, reaches=reach_of(kesehatan), asn_id=beside.id)


def test_units_without_operator_are_found_without_comparing_each_with_every_operator(
    engine: Engine, session: Session
) -> None:
    """Two thousand units and five hundred operators took PostgreSQL minutes when it compared them itself."""
    dinas = make_opd(session)
    units = [make_opd(session, kode=f"unit-{number}", parent=dinas) for number in range(3)]
    below = make_opd(session, kode="pustu", parent=units[0])
    act = Act(None, NOW, dinas.instansi_id)
    for unit in units[:2]:
        user = make_user(session, asn=make_asn(session, opd=unit))
        grant_role(session, act, user=user, role=Role.OPERATOR_OPD, opd_id=unit.id)
    make_asn(session, opd=below, nama="Siti")
    lonely = [make_asn(session, opd=unit, nama="Citra").id for unit in (units[2], dinas)]
    session.commit()
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))

    found = list_people(session, reaches=whole(dinas), among=Among.WITHOUT_OPERATOR)

    assert [line.asn_id for line in found.items] == lonely
    assert not [each for each in seen if "opd_1.path" in each or "opd_2.path" in each]
