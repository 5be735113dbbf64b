"""Papers: the questions that are drawn for each kind of person."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.learning.editions.models import QuestionVersion
from netral.learning.exams.attempts import draw_for
from netral.learning.periods.models import Enrolment
from netral.learning.periods.opening import open_period
from netral.quiz.questions import Audience
from tests.factories import NOW, make_asn
from tests.learning.make import SMALL, make_bank, make_plan, publish_small

FOR = {"tunggal": (Audience.PNS,), "jamak": (Audience.PPPK, Audience.PPNPN)}
NEVER = {"PNS": "jamak", "PPPK": "tunggal", "PPPK-PW": "tunggal", "PPNPN": "tunggal"}


def test_nobody_meets_an_item_that_is_for_another_kind_of_asn(session: Session) -> None:
    bank = [replace(question, audiences=FOR.get(question.id.rpartition("-")[2], ())) for question in make_bank()]
    people = {jenis: make_asn(session, jenis=jenis) for jenis in NEVER}
    edition_id = publish_small(session, bank=bank).edition_id
    open_period(session, Act(None, NOW, people["PNS"].instansi_id), make_plan())
    names = dict(session.execute(select(QuestionVersion.id, QuestionVersion.question_id)).all())

    for jenis, other in NEVER.items():
        enrolment_id = session.scalars(select(Enrolment.id).where(Enrolment.asn_id == people[jenis].id)).one()
        drawn = {
            names[item.question_version_id].rpartition("-")[2]
            for seed in range(20)
            for item in draw_for(session, enrolment_id=enrolment_id, edition_id=edition_id, blueprint=SMALL, seed=seed)
        }
        assert drawn == {"tunggal", "jamak", "bs", "btt"} - {other}
