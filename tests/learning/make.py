"""A small edition, a period on it, and Siti in the middle of her exam: the start of most tests of learning."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.content.cards import Card, CardKind, CardSection
from netral.content.contents import WORDS_PER_MINUTE, Page
from netral.content.documents import Head
from netral.content.edition import FrozenEdition, FrozenModule, FrozenQuestion
from netral.content.glossary import Term
from netral.content.ikrar import Ikrar
from netral.content.norms import Norm, NormStatus, Rule, RuleStatus
from netral.content.pictures import Picture
from netral.learning.editions.models import BODY, QuestionVersion
from netral.learning.editions.publishing import Published
from netral.learning.exams.attempts import Start, start_attempt
from netral.learning.exams.closing import Closing, submit
from netral.learning.exams.models import Attempt, AttemptItem
from netral.learning.exams.saving import Saved, SentAnswer, close_late, save_response
from netral.learning.exams.sittings import read_layout
from netral.learning.periods.models import Enrolment
from netral.learning.periods.opening import PeriodKind, PeriodPlan, open_period
from netral.organisation.models import Asn
from netral.pledges.publishing import publish
from netral.quiz.blueprint import Blueprint, KeysShown
from netral.quiz.feeds import Feed
from netral.quiz.kinds.btt import BttQuestion
from netral.quiz.options import OptionsQuestion
from netral.quiz.questions import Citation, Indicator, Layout, Question, Verdict, as_sent
from tests.factories import NOW, make_asn, make_user, numbers
from tests.quiz.make import ALLOWED, DEPENDS, make_btt, make_multiple, make_single, make_true_false

KODE = "pilkada-2029"
SEED = 2029
SMALL = Blueprint(
    quotas={Indicator.KAMPANYE: 2, Indicator.PARTAI: 1, Indicator.UMUM: 1},
    pass_percent=80,
    pause_minutes=60,
    open_percent=25,
    modules_first=False,
    relearn=False,
    keys_shown=KeysShown.HABIS,
)
"""Four items: 2 kampanye, 1 partai, 1 umum; 80 percent of 4 are 3.2 points."""

Form = dict[str, list[str]]


def make_bank() -> tuple[Question, ...]:
    """Make twelve items of several kinds, four of each indicator, one in four BOLEH."""
    bank: list[Question] = []
    for indicator in SMALL.quotas:
        name = indicator.value
        bank += [
            make_single(id=f"{name}-tunggal", indicator=indicator, verdict=Verdict.TIDAK, stem=f"Tunggal {name}"),
            make_multiple(id=f"{name}-jamak", indicator=indicator, verdict=Verdict.BOLEH, stem=f"Jamak {name}"),
            make_true_false(id=f"{name}-bs", indicator=indicator, verdict=Verdict.TIDAK, stem=f"Benar salah {name}"),
            make_btt(ALLOWED, DEPENDS, id=f"{name}-btt", indicator=indicator, stem=f"Putuskan {name}"),
        ]
    return tuple(bank)


def freeze_question(
    question: Question, position: int, *, module: str | None = None, page: int | None = None
) -> FrozenQuestion:
    content_hash = sha256(repr(question).encode()).hexdigest()
    return FrozenQuestion(
        question=question,
        content_hash=content_hash,
        key_hash=content_hash,
        module=module,
        page=page,
        position=position,
    )


def make_module(slug: str = "media-sosial", *, position: int = 1, pages: int = 2) -> FrozenModule:
    head = Head(
        id=slug,
        title=slug.replace("-", " ").capitalize(),
        version=1,
        indicators=(Indicator.KAMPANYE,),
        valid_from=date(2029, 1, 1),
        review_before=None,
        references=(),
        responsible="BKPSDM",
    )
    frozen = tuple(
        Page(
            number=number,
            title=f"Halaman {number}",
            html=f"<p>Isi {slug} {number}</p>",
            source="",
            words=2 * WORDS_PER_MINUTE,
            citations=(Citation("SKB-9-2022", "lamp.II-A4"),) if number == 1 else (),
        )
        for number in range(1, pages + 1)
    )
    return FrozenModule(slug=slug, hash=f"{slug}-{pages}", position=position, minutes=4, head=head, pages=frozen)


def with_pages(*titles: str, slug: str = "media-sosial") -> FrozenModule:
    """Return a module with pages of these titles; a title says what stands on the page, after ":" in other words.

    The page "Awal" cites the only rule.
    """
    module = make_module(slug, pages=len(titles))
    cites = module.pages[0].citations
    pages = (
        replace(page, title=title.partition(":")[0], html=f"<p>{title}</p>", citations=cites if title == "Awal" else ())
        for page, title in zip(module.pages, titles, strict=True)
    )
    return replace(
        module,
        pages=tuple(pages),
        hash=" ".join(titles),
    )


def make_norm() -> Norm:
    rule = Rule(key="lamp.II-A4", text="Dilarang menyukai unggahan.", status=RuleStatus.PASTI)
    return Norm(
        id="SKB-9-2022",
        title="SKB contoh",
        number="9 Tahun 2022",
        level="SKB",
        status=NormStatus.BERLAKU,
        short="SKB 9/2022",
        rules={rule.key: rule},
    )


def make_ikrar(words: str = "Demikian ikrar ini.") -> Ikrar:
    return Ikrar(
        id="netralitas",
        title="Ikrar netralitas",
        version=1,
        source="Contoh",
        intro="Saya berikrar:",
        points=tuple(f"Butir {number}." for number in range(1, 5)),
        closing=words,
    )


def make_card(slug: str, kind: CardKind) -> Card:
    head = replace(make_module(slug).head, indicators=(), summary=f"Ringkasan {slug}.")
    section = CardSection("Langkah", f"<p>Isi kartu {slug}.</p>", "")
    return Card(head=head, kind=kind, path="", intro=CardSection("", "", ""), sections=(section,))


TERMS = (
    Term(name="ASN", meaning="PNS dan PPPK.", expansion="aparatur sipil negara"),
    Term(name="bakal calon", meaning="Belum ditetapkan."),
)
CARDS = (
    make_card("pasangan", CardKind.POSISI), make_card("loket", CardKind.PERAN), make_card("sanksi", CardKind.LEMBAR),
)  # fmt: skip
DRAWING = Picture("ab" * 32, "<svg/>", 640, 360)


def make_frozen(
    *,
    bank: Sequence[Question] | None = None,
    modules: Sequence[FrozenModule] | None = None,
    practice: Sequence[Question] | None = None,
    blueprint: Blueprint = SMALL,
    ikrar: Ikrar | None = None,
    feeds: Sequence[Feed] = (),
) -> FrozenEdition:
    """Return a frozen edition; practice questions stand on page 1 of the first module."""
    modules = (make_module(),) if modules is None else tuple(modules)
    practice = (make_single(id="latihan-1"), make_btt(id="latihan-2")) if practice is None else tuple(practice)
    place: dict[str, Any] = {"module": modules[0].slug, "page": 1} if modules else {}
    questions = [freeze_question(question, number, **place) for number, question in enumerate(practice, 1) if place]
    questions += [freeze_question(question, 100 + number) for number, question in enumerate(bank or make_bank())]
    ikrar = ikrar or make_ikrar()
    parts = [blueprint, *questions, *modules, ikrar, *feeds]
    return FrozenEdition(
        hash=sha256(repr(parts).encode()).hexdigest(),
        modules=modules,
        questions=tuple(questions),
        norms=(make_norm(),),
        blueprint=blueprint,
        ikrar=ikrar,
        feeds=tuple(feeds),
        terms=TERMS,
        cards=CARDS,
        pictures=(DRAWING,),
    )


def publish_small(session: Session, **changes: Any) -> Published:
    return publish(session, Act(None, NOW), make_frozen(**changes))


def make_plan(**changes: Any) -> PeriodPlan:
    """Return a plan for 1 May to 30 June 2029, tenggat 31 May."""
    values: dict[str, Any] = {
        "kode": KODE,
        "nama": "Pilkada 2029",
        "jenis": PeriodKind.PILKADA,
        "first_day": date(2029, 5, 1),
        "due_day": date(2029, 5, 31),
        "last_day": date(2029, 6, 30),
        "valid_until": date(2029, 12, 31),
    }
    return PeriodPlan(**(values | changes))


@dataclass(frozen=True, slots=True)
class Exam:
    """Siti in an open period, the notice read; with the arguments of services."""

    instansi_id: int
    opd_id: int
    period_id: int
    edition_id: int
    asn_id: int
    user_id: int

    @property
    def who(self) -> dict[str, Any]:
        return {"asn_id": self.asn_id, "kode": KODE}

    def act(self, now: datetime) -> Act:
        return Act(self.user_id, now, self.instansi_id)


def make_exam(
    session: Session,
    *,
    now: datetime = NOW,
    notice: bool = True,
    feeds: Sequence[Feed] = (),
    practice: Sequence[Question] | None = None,
    modules: Sequence[FrozenModule] | None = None,
    **plan: Any,
) -> Exam:
    siti = make_asn(session)
    user = make_user(session, asn=siti)
    published = publish_small(session, feeds=feeds, practice=practice, modules=modules)
    opened = open_period(session, Act(None, now, siti.instansi_id), make_plan(**plan))
    if notice:
        session.execute(update(Enrolment).values(notice_read_at=now))
    session.commit()
    return Exam(siti.instansi_id, siti.opd_id, opened.period.id, published.edition_id, siti.id, user.id)


def join(session: Session, exam: Exam, asn: Asn) -> Exam:
    """Enrol another person in the same period; return the exam from that person's side."""
    enrolment = Enrolment(
        instansi_id=exam.instansi_id,
        period_id=exam.period_id,
        asn_id=asn.id,
        opd_id=asn.opd_id,
        current_opd_id=asn.opd_id,
        standing="wajib",
        joined_at=NOW,
        notice_read_at=NOW,
    )
    user = make_user(session, asn=asn)
    session.add(enrolment)
    session.commit()
    return Exam(exam.instansi_id, asn.opd_id, exam.period_id, exam.edition_id, asn.id, user.id)


