"""Forms that were sent too late: kept for one person in one browser, sealed, for half an hour."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.accounts.kept_forms import (
    LARGEST,
    FormTooLarge,
    SentForm,
    delete_old_forms,
    find_form,
    hand_over_form,
    keep_form,
)
from netral.accounts.models import KeptForm, User
from netral.accounts.sealing import KEPT_FORM, derive_key
from tests.factories import NOW, make_asn, make_user

KEY = derive_key("untuk pengujian saja", KEPT_FORM)
HERE, LATER = "a" * 64, "b" * 64
REASON = "Sedang cuti melahirkan"
SENT = SentForm("/periode/x/peserta/1/bebaskan", "/periode/x/peserta/1", (("alasan", REASON), ("butir", "1")))


@pytest.fixture
def siti(session: Session) -> User:
    return make_user(session, asn=make_asn(session))


@pytest.fixture
def budi(session: Session) -> User:
    return make_user(session, asn=make_asn(session, nama="Budi Santoso"))


def keep(session: Session, user: User, sent: SentForm = SENT, *, here: str = HERE) -> None:
    keep_form(session, sent, session_hash=here, user_id=user.id, key=KEY, nonce=bytes(12), now=NOW)


def find(session: Session, user: User, *, here: str = HERE, minutes: float = 0, key: bytes = KEY) -> SentForm | None:
    now = NOW + timedelta(minutes=minutes)
    return find_form(session, session_hash=here, user_id=user.id, key=key, now=now)


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(KeptForm)) or 0


def test_a_kept_form_is_found_as_it_was_sent(session: Session, siti: User) -> None:
    keep(session, siti)

    assert find(session, siti) == SENT


def test_a_kept_form_is_nobody_elses(session: Session, siti: User, budi: User) -> None:
    keep(session, siti)

    assert find(session, budi) is None
    assert find(session, siti, here=LATER) is None


def test_a_kept_form_ends_after_half_an_hour(session: Session, siti: User) -> None:
    keep(session, siti)

    assert find(session, siti, minutes=29.9) == SENT
    assert find(session, siti, minutes=30) is None


def test_a_kept_form_cannot_be_read_in_the_database(session: Session, siti: User) -> None:
    keep(session, siti)
    (sealed,) = session.scalars(select(KeptForm.sealed))

    assert REASON.encode() not in sealed
    assert b"alasan" not in sealed
    assert find(session, siti, key=derive_key("kunci lain", KEPT_FORM)) is None
    assert find(session, siti, key=derive_key("untuk pengujian saja")) is None


def test_a_sealed_form_given_to_another_person_does_not_open(session: Session, siti: User, budi: User) -> None:
    keep(session, siti)
    session.get_one(KeptForm, HERE).user_id = budi.id

    assert find(session, budi) is None


def test_a_session_keeps_its_last_form_only(session: Session, siti: User) -> None:
    keep(session, siti)
    keep(session, siti, SentForm("/profil/koreksi", "/profil/koreksi", (("benar", "Siti"),)))
    found = find(session, siti)

    assert count(session) == 1
    assert found
    assert found.values("benar") == ["Siti"]


def test_a_form_over_32_kilobytes_is_not_kept(session: Session, siti: User) -> None:
    keep(session, siti, SentForm("/", "/", (("alasan", "x" * (LARGEST - 200)),)))
    with pytest.raises(FormTooLarge):
        keep(session, siti, SentForm("/", "/", (("alasan", "x" * LARGEST),)))


def test_a_form_follows_its_sender_from_session_to_session(session: Session, siti: User) -> None:
    keep(session, siti)
    hand_over_form(session, ended_hash=HERE, begun_hash=LATER, user_id=siti.id)

    assert find(session, siti) is None
    assert find(session, siti, here=LATER) == SENT


def test_a_form_is_deleted_when_somebody_else_comes(session: Session, siti: User, budi: User) -> None:
    keep(session, siti)
    hand_over_form(session, ended_hash=HERE, begun_hash=LATER, user_id=budi.id)

    assert count(session) == 0


def test_old_forms_are_deleted_and_young_ones_stay(session: Session, siti: User) -> None:
    keep(session, siti)

    assert delete_old_forms(session, now=NOW + timedelta(minutes=29)) == 0
    assert delete_old_forms(session, now=NOW + timedelta(minutes=30)) == 1
    assert count(session) == 0
