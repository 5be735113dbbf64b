"""The kept counts of first attempts are those that come out of reading all answers again."""

from collections import Counter, defaultdict
from datetime import timedelta
from fractions import Fraction

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from netral.learning.editions.models import QuestionVersion
from netral.learning.exams.counting import POINT, count_afresh, count_noted, find_noted
from netral.learning.exams.models import (
    Attempt,
    AttemptItem,
    IndicatorTally,
    ItemTally,
    PaceTally,
    PaperTally,
    Response,
)
from netral.learning.periods.models import Enrolment
from netral.migrating import downgrade, upgrade
from netral.organisation.models import Opd
from netral.quiz.questions import Answer
from tests.factories import NOW, make_asn, make_opd
from tests.learning.make import (
    Exam,
    answer_all,
    fail_exam,
    hand_in,
    join,
    make_exam,
    pass_exam,
    read_paper,
    right,
    save,
    start,
)

LATER = NOW + timedelta(hours=2)


def make_people(session: Session) -> Exam:
    """Make four first attempts, one of them open, and a second attempt of the person who failed."""
    exam = make_exam(session)
    opd = session.get_one(Opd, exam.opd_id)
    other = make_opd(session, nama="Satpol PP")
    pass_exam(session, exam)
    failing = join(session, exam, make_asn(session, opd=other))
    fail_exam(session, failing)
    pass_exam(session, failing, now=LATER)
    wrong = join(session, exam, make_asn(session, opd=opd))
    start(session, wrong, seed=7)
    answer_all(session, wrong, correctly=False)
    hand_in(session, wrong)
    start(session, join(session, exam, make_asn(session, opd=opd)))
    return exam


def count_all(session: Session, exam: Exam, most: int = 50) -> None:
    while count_noted(session, period_id=exam.period_id, most=most):
        session.commit()
    session.commit()


def read_all(session: Session) -> list[list[tuple[object, ...]]]:
    return [
        sorted(map(tuple, session.execute(select(*list(table.__table__.c)[1:])).all()), key=str)
        for table in (ItemTally, PaperTally, IndicatorTally, PaceTally)
    ]


def test_counts_are_those_of_closed_first_attempts(session: Session) -> None:
    exam = make_people(session)
    count_all(session, exam)
    first = select(Attempt.id).where(Attempt.number == 1, Attempt.passed.is_not(None))
    item = AttemptItem.__table__.c
    columns = (item.attempt_id, item.question_version_id, item.points_numerator, item.points_denominator)
    rows = session.execute(select(*columns).where(item.attempt_id.in_(first))).all()
    totals: defaultdict[int, Fraction] = defaultdict(Fraction)
    for attempt_id, _, above, below in rows:
        totals[attempt_id] += Fraction(above, below)

    kept = session.scalars(select(ItemTally)).all()

    assert sum(each.people for each in kept) == len(rows) == 12
    for each in kept:
        own = [(Fraction(r[2], r[3]) * POINT, (totals[r[0]] - Fraction(r[2], r[3])) * POINT)
               for r in rows if r.question_version_id == each.question_version_id]  # fmt: skip
        assert each.points == sum(x for x, _ in own)
        assert each.rest_squares == sum(r * r for _, r in own)
        assert each.products == sum(x * r for x, r in own)
    paper = session.scalars(select(PaperTally)).one()
    assert paper.results == Counter(str(int(totals[each] * POINT)) for each in totals)


def test_counting_in_small_steps_or_afresh_gives_the_same(session: Session) -> None:
    exam = make_people(session)
    count_all(session, exam)
    kept = read_all(session)

    count_afresh(session, period_id=exam.period_id)
    session.commit()
    assert find_noted(session) == [exam.period_id]
    count_all(session, exam, most=1)

    assert read_all(session) == kept
    assert find_noted(session) == []
    assert count_noted(session, period_id=exam.period_id) == 0


