"""flask instansi and flask user: the first steps of an installation, and its officers."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.codes import check_code
from netral.accounts.models import RoleGrant, User
from netral.accounts.sessions import begin_session, find_actor
from netral.accounts.users import grant_role
from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.organisation.models import Instansi
from tests.cli.conftest import Run, read
from tests.factories import NOW, make_asn, make_instansi, make_opd, make_user
from tests.web.conftest import give_factor

INSTANSI = ("instansi", "create", "contoh", "Kabupaten Contoh", "--zona", "Asia/Makassar", "--json")
DEWI = ("user", "create", "--login", "dewi", "--nama", "Dewi Lestari", "--role", "bkpsdm", "--json")


def test_an_instansi_is_registered_once(run: Run, session: Session) -> None:
    assert read(run(*INSTANSI))["kode"] == "contoh"

    assert "sudah dipakai" in run(*INSTANSI, code=1).stderr
    assert session.scalars(select(Instansi.zona)).one() == "Asia/Makassar"


@pytest.mark.parametrize(("place", "option", "told"), [(2, "kode dua", "1 sampai 32"), (5, "Asia/Atlantis", "Contoh")])
def test_an_instansi_that_cannot_be_is_refused(run: Run, session: Session, place: int, option: str, told: str) -> None:
    arguments = [*INSTANSI]
    arguments[place] = option

    assert told in run(*arguments, code=1).stderr
    assert session.scalars(select(Instansi)).all() == []


def test_the_first_officer_gets_a_code_that_works(run: Run, session: Session) -> None:
    run(*INSTANSI)

    made = read(run(*DEWI))

    assert check_code(session, login="dewi", code=made["code"], now=NOW).nama == "Dewi Lestari"
    assert "sudah dipakai" in run(*DEWI, code=1).stderr


def test_an_officer_may_be_somebody_on_the_roster(run: Run, session: Session) -> None:
    asn = make_asn(session)
    assert asn.nip
    run(*DEWI[:3], asn.nip, *DEWI[4:], "--nip", asn.nip)

    assert session.scalars(select(User.asn_id)).one() == asn.id


def test_an_operator_has_an_opd(run: Run, session: Session) -> None:
    make_opd(session, kode="dinkes")
    operator = ("user", "create", "--login", "budi", "--nama", "Budi", "--role", "operator_opd")

    assert "--opd KODE" in run(*operator, code=1).stderr
    assert "Tidak ditemukan: opd lain" in run(*operator, "--opd", "lain", code=1).stderr
    run(*operator, "--opd", "dinkes")
    assert session.scalars(select(RoleGrant.role)).all() == ["operator_opd"]


def test_a_role_is_granted_and_revoked_but_the_last_officer_stays(run: Run) -> None:
    run(*INSTANSI)
    run(*DEWI)
    run("user", "grant", "dewi", "pimpinan")

    assert "sudah memegang" in run("user", "grant", "dewi", "pimpinan", code=1).stderr
    run("user", "revoke", "dewi", "pimpinan")
    assert "pemegang terakhir" in run("user", "revoke", "dewi", "bkpsdm", code=1).stderr
    assert "Tidak ditemukan: dewa" in run("user", "grant", "dewa", "pimpinan", code=1).stderr.replace("  ", " ")


def test_a_pengelola_belongs_to_no_instansi(run: Run, session: Session) -> None:
    run("user", "create", "--login", "eko", "--nama", "Eko", "--role", "pengelola")

    assert session.scalars(select(User.instansi_id)).one() is None


def test_a_lost_authenticator_is_taken_off_and_every_session_ends(run: Run, session: Session) -> None:
    user = give_factor(session, make_user(session, login="dewi"))
    begin_session(session, user_id=user.id, token="rahasia", now=NOW, factor_at=NOW)

    assert "masuk dengan kata sandi" in run("user", "reset-factor", "dewi").stdout
    assert find_actor(session, token="rahasia", now=NOW) is None
    assert session.scalars(select(AuditEvent.action)).one() == "user.factor_removed"
    assert "Tidak ditemukan: autentikator dewi" in run("user", "reset-factor", "dewi", code=1).stderr


def test_the_owner_of_the_machine_lets_an_officer_in_alone_and_it_is_recorded(run: Run, session: Session) -> None:
    instansi = make_instansi(session)
    eka = make_user(session, login="eka", nama="Eka", instansi=instansi)
    grant_role(session, Act(None, NOW, instansi.id), user=eka, role=Role.INSPEKTORAT)
    session.commit()

    code = read(run("user", "code", "eka", "--json"))["code"]
    assert check_code(session, login="eka", code=code, now=NOW) is eka
    made = session.execute(select(AuditEvent.action, AuditEvent.actor_id).order_by(AuditEvent.id)).all()
    assert tuple(made[-1]) == ("code.issued", None)
    assert "Tidak ditemukan: siapa" in run("user", "code", "siapa", code=1).stderr


def test_the_letterhead_is_shown_and_set(run: Run, session: Session) -> None:
    run(*INSTANSI)
    assert "BKPSDM Kabupaten Contoh" in run("instansi", "letterhead").stdout
    template = "{klasifikasi}/{urut}/{unit}/{bulan}/{tahun}"

    changed = read(
        run("instansi", "letterhead", "--singkatan", "BKD", "--nomor", template, "--klasifikasi", "800.1", "--json")
    )
    assert changed["next"].startswith("800.1/1/BKD/")
    assert "tepat satu kali" in run("instansi", "letterhead", "--nomor", "{tahun}", code=1).stderr
    assert "Paling panjang 30" in run("instansi", "letterhead", "--singkatan", "B" * 31, code=1).stderr
    assert "Isi singkatan" in run("instansi", "letterhead", "--singkatan", "", code=1).stderr
    session.rollback()
    assert session.scalars(select(Instansi.issuer_short)).one() == "BKD"
