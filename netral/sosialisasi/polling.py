"""Polls by raised hands at an apel: a case of a practice question, three counts, and the verdict with its reason."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.database.tables import insert
from netral.errors import NetralError, NotFound
from netral.learning.editions.models import Edition, EditionQuestion, QuestionVersion
from netral.organisation.instansi import lock_instansi
from netral.quiz.kinds import from_json
from netral.quiz.kinds.btt import BttQuestion
from netral.quiz.kinds.putusan import VerdictQuestion
from netral.quiz.questions import Question, Verdict
from netral.sosialisasi.holding import MeetingState, find_meeting, note
from netral.sosialisasi.models import HandPoll

MOST_HANDS = 100_000
CHOICES = (Verdict.BOLEH, Verdict.TIDAK, Verdict.TERGANTUNG)


class HandsOutOfRange(NetralError):
    """Hands are counted from 0 to 100,000, and somebody raises one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollCase:
    """A case that people judge by raising hands. `situation` counts from 1; `feedback` gives the reason in words."""

    question_version_id: int
    situation: int
    text: str
    verdict: Verdict
    feedback: str

    @property
    def key(self) -> str:
        return f"{self.question_version_id}-{self.situation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """Counted hands on a case."""

    case: PollCase
    hands: dict[Verdict, int]

    @property
    def total(self) -> int:
        return sum(self.hands.values())

    @property
    def tenths(self) -> int:
        """Return the share of hands on the right verdict, in tenths of a percent, floored."""
        return 1000 * self.hands[self.case.verdict] // self.total


def list_cases(session: Session) -> tuple[PollCase, ...]:
    """List the cases of the practice questions of the newest edition. Exam questions are never among them."""
    newest = select(Edition.id).order_by(Edition.number.desc()).limit(1).scalar_subquery()
    rows = session.execute(
        select(QuestionVersion.id, QuestionVersion.body)
        .join(EditionQuestion, EditionQuestion.question_version_id == QuestionVersion.id)
        .where(EditionQuestion.edition_id == newest, EditionQuestion.module_slug.is_not(None))
        .where(QuestionVersion.kind.in_([BttQuestion.kind, VerdictQuestion.kind]))
        .order_by(EditionQuestion.position)
    )
    return tuple(case for version_id, body in rows for case in cases_of(version_id, from_json(body)))


def cases_of(version_id: int, question: Question) -> tuple[PollCase, ...]:
    match question:
        case BttQuestion():
            found = [(each.text, each.verdict, each.feedback) for each in question.situations]
        case VerdictQuestion():
            told = {each.verdict: each.feedback for each in question.judgements}
            found = [(question.stem, question.verdict, told.get(question.verdict, ""))]
        case _:
            found = []
    return tuple(
        PollCase(question_version_id=version_id, situation=place, text=text, verdict=verdict, feedback=feedback)
        for place, (text, verdict, feedback) in enumerate(found, start=1)
    )


def count_hands(session: Session, act: Act, meeting_id: int, *, case: PollCase, hands: dict[Verdict, int]) -> int:
    """Keep counted hands and return the id of the poll; the same hands on the same case are not kept twice.

    Raises NotFound, HandsOutOfRange.
    """
    lock_instansi(session, act.instansi_id)
    meeting = find_meeting(session, meeting_id, instansi_id=act.instansi_id)
    if meeting.state(act.now) in {MeetingState.UPCOMING, MeetingState.CANCELLED}:
        raise NotFound("sosialisasi", meeting_id)
    if not 0 < sum(hands.values()) <= MOST_HANDS or min(hands.values()) < 0:
        raise HandsOutOfRange
    values: dict[str, object] = {
        "instansi_id": meeting.instansi_id,
        "sosialisasi_id": meeting.id,
        "question_version_id": case.question_version_id,
        "situation": case.situation,
        **{verdict.value: hands[verdict] for verdict in CHOICES},
    }
    same = select(HandPoll.id).where(*(HandPoll.__table__.c[name] == value for name, value in values.items()))
    if (kept := session.scalars(same).first()) is not None:
        return kept
    values |= {"at": act.now, "by_user_id": act.actor_id}
    poll_id = session.execute(insert(session, HandPoll).values(values).returning(HandPoll.id)).scalar_one()
    note(session, act, "sosialisasi.hands_counted", meeting.id, nama=meeting.judul, count=sum(hands.values()))
    return int(poll_id)


def list_polls(session: Session, meeting_id: int) -> tuple[Polled, ...]:
    """List the polls of a meeting in the order in which they were counted."""
    rows = session.execute(
        select(HandPoll, QuestionVersion.body)
        .join(QuestionVersion, QuestionVersion.id == HandPoll.question_version_id)
        .where(HandPoll.sosialisasi_id == meeting_id)
        .order_by(HandPoll.id)
    )
    return tuple(
        Polled(
            case=cases_of(poll.question_version_id, from_json(body))[poll.situation - 1],
            hands={verdict: getattr(poll, verdict.value) for verdict in CHOICES},
        )
        for poll, body in rows
    )
