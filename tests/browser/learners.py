"""Learners at a later stage, reached through the product's services, for tests that begin later in the journey."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.audit.events import Act
from netral.certificates.issue.issuing import Signer, issue_if_complete, revoke
from netral.certificates.models import Certificate
from netral.certificates.proof.keys import load_keys
from netral.corrections.asking import ask
from netral.corrections.claims import CorrectedField
from netral.learning.editions.models import BODY, EditionQuestion, ModuleVersion, QuestionVersion
from netral.learning.exams.attempts import draw_for, start_attempt
from netral.learning.exams.closing import Closing, submit
from netral.learning.exams.models import Attempt, AttemptItem, Response
from netral.learning.exams.pretest_items import list_items
from netral.learning.exams.pretests import SentItem, start_pretest, submit_pretest
from netral.learning.exams.saving import SentAnswer, save_response
from netral.learning.exams.sittings import read_layout
from netral.learning.periods.enrolments import accept_notice, get_enrolled
from netral.learning.periods.models import Enrolment, Period
from netral.learning.study.progress import reach_pages
from netral.organisation.writing import change_people
from netral.pledges.signing import sign
from netral.quiz.questions import Answer, Layout, as_sent
from tests.browser.server import KODE, Server
from tests.learning.make import right


@dataclass(frozen=True)
class Learner:
    """A learner; `kode` is the period in which they take their steps and whose attempts are read."""

    server: Server
    name: str
    kode: str = KODE

    @property
    def login(self) -> str:
        return self.server.logins[self.name]

    def user(self, session: Session) -> User:
        return session.scalars(select(User).where(User.login == self.login)).one()

    def asn_id(self, session: Session) -> int:
        asn_id = self.user(session).asn_id
        assert asn_id
        return asn_id

    def has_read_everything(self) -> "Learner":
        """Reach the last page of each module, and accept the privacy notice."""
        now = datetime.now(UTC)
        with self.server.session() as session:
            asn_id = self.asn_id(session)
            mine = (
                ModuleVersion.edition_id == select(Period.edition_id).where(Period.kode == self.kode).scalar_subquery()
            )
            modules = select(ModuleVersion.slug, ModuleVersion.page_count).where(mine)
            for slug, last in session.execute(modules).all():
                reach_pages(session, asn_id=asn_id, kode=self.kode, slug=slug, numbers=[last], now=now)
            accept_notice(session, Act(None, now), asn_id=asn_id, kode=self.kode)
        return self

    def has_started_the_exam(self, seed: int | None = None) -> "Learner":
        """Start an exam; people sit different papers, each the same one whenever the tests run."""
        self.has_read_everything()
        seed = self.seed_with(has_a_single_choice) if seed is None else seed
        with self.server.session() as session:
            asn_id = self.asn_id(session)
            start_attempt(session, Act(None, datetime.now(UTC)), asn_id=asn_id, kode=self.kode, seed=seed)
        return self

    def seed_with_every_kind(self) -> int:
        """Return the seed of a paper that holds at least one question of each kind in the bank."""
        with self.server.session() as session:
            in_bank = select(EditionQuestion.question_version_id).where(EditionQuestion.module_slug.is_(None))
            kinds = select(QuestionVersion.kind).where(QuestionVersion.id.in_(in_bank)).distinct()
            every = set(session.scalars(kinds))
        return self.seed_with(lambda paper: set(paper) == every)

    def seed_with(self, fits: Callable[[Sequence[str]], bool]) -> int:
        """Return the first seed, counted from the letters of the name, whose paper fits: its kinds in order."""
        with self.server.session() as session:
            enrolled = get_enrolled(session, asn_id=self.asn_id(session), kode=self.kode)
            edition_id, blueprint = enrolled.period.edition_id, enrolled.period.blueprint
            kinds = dict(session.execute(select(QuestionVersion.id, QuestionVersion.kind)).all())
            first = sum(self.name.encode())
            for seed in range(first, first + 1000):
                paper = draw_for(
                    session, enrolment_id=enrolled.id, edition_id=edition_id, blueprint=blueprint, seed=seed
                )
                if fits([kinds[item.question_version_id] for item in paper]):
                    return seed
        raise AssertionError("no paper fits")

    def has_begun_a_pretest(self) -> "Learner":
        with self.server.session() as session:
            start_pretest(session, asn_id=self.asn_id(session), kode=self.kode, seed=7, now=datetime.now(UTC))
        return self

    def has_sent_a_pretest(self) -> "Learner":
        """Choose the first choice of everything and be sure of it."""
        self.has_begun_a_pretest()
        with self.server.session() as session:
            asn_id = self.asn_id(session)
            items = list_items(session, get_enrolled(session, asn_id=asn_id, kode=self.kode).id)
            sent = {
                item.slot: SentItem({field.name: [next(iter(field.ids))] for field in item.layout.fields()}, sure=True)
                for item in items
            }
            submit_pretest(session, sent, asn_id=asn_id, kode=self.kode, now=datetime.now(UTC))
        return self

    def has_answered_everything(self) -> "Learner":
        self.has_started_the_exam()
        right = self.right_answers()
        with self.server.session() as session:
            asn_id = self.asn_id(session)
            for slot, answer in right.items():
                sent = SentAnswer(slot=slot, form=answer)
                save_response(session, sent, asn_id=asn_id, kode=self.kode, now=datetime.now(UTC))
        return self

    def has_passed(self) -> "Learner":
        self.has_answered_everything()
        self.hand_in()
        return self

    def has_failed(self) -> "Learner":
        """Hand in without an answer."""
        self.has_started_the_exam()
        self.hand_in()
        return self

    def hand_in(self) -> Closing:
        with self.server.session() as session:
            return submit(
                session, Act(None, datetime.now(UTC)), asn_id=self.asn_id(session), kode=self.kode, number=None
            )

    def has_a_certificate(self) -> "Learner":
        self.has_passed()
        now = datetime.now(UTC)
        with self.server.session() as session:
            signed = sign(
                session, Act(None, now), asn_id=self.asn_id(session), kode=self.kode, ticked=frozenset({1, 2, 3, 4})
            )
            signer = Signer(partial(secrets.token_bytes, 16), partial(load_keys, self.server.data_dir / "secrets"))
            issue_if_complete(session, Act(None, now), signer, enrolment_id=signed.enrolment_id)
        return self

    def has_a_name_in_other_letters(self) -> "Learner":
        with self.server.session() as session:
            change_people(session, [(self.asn_id(session), {"nama": "ꦎꦏꦶ Saputra"})], now=datetime.now(UTC))
        return self

    def has_lost_the_certificate(self) -> "Learner":
        public_id = self.certificates()[0].public_id
        with self.server.session() as session:
            revoke(session, Act(None, datetime.now(UTC)), public_id=public_id, reason="Ujian ditempuh orang lain")
        return self

    def has_asked_for_a_correction(self, session: Session) -> int:
        asked = ask(
            session,
            Act(None, datetime.now(UTC)),
            asn_id=self.asn_id(session),
            field=CorrectedField.OPD,
            proposed="Dinas Sosial",
            note="Sesuai SK mutasi",
        )
        return asked.correction_id

    def right_answers(self) -> dict[int, Answer]:
        """Return the right form fields by slot, for the last attempt, from the database: no page knows them."""
        with self.server.session() as session:
            return {slot: in_turn(right(layout)) for slot, layout in self.layouts(session).items()}

    def saved_answers(self) -> dict[int, Answer]:
        """Return the saved answers by slot, in the fields of the forms that sent them."""
        with self.server.session() as session:
            layouts = self.layouts(session)
            statement = select(Response.slot, Response.answer).where(Response.attempt_id == self.attempt(session).id)
            return {slot: as_sent(layouts[slot], answer) for slot, answer in session.execute(statement) if answer}

    def layouts(self, session: Session) -> dict[int, Layout]:
        """Return the layouts of the last attempt by slot."""
        statement = (
            select(AttemptItem.slot, AttemptItem.option_order, Attempt.seed, Attempt.by_place, BODY)
            .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
            .join(Attempt, Attempt.id == AttemptItem.attempt_id)
            .where(AttemptItem.attempt_id == self.attempt(session).id)
        )
        return {row.slot: read_layout(row) for row in session.execute(statement)}

    def doubtful_slots(self) -> list[int]:
        with self.server.session() as session:
            statement = select(Response.slot).where(
                Response.attempt_id == self.attempt(session).id, Response.doubtful.is_(True)
            )
            return sorted(session.scalars(statement))

    def passed_a_week_ago(self) -> "Learner":
        """Let so much time pass that the first short questions wait."""
        with self.server.session() as session:
            enrolment = self.attempt(session).enrolment_id
            week_ago = datetime.now(UTC) - timedelta(days=8)
            session.execute(update(Enrolment).where(Enrolment.id == enrolment).values(passed_at=week_ago))
            session.commit()
        return self

    def attempt_states(self) -> list[str]:
        with self.server.session() as session:
            return [attempt.state for attempt in self.attempts(session)]

    def attempt(self, session: Session) -> Attempt:
        """Return the last attempt."""
        return self.attempts(session)[-1]

    def attempts(self, session: Session) -> list[Attempt]:
        own = (Enrolment.asn_id == self.asn_id(session)) & (Period.kode == self.kode)
        enrolled = select(Enrolment.id).join(Period, Period.id == Enrolment.period_id).where(own)
        return list(session.scalars(select(Attempt).where(Attempt.enrolment_id.in_(enrolled)).order_by(Attempt.number)))

    def certificates(self) -> list[Certificate]:
        with self.server.session() as session:
            found = session.scalars(select(Certificate).where(Certificate.asn_id == self.asn_id(session))).all()
            session.expunge_all()
            return list(found)


def has_a_single_choice(paper: Sequence[str]) -> bool:
    """Tell whether a question with one right option out of three or more lies between the first and the last one."""
    return bool({"langkah", "tunggal"} & set(paper[1:-1]))


def in_turn(answer: Answer) -> Answer:
    """Return the fields in the order in which a person fills them: places upwards, conditions after their verdicts."""
    return dict(sorted(answer.items(), key=lambda field: (field[0].startswith("syarat"), field[1])))