def make_many(session: Session, like: Asn, count: int) -> None:
    """Make more people in the same unit."""
    row = {"instansi_id": like.instansi_id, "opd_id": like.opd_id, "nama": "Peserta", "jenis": "PNS", "active": True}
    row |= {"jabatan": "", "golongan": "", "email": "", "created_at": NOW, "updated_at": NOW}
    rows = [row | {"number": f"P-{next(numbers)}"} for _ in range(count)]
    if rows:
        session.execute(insert(Asn), rows)


def start(session: Session, exam: Exam, *, now: datetime = NOW, seed: int = SEED) -> Start:
    started = start_attempt(session, exam.act(now), seed=seed, **exam.who)
    session.commit()
    return started


def save(session: Session, exam: Exam, slot: int, form: Form, *, now: datetime = NOW, **more: Any) -> Saved:
    """Save as the web does, with a session at hand."""
    sent = SentAnswer(slot=slot, form=form, **more)
    saved = save_response(session, sent, now=now, **exam.who)
    if saved.overdue:
        close_late(session, exam.act(now), saved.number, **exam.who)
    session.commit()
    return saved


def hand_in(session: Session, exam: Exam, *, now: datetime = NOW, number: int | None = None) -> Closing:
    closing = submit(session, exam.act(now), number=number, **exam.who)
    session.commit()
    return closing