def test_an_indicator_counts_people_of_each_opd_who_are_wajib(session: Session) -> None:
    exam = make_people(session)
    session.execute(update(Enrolment).where(Enrolment.asn_id == exam.asn_id).values(standing="keluar"))
    count_all(session, exam)

    counted = session.execute(
        select(IndicatorTally.opd_id, IndicatorTally.people, IndicatorTally.items, IndicatorTally.points)
        .where(IndicatorTally.indicator == "kampanye")
    ).all()  # fmt: skip

    other = session.scalars(select(Opd.id).where(Opd.nama == "Satpol PP")).one()
    # The one who failed answered nothing; the other had everything wrong, save half a situation at most.
    assert {(row.opd_id, row.people, row.items) for row in counted} == {(exam.opd_id, 1, 2), (other, 1, 2)}
    assert next(row.points for row in counted if row.opd_id == other) == 0


def test_judged_acts_choices_and_seconds_are_counted(session: Session) -> None:
    exam = make_exam(session)
    start(session, exam)
    answer_all(session, exam, correctly=False)
    joined = select(AttemptItem.slot, QuestionVersion.kind).join(QuestionVersion)
    versions: dict[int, str] = dict(session.execute(joined.order_by(AttemptItem.slot)).all())
    slot = next(iter(versions))
    form = {"jawaban": ["1"]} if versions[slot] != "btt" else {"jawaban-1": ["1"]}
    save(session, exam, slot, form, sequence=9, seconds=41)
    answers: dict[int, Answer] = dict(session.execute(select(Response.slot, Response.answer)).all())
    session.commit()
    hand_in(session, exam)

    count_all(session, exam)

    kept = session.scalars(select(ItemTally)).all()
    assert sum(sum(each.choices.values()) for each in kept) == sum(len(v) for a in answers.values() for v in a.values())
    assert [each.seconds for each in kept if each.seconds] == [{"41": 1}]
    # Wrong answers of this kind call both situations forbidden; of each question one is allowed, the other depends.
    judged = [slot for slot, kind in versions.items() if kind == "btt" and answers[slot].get("jawaban-2")]
    alarms = session.scalar(select(func.sum(IndicatorTally.false_alarms)))
    assert alarms == sum(answers[slot].get("jawaban-1") == ["tidak"] for slot in judged)


def test_groups_are_counted_by_the_points_of_the_paper_and_name_nobody(session: Session) -> None:
    exam = make_exam(session)
    young = make_asn(session, nip="200001012025012000", jenis="PPPK-PW")
    nobody = make_asn(session, nip="000000000000000000", jenis="PPNPN")
    for asn in (young, nobody):
        pass_exam(session, join(session, exam, asn))
    fail_exam(session, exam)
    count_all(session, exam)

    counted: Counter[str] = Counter()
    for tally in session.scalars(select(ItemTally)):
        counted.update(tally.by_group)

    # Four questions each: Siti, a PNS of 59 years, has none right, a PPPK of 29 years all of them.
    assert counted == {"pns:0:0": 4, "tua:0:0": 4, "pppk:4:1": 4, "muda:4:1": 4}


def test_answers_that_came_too_soon_are_counted_for_the_opd(session: Session) -> None:
    exam = make_exam(session)
    start(session, exam)
    # The last question stays without an answer.
    for (slot, question), seconds in zip(read_paper(session, exam).items(), (2, 3, 40), strict=False):
        save(session, exam, slot, right(question), seconds=seconds)
    hand_in(session, exam)
    pass_exam(session, join(session, exam, make_asn(session)))
    count_all(session, exam)

    kept = session.scalars(select(PaceTally)).one()

    assert (kept.opd_id, kept.people, kept.untimed, kept.answers, kept.rapid) == (exam.opd_id, 1, 1, 3, 1)


def test_attempts_from_before_there_were_counts_are_noted(session: Session, engine: Engine, database_url: str) -> None:
    exam = make_people(session)
    count_all(session, exam)
    kept = read_all(session)
    session.close()
    engine.dispose()
    downgrade(database_url, "0017")
    upgrade(database_url)

    count_all(session, exam)

    assert read_all(session) == kept
