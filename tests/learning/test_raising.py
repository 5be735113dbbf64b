"""A period moves to a newer edition: what people have read, drawn, passed and signed stays theirs."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.models import AuditEvent
from netral.certificates.issue.basis import find_basis
from netral.content.comparing import Pages, find_ends, match_pages, number_pages
from netral.learning.editions.models import Edition
from netral.learning.editions.publishing import Published
from netral.learning.exams.attempts import view_gate
from netral.learning.exams.gates import Gate, Obstacle
from netral.learning.exams.results import read_result
from netral.learning.periods.enrolments import ReasonMissing, get_enrolled
from netral.learning.periods.lifecycle import close_period
from netral.learning.periods.models import Period
from netral.learning.periods.tallies import find_drift
from netral.learning.raising import (
    EditionInUse,
    EditionMovedMeanwhile,
    EditionNotNewer,
    EditionTooSmall,
    PeopleTouched,
    PeriodClosed,
    find_newer,
    preview_raise,
    raise_edition,
)
from netral.learning.study.practice import PracticePlace
from netral.learning.study.progress import (
    ModuleProgress,
    PracticeChanged,
    answer_practice,
    list_modules,
    reach_pages,
    read_again,
)
from netral.learning.tasks import StepKind, list_tasks
from netral.pledges.signing import IkrarChanged, read_own_ikrar, sign
from netral.quiz.questions import Indicator
from netral.reporting.recounting import recount
from tests.factories import NOW
from tests.learning.make import (
    KODE,
    Exam,
    answer_all,
    fail_exam,
    get_attempts,
    get_enrolment,
    hand_in,
    later,
    make_bank,
    make_exam,
    make_ikrar,
    make_module,
    pass_exam,
    publish_small,
    read_paper,
    start,
    with_pages,
)
from tests.quiz.make import make_single

MODULE = "media-sosial"
FOUR = frozenset({1, 2, 3, 4})


def make_read(session: Session, *titles: str, read: tuple[int, ...], **plan: Any) -> Exam:
    """Make a period on an edition with these pages, of which Siti has read some."""
    exam = make_exam(session, modules=[with_pages(*titles)], **plan)
    reach(session, exam, *read)
    return exam


def reach(session: Session, exam: Exam, *numbers: int, shown: int | None = None) -> bool:
    reached = reach_pages(session, slug=MODULE, numbers=numbers, now=NOW, shown=shown, **exam.who)
    session.commit()
    return reached.finished


def move(session: Session, exam: Exam, **changes: Any) -> Published:
    """Publish another edition and move the period to it."""
    published = publish_small(session, **changes)
    raise_edition(session, exam.act(NOW), kode=KODE, to=published.number, reason="Aturan baru", shown=None)
    session.commit()
    return published


def progress(session: Session, exam: Exam) -> list[ModuleProgress]:
    return list(list_modules(session, get_enrolled(session, **exam.who)))


def test_pages_stay_read_wherever_they_stand_now(session: Session) -> None:
    exam = make_read(session, "Awal", "Tengah", "Lama", "Akhir", read=(1, 2, 3, 4))

    move(session, exam, modules=[with_pages("Baru", "Awal", "Tengah:diubah", "Akhir")])

    (module,) = progress(session, exam)
    assert (module.reached, module.page_count, module.finished, module.next_page) == (3, 4, True, 1)
    assert recount(session, instansi_id=exam.instansi_id, period_id=exam.period_id, now=NOW) == []
    assert find_drift(session, period_id=exam.period_id, now=NOW) == []


def test_a_page_that_comes_back_is_unread_and_two_moves_keep_the_rest(session: Session) -> None:
    exam = make_read(session, "Awal", "Lama", "Akhir", read=(1, 2, 3))

    move(session, exam, modules=[with_pages("Akhir", "Awal")])
    move(session, exam, modules=[with_pages("Lama", "Awal", "Akhir")])

    (module,) = progress(session, exam)
    assert (module.reached, module.finished, module.next_page) == (2, True, 1)


def test_a_finished_module_stays_finished_unless_its_end_is_new(session: Session) -> None:
    """Siti has turned to the last page without reading the one before."""
    exam = make_read(session, "Awal", "Tengah", "Akhir", read=(1, 3))

    move(session, exam, modules=[with_pages("Awal", "Tengah")])
    assert [module.finished for module in progress(session, exam)] == [True]
    move(session, exam, modules=[with_pages("Awal", "Tengah", "Penutup baru")])
    assert [module.finished for module in progress(session, exam)] == [False]


def test_the_exam_waits_for_a_new_module_only_before_passing(session: Session) -> None:
    exam = make_read(session, "Awal", "Akhir", read=(2,), modules_first=True)
    modules = [with_pages("Awal", "Akhir"), make_module("foto", position=2)]

    preview = preview_of(session, exam, modules=modules)
    move(session, exam, modules=modules)

    assert (preview.learning, preview.ready, preview.held) == (1, 1, 1)
    gate = view_gate(session, get_enrolled(session, **exam.who), now=NOW)
    assert (gate.obstacle, gate.modules_left) == (Obstacle.MODULES_FIRST, ("foto",))


def preview_of(session: Session, exam: Exam, **changes: Any) -> PeopleTouched:
    publish_small(session, **changes)
    session.commit()
    return preview_raise(session, instansi_id=exam.instansi_id, kode=KODE, to=None, now=NOW).people


def test_a_pass_stays_and_the_next_step_is_the_ikrar(session: Session) -> None:
    exam = make_read(session, "Awal", "Akhir", read=(2,), modules_first=True)
    pass_exam(session, exam)
    before = get_enrolment(session, exam).passed_at

    move(session, exam, modules=[with_pages("Awal", "Akhir"), make_module("foto", position=2)])

    tasks = list_tasks(session, get_enrolled(session, **exam.who), now=later(days=40))
    assert get_enrolment(session, exam).passed_at == before
    assert tasks.next is not None
    assert tasks.next.kind is StepKind.PLEDGE
    assert (tasks.done, tasks.most) == (2, 4)
    assert [step.status.value for step in tasks.steps] == [
        "selesai", "belum-dimulai", "selesai", "terlambat", "terkunci",
    ]  # fmt: skip


def test_a_certificate_names_the_edition_of_the_passed_paper(session: Session) -> None:
    exam = make_exam(session)
    pass_exam(session, exam)
    move(session, exam, ikrar=make_ikrar("Naskah baru."))
    sign(session, exam.act(later(hours=1)), ticked=FOUR, **exam.who)

    basis = find_basis(session, get_enrolled(session, **exam.who).id)

    assert basis is not None
    assert basis.edition_hash == session.get_one(Edition, exam.edition_id).hash


def test_a_page_that_was_read_again_need_not_be_read_once_more(session: Session) -> None:
    exam = make_exam(session, modules=[with_pages("Awal", "Akhir")], relearn=True, pause_minutes=0)
    fail_exam(session, exam)
    again: dict[str, Any] = {"slug": MODULE, "now": later(minutes=1), "shown": exam.edition_id, **exam.who}
    read_again(session, number=2, **again)

    move(session, exam, modules=[with_pages("Baru", "Awal", "Akhir")])
    assert [(page.number, page.title) for page in gate_of(session, exam).to_read] == [(2, "Awal")]
    read_again(session, number=1, **again)
    move(session, exam, modules=[with_pages("Baru", "Baru juga", "Awal", "Akhir")])
    assert gate_of(session, exam).to_read == ()


def gate_of(session: Session, exam: Exam) -> Gate:
    return view_gate(session, get_enrolled(session, **exam.who), now=later(hours=2))


def test_an_open_paper_is_graded_by_its_own_questions(session: Session) -> None:
    """In the newer edition every question has other words and no rule; the paper and its result stay as drawn."""
    exam = make_exam(session)
    start(session, exam)
    paper = read_paper(session, exam)
    bank = [replace(question, stem=f"{question.stem} baru", rules=()) for question in make_bank()]
    before = session.scalars(select(Edition.id)).one()

    published = move(session, exam, bank=bank)

    assert read_paper(session, exam) == paper
    answer_all(session, exam)
    assert hand_in(session, exam).passed
    assert [attempt.edition_id for attempt in get_attempts(session, exam)] == [before]
    result = read_result(session, number=1, now=later(hours=1), **exam.who)
    assert {rule.label for item in result.items for rule in item.rules} == {"SKB 9/2022 Lampiran II A4"}
    assert published.edition_id != before


def test_the_next_paper_is_drawn_from_the_newer_edition(session: Session) -> None:
    exam = make_exam(session, pause_minutes=0)
    fail_exam(session, exam)
    bank = [replace(question, id=f"{question.id}-baru") for question in make_bank()]

    move(session, exam, bank=bank)
    start(session, exam, now=later(hours=2))

    last = list(read_paper(session, exam).values())
    assert all(layout.question.id.endswith("-baru") for layout in last)
    assert [attempt.number for attempt in get_attempts(session, exam)] == [1, 2]


def test_an_edition_too_small_for_the_period_changes_nothing(session: Session) -> None:
    exam = make_exam(session)
    published = publish_small(session, bank=[each for each in make_bank() if each.indicator is not Indicator.PARTAI])
    session.commit()

    assert preview_raise(session, instansi_id=exam.instansi_id, kode=KODE, to=None, now=NOW).short
    with pytest.raises(EditionTooSmall):
        raise_edition(session, exam.act(NOW), kode=KODE, to=published.number, reason="Aturan baru")
    session.rollback()
    assert session.scalars(select(Period.edition_id)).one() == exam.edition_id


def test_an_edition_is_raised_once_and_never_lowered(session: Session) -> None:
    exam = make_exam(session)
    first = publish_small(session).number
    second, third = move(session, exam, ikrar=make_ikrar("Kedua.")).number, publish_small(session, modules=()).number

    def attempt(to: int, shown: int | None, *, reason: str = "Aturan baru", hours: int = 1) -> None:
        raise_edition(session, exam.act(later(hours=hours)), kode=KODE, to=to, reason=reason, shown=shown)

    with pytest.raises(EditionInUse):
        attempt(second, first)
    with pytest.raises(EditionNotNewer):
        attempt(first, None)
    with pytest.raises(EditionMovedMeanwhile):
        attempt(third, first)
    with pytest.raises(ReasonMissing):
        attempt(third, second, reason=" ")
    close_period(session, exam.act(later(hours=1)), kode=KODE)
    with pytest.raises(PeriodClosed):
        attempt(third, second, hours=2)


def test_the_trail_tells_who_moved_it_from_where_and_why(session: Session) -> None:
    exam = make_exam(session)
    number = move(session, exam, modules=[make_module(pages=3)]).number

    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "period.edition_raised")).one()

    assert event.detail == {"kode": KODE, "from": number - 1, "to": number, "reason": "Aturan baru"}
    assert (event.actor_id, event.chain) == (exam.user_id, exam.instansi_id)
    assert find_newer(session, get_enrolled(session, **exam.who).period, now=NOW) is None


def test_a_page_that_was_open_counts_where_it_stands_now(session: Session) -> None:
    exam = make_exam(session, modules=[with_pages("Awal", "Akhir")])

    move(session, exam, modules=[with_pages("Baru", "Awal", "Akhir", "Penutup")])

    assert reach(session, exam, 1, 2, shown=exam.edition_id) is False
    assert [(module.reached, module.next_page) for module in progress(session, exam)] == [(2, 1)]


def test_an_answer_to_an_earlier_practice_question_is_not_taken_for_the_new_one(session: Session) -> None:
    exam = make_exam(session)
    move(session, exam, practice=[make_single(id="latihan-1", stem="Soal lain")])

    with pytest.raises(PracticeChanged):
        answer_practice(session, PracticePlace(MODULE, 1, 1), form={}, now=NOW, shown=10_000, **exam.who)


def test_nobody_signs_a_text_that_their_page_did_not_show(session: Session) -> None:
    exam = make_exam(session)
    shown = read_own_ikrar(session, get_enrolled(session, **exam.who)).id
    move(session, exam, ikrar=make_ikrar("Naskah baru."))

    with pytest.raises(IkrarChanged):
        sign(session, exam.act(NOW), ticked=FOUR, shown=shown, **exam.who)


def test_a_signed_ikrar_keeps_its_text(session: Session) -> None:
    exam = make_exam(session)
    sign(session, exam.act(NOW), ticked=FOUR, **exam.who)
    session.commit()

    move(session, exam, ikrar=make_ikrar("Naskah baru."))

    assert read_own_ikrar(session, get_enrolled(session, **exam.who)).closing == "Demikian ikrar ini."
    assert sign(session, exam.act(later(days=1)), ticked=FOUR, **exam.who).new is False


PAGES = st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from("abcd")), min_size=1, max_size=5).map(tuple)
MODULES = st.dictionaries(st.sampled_from(["media-sosial", "foto", "partai"]), PAGES, max_size=3)


@given(MODULES, MODULES)
def test_pages_of_two_editions_are_matched_one_to_one(old: dict[str, Pages], new: dict[str, Pages]) -> None:
    moves = match_pages(old, new)

    assert len(set(moves.values())) == len(moves)
    assert match_pages(old, old) == {place: place for place in number_pages(old)}
    for (slug, number), (target, place) in moves.items():
        here, there = old[slug][number - 1], new[target][place - 1]
        assert here == there if slug != target else here[0] == there[0] or here[1] == there[1]
    ends = find_ends(old, new)
    assert ends.keys() == {(slug, len(pages)) for slug, pages in new.items()}
    assert all(bool(sources) == (end in moves.values()) for end, sources in ends.items())
