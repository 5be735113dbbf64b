"""The questions of a pre-test with the answers of its person."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, select

from netral.database.tables import Reader
from netral.learning.editions.models import BODY, QuestionVersion
from netral.learning.editions.reading import WITHDRAWN
from netral.learning.exams.models import Attempt
from netral.learning.study.models import Pretest, PretestItem
from netral.quiz.kinds import from_text
from netral.quiz.questions import Answer, Indicator, Layout, lay_out


@dataclass(frozen=True, slots=True)
class AnsweredItem:
    """A question of a pre-test with its answer; one that was `withdrawn` judges nobody."""

    item_id: int
    slot: int
    layout: Layout
    answer: Answer
    sure: bool
    withdrawn: bool

    @property
    def indicator(self) -> Indicator:
        return self.layout.question.indicator

    @property
    def points(self) -> Fraction:
        return self.layout.question.grade(self.answer)

    @property
    def complete(self) -> bool:
        return self.layout.question.is_complete(self.answer)

    @property
    def sure_wrong(self) -> bool:
        return self.sure and self.complete and self.points < 1


ITEMS = (
    select(
        PretestItem.id,
        PretestItem.slot,
        PretestItem.option_order,
        PretestItem.answer,
        PretestItem.sure,
        Pretest.seed,
        BODY,
        WITHDRAWN.label("withdrawn"),
    )
    .join(Pretest, Pretest.id == PretestItem.pretest_id)
    .join(QuestionVersion, QuestionVersion.id == PretestItem.question_version_id)
    .order_by(PretestItem.slot)
)


def list_items(reader: Reader, enrolment_id: int) -> list[AnsweredItem]:
    return [as_item(row) for row in reader.execute(ITEMS.where(Pretest.enrolment_id == enrolment_id))]


def list_answered(reader: Reader, attempt_ids: Sequence[int]) -> dict[int, list[AnsweredItem]]:
    """Return the items of the pre-test that was sent before each attempt, by attempt; none without one."""
    statement = (
        ITEMS.add_columns(Attempt.id.label("attempt_id"))
        .join(Attempt, Attempt.enrolment_id == Pretest.enrolment_id)
        .where(Attempt.id.in_(attempt_ids), Pretest.submitted_at.is_not(None))
    )
    found: dict[int, list[AnsweredItem]] = {}
    for row in reader.execute(statement):
        found.setdefault(row.attempt_id, []).append(as_item(row))
    return found


def as_item(row: Row[Any]) -> AnsweredItem:
    layout = lay_out(from_text(row.body), row.option_order, seed=row.seed)
    return AnsweredItem(row.id, row.slot, layout, row.answer or {}, row.sure, row.withdrawn)
