"""From *data saya keliru* to the roster: every step once, within reach, with all its consequences."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.accounts.models import User
from netral.accounts.users import OwnMatter
from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.certificates.issue.issuing import Signer
from netral.certificates.models import Certificate
from netral.corrections.asking import (
    Asked,
    CorrectionSettled,
    NothingToCorrect,
    TooManyCorrections,
    ask,
    withdraw,
)
from netral.corrections.claims import (
    ClaimMissing,
    ClaimTooLong,
    ClaimUnusable,
    ClaimWithNik,
    CorrectedField,
    NipImpossible,
    State,
    Step,
    read_claim,
)
from netral.corrections.deciding import (
    Accepted,
    CorrectionReasonMissing,
    Decider,
    NipTaken,
    UnitNotChosen,
    accept,
    check,
    decline,
    spell,
)
from netral.corrections.listing import count_waiting, get_within, list_own, list_within
from netral.errors import NetralError, NotFound
from netral.learning.periods.models import Enrolment, EnrolmentChange
from netral.organisation.models import Asn, Opd
from tests.certificates.rows import make_complete, make_issued
from tests.certificates.samples import make_keyring, make_signer
from tests.factories import NOW, make_asn, make_enrolment, make_opd, make_period, make_user

NIP = "198501012010012003"
FIELD = CorrectedField


@pytest.fixture
def siti(session: Session) -> Asn:
    asn = make_asn(session)
    make_user(session, asn=asn)
    session.commit()
    return asn


@pytest.fixture
def budi(session: Session, siti: Asn) -> Decider:
    """Return the operator of Siti's OPD."""
    opd = session.get_one(Opd, siti.opd_id)
    own = make_asn(session, opd=opd, nama="Budi Santoso")
    return Decider(Act(make_user(session, asn=own).id, NOW), own.id, (Reach(opd.instansi_id, opd.path),))


@pytest.fixture
def dewi(session: Session, siti: Asn) -> Decider:
    """Return an officer of BKPSDM."""
    return Decider(Act(make_user(session, nama="Dewi Lestari").id, NOW), None, (Reach(siti.instansi_id),))


def ask_for(
    session: Session, asn: Asn, field: CorrectedField = FIELD.NAMA, proposed: str = "Siti Aminah Putri"
) -> Asked:
    return ask(session, Act(None, NOW), asn_id=asn.id, field=field, proposed=proposed, note="Sesuai akta")


def agree(session: Session, correction_id: int, decider: Decider, opd_kode: str = "", *, first: int = 77) -> Accepted:
    numbers: Iterator[int] = count(first)
    return accept(
        session,
        decider,
        Signer(lambda: next(numbers).to_bytes(16, "big"), make_keyring),
        correction_id=correction_id,
        opd_kode=opd_kode,
    )


def actions(session: Session) -> list[str]:
    session.commit()
    return [name for name in session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)) if "correction" in name]


def test_asked_checked_accepted_the_name_stands_everywhere(session: Session) -> None:
    enrolment, issued = make_issued(session)
    siti = session.get_one(Asn, enrolment.asn_id)
    user = make_user(session, asn=siti)
    opd = session.get_one(Opd, siti.opd_id)
    budi = Decider(Act(make_user(session, nama="Budi").id, NOW), None, (Reach(opd.instansi_id, opd.path),))
    dewi = Decider(Act(make_user(session, nama="Dewi").id, NOW), None, (Reach(opd.instansi_id),))
    asked = ask_for(session, siti)

    check(session, budi, correction_id=asked.correction_id, supports=True, reason="")
    accepted = agree(session, asked.correction_id, dewi)
    session.commit()

    assert session.get_one(Asn, siti.id).nama == "Siti Aminah Putri"
    assert session.get_one(User, user.id).nama == "Siti Aminah Putri"
    certificates = session.scalars(select(Certificate).order_by(Certificate.id)).all()
    assert [(each.nama, each.status) for each in certificates] == [
        ("Siti Aminah", "superseded"),
        ("Siti Aminah Putri", "valid"),
    ]
    assert accepted.reissued == (certificates[1].nomor,)
    (view,) = list_own(session, asn_id=siti.id)
    assert [(step.kind, step.by) for step in view.steps] == [
        (Step.ASKED, ""),
        (Step.SUPPORTED, "Budi"),
        (Step.ACCEPTED, "Dewi"),
    ]
    assert actions(session) == ["correction.asked", "correction.supported", "correction.accepted"]
    assert issued.public_id == certificates[0].public_id


