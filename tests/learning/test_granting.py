"""Further attempts: who may get them, and that the gate, the result and the pages to read again follow."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.accounts.users import OwnMatter
from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.errors import NotFound
from netral.learning.exams.attempts import view_gate
from netral.learning.exams.extending import extend_person, give_percent
from netral.learning.exams.gates import Obstacle
from netral.learning.exams.granting import (
    AttemptOfNoUse,
    AttemptsOutOfRange,
    NobodyUsedUp,
    grant_group,
    grant_person,
    list_grants,
    preview_grants,
)
from netral.learning.exams.results import read_result
from netral.learning.periods.enrolments import ReasonMissing, end_exemption, exempt, get_enrolled
from netral.learning.periods.reading import choose_period
from netral.organisation.models import Opd
from netral.versions import Outdated, version_of
from tests.factories import NOW, make_asn, make_instansi, make_opd
from tests.learning.make import KODE, Exam, fail_exam, get_attempts, join, later, make_exam, pass_exam, start

REASON: dict[str, Any] = {"reason": "Kesepakatan dengan atasannya"}


@pytest.fixture
def exam(session: Session) -> Exam:
    """Siti has used her only attempt."""
    exam = make_exam(session, attempts=1, pause_minutes=0)
    fail_exam(session, exam)
    return exam


def grant(session: Session, exam: Exam, **changes: Any) -> bool:
    now = changes.pop("now", NOW)
    values: dict[str, Any] = {"attempts": 1, "key": "a"} | REASON | exam.who | changes
    given = grant_person(session, Act(None, now, exam.instansi_id), **values)
    session.commit()
    return given


def find_obstacle(session: Session, exam: Exam) -> Obstacle | None:
    enrolled = get_enrolled(session, **exam.who)
    return view_gate(session, enrolled, now=later(minutes=1)).obstacle


def test_a_further_attempt_ends_the_dead_end(session: Session, exam: Exam) -> None:
    assert find_obstacle(session, exam) is Obstacle.NO_ATTEMPTS_LEFT

    grant(session, exam)

    assert find_obstacle(session, exam) is None
    assert read_result(session, number=1, now=NOW, **exam.who).attempts_left == 1
    session.rollback()
    assert pass_exam(session, exam, now=later(minutes=1)).passed
    assert [attempt.number for attempt in get_attempts(session, exam)] == [1, 2]


def test_the_same_form_sent_twice_grants_once_and_an_old_page_nothing(session: Session, exam: Exam) -> None:
    shown = version_of(0)
    assert grant(session, exam, attempts=2, version=shown)
    assert not grant(session, exam, attempts=2, version=shown)
    with pytest.raises(Outdated):
        grant(session, exam, key="b", version=shown)
    session.rollback()

    enrolled = get_enrolled(session, **exam.who)
    assert (enrolled.extra_attempts, enrolled.max_attempts) == (2, 3)
    (kept,) = list_grants(session, enrolment_id=enrolled.id)
    assert (kept.attempts, kept.reason, kept.by) == (2, REASON["reason"], None)
    assert session.scalar(select(func.count()).where(AuditEvent.action == "enrolment.attempts_given")) == 1


def test_attempts_of_no_use_are_refused(session: Session, exam: Exam) -> None:
    for error, changes in (
        (ReasonMissing, {"reason": ""}),
        (AttemptsOutOfRange, {"attempts": 6}),
        (NotFound, {"asn_id": 999_999}),
        (AttemptOfNoUse, {"now": later(days=90)}),
    ):
        with pytest.raises(error):
            grant(session, exam, **changes)
        session.rollback()
    grant(session, exam)
    pass_exam(session, exam, now=later(minutes=1))
    with pytest.raises(AttemptOfNoUse, match="passed"):
        grant(session, exam, key="b")
    session.rollback()
    other = make_instansi(session, kode="lain", nama="Kota Lain")
    with pytest.raises(NotFound):
        grant_person(session, Act(None, NOW, other.id), attempts=1, key="c", **REASON, **exam.who)


def test_officers_decide_nothing_about_themselves(session: Session, exam: Exam) -> None:
    """Siti is an officer, too: what a colleague may give her, she may not."""
    own, period = exam.act(NOW), choose_period(session, instansi_id=exam.instansi_id, kode=KODE, now=NOW)
    themselves: list[Callable[[], object]] = [
        partial(grant_person, session, own, **exam.who, **REASON, attempts=1, key="a"),
        partial(extend_person, session, own, **exam.who, **REASON, minutes=15, key="a"),
        partial(give_percent, session, own, **exam.who, percent=50),
        partial(exempt, session, own, **exam.who, **REASON),
        partial(end_exemption, session, own, **exam.who, **REASON),
    ]
    for decide in themselves:
        with pytest.raises(OwnMatter):
            decide()

    assert preview_grants(session, own, period, opd_kode=None).count == 0
    with pytest.raises(NobodyUsedUp):
        grant_group(session, own, period, opd_kode=None, attempts=1, key="a", **REASON)
    assert grant(session, exam)


def test_a_group_is_those_who_used_all_of_their_attempts(session: Session, exam: Exam) -> None:
    top = session.get_one(Opd, exam.opd_id).kode
    below = make_opd(session, parent=session.get_one(Opd, exam.opd_id), nama="Puskesmas Mawar")
    elsewhere = make_opd(session, nama="Dinas Lain")
    names = {"Budi": below, "Citra": below, "Dewi": below, "Eka": elsewhere}
    people = {nama: join(session, exam, make_asn(session, opd=opd, nama=nama)) for nama, opd in names.items()}
    fail_exam(session, people["Budi"])
    start(session, people["Citra"])
    pass_exam(session, people["Dewi"])
    fail_exam(session, people["Eka"])
    period = choose_period(session, instansi_id=exam.instansi_id, kode=KODE, now=NOW)
    act = Act(None, NOW, exam.instansi_id)

    assert preview_grants(session, act, period, opd_kode=below.kode).names == (("Budi", "Puskesmas Mawar"),)
    assert grant_group(session, act, period, opd_kode=top, attempts=1, key="a", **REASON) == 2
    session.commit()
    assert preview_grants(session, act, period, opd_kode=None).names == (("Eka", "Dinas Lain"),)
    assert grant_group(session, act, period, opd_kode=top, attempts=1, key="a", **REASON) == 0
    with pytest.raises(NobodyUsedUp):
        grant_group(session, act, period, opd_kode=top, attempts=1, key="b", **REASON)
    assert find_obstacle(session, people["Budi"]) is None