def read_paper(session: Session, exam: Exam) -> dict[int, Layout]:
    """Return the questions of the last attempt by slot, as its pages show them."""
    statement = (
        select(AttemptItem.slot, AttemptItem.option_order, Attempt.seed, Attempt.by_place, BODY)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.asn_id == exam.asn_id)
        .order_by(Attempt.number, AttemptItem.slot)
    )
    paper = {row.slot: read_layout(row) for row in session.execute(statement)}
    session.rollback()
    return paper


def right(layout: Layout) -> Form:
    """Return a form that earns the whole point."""
    return as_sent(layout, layout.question.right_answer())


def wrong(layout: Layout) -> Form:
    """Return a form that earns nothing."""
    question = layout.question
    if isinstance(question, BttQuestion):
        answer = {f"jawaban-{number}": ["tidak"] for number, _ in enumerate(question.situations, 1)}
    else:
        assert isinstance(question, OptionsQuestion)
        answer = {"jawaban": [next(option.id for option in question.options if not option.correct)]}
    return as_sent(layout, answer)


def answer_all(session: Session, exam: Exam, *, now: datetime = NOW, correctly: bool = True) -> None:
    for slot, question in read_paper(session, exam).items():
        save(session, exam, slot, right(question) if correctly else wrong(question), now=now)


def pass_exam(session: Session, exam: Exam, *, now: datetime = NOW) -> Closing:
    start(session, exam, now=now)
    answer_all(session, exam, now=now)
    return hand_in(session, exam, now=now)


def fail_exam(session: Session, exam: Exam, *, now: datetime = NOW) -> Closing:
    start(session, exam, now=now)
    return hand_in(session, exam, now=now)


def get_attempts(session: Session, exam: Exam) -> Sequence[Attempt]:
    """Return the attempts read anew, so that commits of other sessions are seen."""
    session.rollback()
    statement = select(Attempt).join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    found = session.scalars(statement.where(Enrolment.asn_id == exam.asn_id).order_by(Attempt.number))
    return found.all()


def get_enrolment(session: Session, exam: Exam) -> Enrolment:
    session.rollback()
    return session.scalars(
        select(Enrolment).where(Enrolment.asn_id == exam.asn_id, Enrolment.period_id == exam.period_id)
    ).one()


def later(**more: float) -> datetime:
    return NOW + timedelta(**more)
