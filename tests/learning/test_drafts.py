"""A draft enrols nobody, keeps its kode, and becomes a period once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.learning.periods.audience import Audience
from netral.learning.periods.drafts import (
    archive_draft,
    edit_draft,
    find_draft,
    list_drafts,
    open_draft,
    restore_draft,
    save_draft,
)
from netral.learning.periods.enrolments import list_enrolled
from netral.learning.periods.lifecycle import NotDraft
from netral.learning.periods.models import Enrolment, Period
from netral.learning.periods.opening import KodeTaken, open_period
from netral.organisation.kinds import AsnKind
from netral.organisation.models import Asn
from netral.quiz.questions import Indicator
from netral.versions import Outdated
from tests.factories import NOW, make_asn
from tests.learning.make import KODE, make_plan, publish_small

FULL = make_plan(
    quotas={Indicator.KAMPANYE: 2, Indicator.UMUM: 1}, audience=Audience(kinds=(AsnKind.PNS,)), limit_seconds=600
)


@pytest.fixture
def siti(session: Session) -> Asn:
    siti = make_asn(session)
    publish_small(session)
    session.commit()
    return siti


def act(siti: Asn) -> Act:
    return Act(None, NOW, siti.instansi_id)


def test_a_draft_keeps_every_choice_and_nobody_sees_it(session: Session, siti: Asn) -> None:
    save_draft(session, act(siti), FULL)
    session.commit()

    assert find_draft(session, instansi_id=siti.instansi_id, kode=KODE).plan == FULL
    assert list_enrolled(session, asn_id=siti.id, now=NOW) == ()
    assert session.scalar(select(func.count()).select_from(Period)) == 0


def test_opening_a_draft_enrols_its_people_and_ends_it(session: Session, siti: Asn) -> None:
    save_draft(session, act(siti), FULL)
    opened = open_draft(session, act(siti), kode=KODE)
    session.commit()

    assert (opened.enrolled, opened.period.time_limit_seconds) == (1, 600)
    assert list_drafts(session, instansi_id=siti.instansi_id) == ()
    for again in (lambda: open_draft(session, act(siti), kode=KODE), lambda: edit_draft(session, act(siti), FULL)):
        with pytest.raises(NotDraft):
            again()


def test_a_draft_reserves_its_kode_even_when_archived(session: Session, siti: Asn) -> None:
    save_draft(session, act(siti), FULL)
    archive_draft(session, act(siti), kode=KODE)
    session.commit()

    with pytest.raises(KodeTaken):
        open_period(session, act(siti), FULL)
    with pytest.raises(NotDraft):
        open_draft(session, act(siti), kode=KODE)
    restore_draft(session, act(siti), kode=KODE)
    assert open_draft(session, act(siti), kode=KODE).enrolled == 1


def test_the_second_edit_of_an_old_page_is_told_and_an_equal_one_changes_nothing(session: Session, siti: Asn) -> None:
    version = save_draft(session, act(siti), FULL).version
    changed = make_plan(nama="Pemilu 2029")
    edit_draft(session, act(siti), changed, version=version)

    with pytest.raises(Outdated):
        edit_draft(session, act(siti), make_plan(nama="Pilkades 2029"), version=version)
    edit_draft(session, act(siti), changed, version=version)
    session.commit()
    saved = select(func.count()).where(AuditEvent.action == "period.draft_saved")
    assert session.scalar(saved) == 2


def test_of_two_officers_who_open_a_draft_at_once_one_does(engine: Engine) -> None:
    with Session(engine) as session:
        siti = make_asn(session)
        publish_small(session)
        save_draft(session, act(siti), FULL)
        session.commit()
        doer = act(siti)

    def open_one(_: int) -> str:
        with Session(engine) as own:
            try:
                open_draft(own, doer, kode=KODE)
                own.commit()
            except NotDraft:
                return "told"
            return "opened"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(open_one, range(2))) == ["opened", "told"]
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Enrolment)) == 1