def test_everything_sent_twice_is_done_once(session: Session, siti: Asn, budi: Decider, dewi: Decider) -> None:
    asked, again = ask_for(session, siti), ask_for(session, siti, proposed="Nama Lain")
    assert again == Asked(asked.correction_id, new=False)
    for _ in range(2):
        check(session, budi, correction_id=asked.correction_id, supports=False, reason="Beda akta")
    for _ in range(2):
        decline(session, dewi, correction_id=asked.correction_id, reason="Beda dengan SK")

    (view,) = list_own(session, asn_id=siti.id)
    assert (view.state, view.proposed) == (State.DECLINED, "Siti Aminah Putri")
    assert [(step.kind, step.reason) for step in view.steps[1:]] == [
        (Step.DOUBTED, "Beda akta"),
        (Step.DECLINED, "Beda dengan SK"),
    ]
    assert actions(session) == ["correction.asked", "correction.doubted", "correction.declined"]
    with pytest.raises(CorrectionSettled):
        agree(session, asked.correction_id, dewi)
    assert ask_for(session, siti).new


def test_two_officers_who_accept_at_once_issue_one_certificate(engine: Engine, session: Session) -> None:
    enrolment, _ = make_issued(session)
    siti = session.get_one(Asn, enrolment.asn_id)
    officers = [Decider(Act(make_user(session).id, NOW), None, (Reach(siti.instansi_id),)) for _ in range(2)]
    asked = ask_for(session, siti).correction_id
    session.commit()

    def decide(officer: Decider) -> int:
        """Return how many certificates were reissued, none for the second officer, who is told."""
        with Session(engine) as own, suppress(CorrectionSettled):
            accepted = agree(own, asked, officer, first=1000 * (officer.act.actor_id or 0))
            own.commit()
            return len(accepted.reissued)
        return 0

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, officers)) == [0, 1]
    assert sorted(session.scalars(select(Certificate.status))) == ["superseded", "valid"]
    assert actions(session) == ["correction.asked", "correction.accepted"]


def test_a_nip_is_forgotten_once_decided_and_becomes_the_login(session: Session, siti: Asn, dewi: Decider) -> None:
    asked = ask_for(session, siti, FIELD.NIP, NIP)
    other = make_asn(session, nama="Rudi Hartono", nip=NIP)
    with pytest.raises(NipTaken, match="Rudi Hartono"):
        agree(session, asked.correction_id, dewi)
    other.nip = None
    agree(session, asked.correction_id, dewi)
    session.commit()

    assert session.get_one(Asn, siti.id).nip == NIP
    assert session.scalars(select(User.login).where(User.asn_id == siti.id)).one() == NIP
    assert list_own(session, asn_id=siti.id)[0].proposed == ""
    assert not [row for row in session.scalars(select(AuditEvent.detail)) if NIP in str(row)]


def test_a_move_is_dated_in_the_open_period(session: Session, siti: Asn, dewi: Decider) -> None:
    make_enrolment(session, asn=siti, period=make_period(session))
    sosial = make_opd(session, nama="Dinas Sosial", kode="dinsos")
    asked = ask_for(session, siti, FIELD.OPD, "Dinas Sosial")
    with pytest.raises(UnitNotChosen):
        agree(session, asked.correction_id, dewi)
    with pytest.raises(NotFound):
        agree(session, asked.correction_id, dewi, "tidak-ada")
    agree(session, asked.correction_id, dewi, "dinsos")
    with pytest.raises(CorrectionSettled):
        agree(session, asked.correction_id, dewi, "dinkes")
    session.commit()

    assert session.scalars(select(Enrolment.current_opd_id)).one() == sosial.id
    assert [change.kind for change in session.scalars(select(EnrolmentChange))] == ["pindah"]


