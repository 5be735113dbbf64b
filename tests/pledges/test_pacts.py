"""Signing a pakta integritas: alone or at an apel, once, with the right to object, and never in place of the ikrar."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.accounts.users import OwnMatter
from netral.audit.events import Act
from netral.errors import NotFound
from netral.learning.periods.models import Enrolment
from netral.organisation.models import Asn, Opd
from netral.pledges.circulars.issuing import CircularKind
from netral.pledges.circulars.models import CircularVersion, PactSignature
from netral.pledges.circulars.signing import (
    DayAhead,
    NobodyPresent,
    ObjectionDecided,
    OwnSignature,
    Recorded,
    decide,
    list_objections,
    object_to,
    sign_alone,
)
from netral.pledges.models import Signature
from tests.factories import NOW, make_asn, make_enrolment, make_opd, make_period, make_user
from tests.learning.conftest import Race
from tests.learning.workers import COUNT
from tests.pledges.acting import sign_one
from tests.pledges.circulars import publish_again, publish_circular, sign_at_apel


@pytest.fixture
def siti(session: Session) -> Asn:
    return make_asn(session)


@pytest.fixture
def pakta(session: Session, siti: Asn) -> CircularVersion:
    return publish_circular(session, siti.instansi_id, kind=CircularKind.PAKTA)


def sign(session: Session, asn: Asn, version: CircularVersion) -> bool:
    new = sign_alone(session, Act(None, NOW), asn_id=asn.id, circular_id=version.circular_id, shown=version.id)
    session.commit()
    return new


def standing(session: Session) -> list[tuple[int, str]]:
    rows = select(PactSignature.asn_id, PactSignature.method).where(PactSignature.annulled_at.is_(None))
    return [(asn_id, method) for asn_id, method in session.execute(rows.order_by(PactSignature.id))]


def object_and_decide(session: Session, asn: Asn, version: CircularVersion, *, accepted: bool) -> None:
    object_to(session, Act(None, NOW), asn_id=asn.id, circular_id=version.circular_id)
    (waiting,) = list_objections(session, instansi_id=asn.instansi_id, circular_id=version.circular_id)
    act = Act(None, NOW, asn.instansi_id)
    decide(session, act, signature_id=waiting.signature.id, accepted=accepted, reason="Lembarnya diperiksa")
    session.commit()


def test_of_four_signatures_at_once_one_stands(session: Session, siti: Asn, pakta: CircularVersion, race: Race) -> None:
    arguments = {"asn_id": siti.id, "circular_id": pakta.circular_id, "shown": pakta.id}

    new = race([(sign_one, arguments)] * COUNT)

    assert sorted(new) == [False] * (COUNT - 1) + [True]
    assert standing(session) == [(siti.id, "sendiri")]


def test_an_apel_never_doubles_a_signature(session: Session, siti: Asn, pakta: CircularVersion) -> None:
    budi = make_asn(session, nama="Budi Santoso")
    sign(session, siti, pakta)

    assert sign_at_apel(session, pakta, siti, budi) == Recorded(added=1, before=1)
    assert sign_at_apel(session, pakta, siti, budi) == Recorded(added=0, before=2)
    assert not sign(session, budi, pakta)

    assert standing(session) == [(siti.id, "sendiri"), (budi.id, "acara")]


def test_an_apel_records_only_people_within_reach(session: Session, siti: Asn, pakta: CircularVersion) -> None:
    elsewhere = make_asn(session, opd=make_opd(session, nama="Satpol PP"))
    own = session.get_one(Opd, siti.opd_id)
    session.commit()

    assert sign_at_apel(session, pakta, siti, elsewhere).added == 1
    with pytest.raises(NotFound):
        sign_at_apel(session, pakta, elsewhere, reaches=(Reach(siti.instansi_id, own.path),))
    assert standing(session) == [(siti.id, "acara")]


def test_an_apel_needs_people_and_a_day_that_has_come(session: Session, siti: Asn, pakta: CircularVersion) -> None:
    stranger = make_asn(session, opd=session.get_one(Opd, siti.opd_id), active=False)

    with pytest.raises(NobodyPresent):
        sign_at_apel(session, pakta, stranger)
    session.rollback()
    with pytest.raises(DayAhead):
        sign_at_apel(session, pakta, siti, held_on=NOW.date().replace(year=2030))


def test_an_accepted_objection_annuls_the_signature_and_the_person_may_sign(
    session: Session, siti: Asn, pakta: CircularVersion
) -> None:
    sign_at_apel(session, pakta, siti)

    object_and_decide(session, siti, pakta, accepted=True)

    assert standing(session) == []
    assert sign(session, siti, pakta)
    assert standing(session) == [(siti.id, "sendiri")]


def test_a_declined_objection_is_final(session: Session, siti: Asn, pakta: CircularVersion) -> None:
    sign_at_apel(session, pakta, siti)

    object_and_decide(session, siti, pakta, accepted=False)

    assert standing(session) == [(siti.id, "acara")]
    with pytest.raises(ObjectionDecided):
        object_to(session, Act(None, NOW), asn_id=siti.id, circular_id=pakta.circular_id)


def test_no_officer_decides_their_own_objection(session: Session, siti: Asn, pakta: CircularVersion) -> None:
    sign_at_apel(session, pakta, siti)
    object_to(session, Act(None, NOW), asn_id=siti.id, circular_id=pakta.circular_id)
    signature_id = session.scalars(select(PactSignature.id)).one()
    officer = Act(make_user(session, asn=siti).id, NOW, siti.instansi_id)

    with pytest.raises(OwnMatter):
        decide(session, officer, signature_id=signature_id, accepted=True, reason="Saya sendiri")


def test_nobody_objects_to_their_own_signature(session: Session, siti: Asn, pakta: CircularVersion) -> None:
    sign(session, siti, pakta)

    with pytest.raises(OwnSignature):
        object_to(session, Act(None, NOW), asn_id=siti.id, circular_id=pakta.circular_id)


def test_neither_signature_is_the_ikrar_of_a_period(session: Session, siti: Asn, pakta: CircularVersion) -> None:
    enrolment = make_enrolment(session, asn=siti, period=make_period(session))
    sign_at_apel(session, pakta, siti)

    session.refresh(enrolment)
    assert enrolment.pledged_at is None
    assert session.scalars(select(Enrolment.completed_at)).one() is None
    assert session.scalars(select(Signature)).all() == []


def test_a_new_version_is_signed_anew_and_the_old_signature_stays(
    session: Session, siti: Asn, pakta: CircularVersion
) -> None:
    sign(session, siti, pakta)
    newer = publish_again(session, pakta)

    assert sign(session, siti, newer)
    assert standing(session) == [(siti.id, "sendiri")] * 2
