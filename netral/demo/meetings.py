"""Two meetings of the example: one that was held, with attendance and raised hands, and one to come."""

import math
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.audit.events import Act
from netral.demo.roster import Planted
from netral.demo.schedule import Schedule
from netral.quiz.questions import Verdict
from netral.sosialisasi.attending import call_roll
from netral.sosialisasi.holding import SECRET_BYTES, MeetingPlan, call_meeting
from netral.sosialisasi.polling import count_hands, list_cases

INVITED = ("dinkes", "disdik", "dishub")
PRESENT_SHARE = 0.6
# Shares of the people who were there; some raise no hand.
HANDS = {Verdict.BOLEH: 0.15, Verdict.TIDAK: 0.5, Verdict.TERGANTUNG: 0.2}
HOURS = timedelta(hours=2)


def hold_meetings(
    session: Session, act: Act, planted: Planted, schedule: Schedule, *, period_id: int, rng: Random
) -> None:
    """Hold a meeting twelve days ago and invite to one in four days, in office hours; `act` is of now."""
    held_at = schedule.at(-12)
    held = call(session, act, planted, "Sosialisasi netralitas ASN", at=held_at, period_id=period_id, rng=rng)
    during = Act(act.actor_id, held_at + HOURS / 2, act.instansi_id)
    people = [asn_id for kode in INVITED for asn_id in planted.people[kode] if rng.random() < PRESENT_SHARE]
    call_roll(session, during, held, reach=Reach(act.instansi_id or 0), asn_ids=people)
    case = next(case for case in list_cases(session) if case.verdict is Verdict.TERGANTUNG)
    hands = {verdict: math.ceil(share * len(people)) for verdict, share in HANDS.items()}
    count_hands(session, during, held, case=case, hands=hands)
    session.commit()
    call(session, act, planted, "Apel netralitas", at=schedule.at(4), period_id=period_id, rng=rng)
    session.commit()


def call(session: Session, act: Act, planted: Planted, judul: str, *, at: datetime, period_id: int, rng: Random) -> int:
    plan = MeetingPlan(
        judul=judul,
        tempat="Aula kantor bupati (contoh)",
        pembicara="Wahyu Nugroho, S.E.",
        starts_at=at,
        ends_at=at + HOURS,
        opd_ids=tuple(planted.opds[kode] for kode in INVITED),
        period_id=period_id,
    )
    called_at = Act(act.actor_id, min(act.now, at - timedelta(days=3)), act.instansi_id)
    return call_meeting(session, called_at, plan, random_bytes=rng.randbytes(SECRET_BYTES))