def test_no_officer_decides_beyond_reach_or_their_own_correction(
    session: Session, siti: Asn, budi: Decider, dewi: Decider
) -> None:
    sosial = make_opd(session, nama="Dinas Sosial")
    citra = Decider(Act(make_user(session, nama="Citra").id, NOW), None, (Reach(sosial.instansi_id, sosial.path),))
    asked = ask_for(session, siti).correction_id
    own = Decider(budi.act, siti.id, budi.reaches)

    with pytest.raises(NotFound):
        check(session, citra, correction_id=asked, supports=True, reason="")
    with pytest.raises(NotFound):
        get_within(session, reaches=citra.reaches, correction_id=asked)
    with pytest.raises(OwnMatter):
        check(session, own, correction_id=asked, supports=True, reason="")
    with pytest.raises(CorrectionReasonMissing):
        decline(session, dewi, correction_id=asked, reason=" ")
    assert list_within(session, reaches=citra.reaches).total == 0
    assert [row.nama for row in list_within(session, reaches=budi.reaches).items] == ["Siti Aminah"]
    assert count_waiting(session, reaches=budi.reaches, states=[State.ASKED]) == 1


def test_a_withdrawn_correction_is_settled(session: Session, siti: Asn, budi: Decider) -> None:
    asked = ask_for(session, siti).correction_id
    with pytest.raises(NotFound):
        withdraw(session, Act(None, NOW), correction_id=asked, asn_id=budi.asn_id or 0)
    for _ in range(2):
        withdraw(session, Act(None, NOW), correction_id=asked, asn_id=siti.id)

    with pytest.raises(CorrectionSettled):
        check(session, budi, correction_id=asked, supports=True, reason="")
    assert actions(session) == ["correction.asked", "correction.withdrawn"]


def test_asking_has_its_limits(session: Session, siti: Asn) -> None:
    with pytest.raises(NothingToCorrect):
        ask_for(session, siti, proposed="Siti Aminah")
    for number in range(10):
        asked = ask_for(session, siti, proposed=f"Siti {number}x")
        withdraw(session, Act(None, NOW), correction_id=asked.correction_id, asn_id=siti.id)
    with pytest.raises(TooManyCorrections):
        ask_for(session, siti)


@pytest.mark.parametrize(
    "change",
    ["UPDATE correction SET field = 'nip'", "DELETE FROM correction", "UPDATE correction_step SET kind = 'diterima'"],
)
def test_the_database_keeps_what_was_asked(session: Session, siti: Asn, change: str) -> None:
    ask_for(session, siti)
    session.commit()

    with pytest.raises(DBAPIError):
        session.connection().exec_driver_sql(change)


CLAIMS: list[tuple[CorrectedField, str, Any]] = [
    (FIELD.NAMA, "  Siti   Aminah ", "Siti Aminah"),
    (FIELD.NIP, "19850101 201001 2 003", NIP),
    (FIELD.NAMA, " ", ClaimMissing),
    (FIELD.NAMA, "12345", ClaimUnusable),
    (FIELD.NAMA, "Siti 9999010101990001", ClaimWithNik),
    (FIELD.NIP, "9999 0101 0199 0001", ClaimWithNik),
    (FIELD.JABATAN, "Bidan \u202e", ClaimUnusable),
    (FIELD.NAMA, "x" * 101, ClaimTooLong),
    (FIELD.NIP, "1985", NipImpossible),
    (FIELD.NIP, "198513012010012003", NipImpossible),
]


@pytest.mark.parametrize(("field", "text", "expected"), CLAIMS)
def test_a_claim_is_read_as_the_roster_would(field: CorrectedField, text: str, expected: Any) -> None:
    if isinstance(expected, str):
        assert read_claim(field, text, today=NOW.date()) == expected
    else:
        assert issubclass(expected, NetralError)
        with pytest.raises(expected):
            read_claim(field, text, today=NOW.date())


def test_the_first_of_two_officers_who_spell_a_name_counts(session: Session) -> None:
    enrolment = make_complete(session, nama="ꦱꦸ Lis")
    enrolment.passed_at = enrolment.pledged_at = NOW
    dewi = Decider(Act(make_user(session, nama="Dewi").id, NOW), None, (Reach(enrolment.instansi_id),))
    session.commit()

    assert len(spell_name(session, enrolment, "Sulis", dewi).issued) == 1
    with pytest.raises(NotFound):
        spell_name(session, enrolment, "Solis", dewi)
    session.rollback()
    assert session.get_one(Asn, enrolment.asn_id).nama == "Sulis"


def spell_name(session: Session, enrolment: Enrolment, nama: str, decider: Decider) -> Accepted:
    accepted = spell(
        session, decider, make_signer((99).to_bytes(16, "big")), asn_id=enrolment.asn_id, nama=nama, note=""
    )
    session.commit()
    return accepted
